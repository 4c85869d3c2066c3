/** The kernels of the wasm module: their layouts by the file of kernels/cpu that has them. */
import { DEQUANTIZE_GATHER } from "./bytes.ts";
import { type FunctionTable, PROGRAM } from "./commands.ts";
import { WEIGHT_PARTS } from "./conv.ts";
import { PHASE } from "./conv_phases.ts";
import { CONVOLVE, CONVOLVE_WEIGHTS, SWEEP } from "./conv_sweep.ts";
import { GATHER, SCATTER_ADD } from "./indexing.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { HEADER, type Layout } from "./layout.ts";
import { MATMUL_COLUMNS, MATMUL_ROWS } from "./linear.ts";
import { MAX_POOL, MAX_POOL_RESULT } from "./max_pool.ts";
import { MOMENTS, MOMENTS_PARTS, NORM_SUMS } from "./normalisation.ts";
import { FAULT } from "./numbers.ts";
import { PACK_PANELS, PACK_ROWS } from "./pack.ts";
import { CONSTANT, DIRECT, FILL, INSTRUCTION, PATTERN, POINTWISE, SLOT, STORE, STRIDED } from "./pointwise.ts";
import { AVG_POOL, AVG_POOL_GRAD } from "./pool.ts";
import { REDUCE_COLUMNS, REDUCE_PARTS, REDUCE_ROWS, REDUCTION } from "./reductions.ts";
import { CROSS_ENTROPY, CROSS_ENTROPY_GRAD, LOG_SOFTMAX, SOFTMAX } from "./rows.ts";
import { ARANGE, RANDOM, RANGE } from "./sources.ts";
import { HISTOGRAM, HISTOGRAM_PARTS, STATISTICS, STATISTICS_PARTS } from "./statistics.ts";

/** Each kernel and the file that has it. A kernel's number is its place. */
export const KERNELS: readonly (readonly [layout: Layout, file: string])[] = [
  [POINTWISE, "pointwise"],
  [REDUCE_ROWS, "reductions_rows"],
  [REDUCE_COLUMNS, "reductions_columns"],
  [REDUCE_PARTS, "reductions"],
  [PACK_PANELS, "pack"],
  [PACK_ROWS, "pack"],
  [MATMUL_ROWS, "linear"],
  [MATMUL_COLUMNS, "linear"],
  [CONVOLVE, "conv"],
  [CONVOLVE_WEIGHTS, "conv"],
  [WEIGHT_PARTS, "conv"],
  [SOFTMAX, "rows"],
  [LOG_SOFTMAX, "rows"],
  [CROSS_ENTROPY, "rows"],
  [CROSS_ENTROPY_GRAD, "rows"],
  [GATHER, "indexing"],
  [SCATTER_ADD, "indexing"],
  [DEQUANTIZE_GATHER, "bytes"],
  [AVG_POOL, "pool"],
  [AVG_POOL_GRAD, "pool"],
  [HISTOGRAM, "statistics"],
  [HISTOGRAM_PARTS, "statistics"],
  [RANDOM, "sources"],
  [ARANGE, "sources"],
  [STATISTICS, "statistics"],
  [STATISTICS_PARTS, "statistics"],
  [MAX_POOL, "max_pool"],
  [MOMENTS, "normalisation"],
  [NORM_SUMS, "normalisation"],
  [MOMENTS_PARTS, "normalisation"],
];

/** Layouts that are no kernel's: headers, beginnings that several share, and rows of tables. */
export const PARTS: readonly Layout[] = [
  ...[PROGRAM, HEADER, SWEEP, PHASE],
  ...[SLOT, DIRECT, PATTERN, STRIDED, FILL, INSTRUCTION, STORE],
];

/** Numbers that have names in both languages. */
export const ENUMERATIONS: { readonly [name: string]: { readonly [member: string]: number } } = {
  Fault: FAULT,
  Reduction: REDUCTION,
  Constant: CONSTANT,
  Range: RANGE,
  MaxPoolResult: MAX_POOL_RESULT,
};

/** Asks a module for its function table. */
export function functionTable(
  exports: { kernel(number: number): number; instruction(number: number): number },
): FunctionTable {
  return {
    kernels: new Map(KERNELS.map(([{ name }], i) => [name, exports.kernel(i)])),
    instructions: new Map(INSTRUCTIONS.map(({ name }, i) => [name, exports.instruction(i)])),
  };
}
