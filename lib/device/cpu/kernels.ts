/** What the wasm module is made of: the kernels, a line a family, and whatever else has a name in both languages. */
import { OVERFLOWS } from "../faults.ts";
import { enumeration } from "./numbers.ts";
import { DEQUANTIZE_GATHER } from "./bytes.ts";
import { type FunctionTable, PROGRAM } from "./commands.ts";
import { CONVOLVE_ONE_CHANNEL } from "./conv_one_channel.ts";
import { PHASE } from "./conv_phases.ts";
import { CONVOLVE, CONVOLVE_WEIGHTS, SWEEP } from "./conv_sweep.ts";
import { WEIGHT_PARTS } from "./conv_weight_parts.ts";
import { TAP, TAPS, WEIGHT_TILES } from "./conv_weight_tiles.ts";
import { WINOGRAD, WINOGRAD_WEIGHTS } from "./conv_winograd.ts";
import { WINOGRAD_GRAD, WINOGRAD_PARTS } from "./conv_winograd_grad.ts";
import { DEPTHWISE, DEPTHWISE_WEIGHTS } from "./depthwise.ts";
import { HALF, WIDEN } from "./halves.ts";
import { GATHER, SCATTER_ADD } from "./indexing.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { HEADER, type Layout } from "./layout.ts";
import { MATMUL_COLUMNS, MATMUL_ROWS } from "./linear.ts";
import { MAX_POOL, MAX_POOL_RESULT } from "./max_pool.ts";
import { MOMENTS, MOMENTS_PARTS, NORM_SUMS } from "./normalisation.ts";
import { PACK_PANELS, PACK_ROWS, PACK_STRIPS } from "./pack.ts";
import { PACK_HALVES } from "./pack_halves.ts";
import { CONSTANT, DIRECT, FILL, INSTRUCTION, PATTERN, POINTWISE, SLOT, STORE, STRIDED } from "./pointwise_layouts.ts";
import { AVG_POOL, AVG_POOL_GRAD } from "./pool.ts";
import { ANY_OTHER, CUMSUM, REDUCE_COLUMNS, REDUCE_PARTS, REDUCE_ROWS, REDUCTION } from "./reductions.ts";
import { CROSS_ENTROPY, CROSS_ENTROPY_BOTH, CROSS_ENTROPY_GRAD, LOG_SOFTMAX, SOFTMAX } from "./rows.ts";
import { LOCAL, MEMBER, SERIES } from "./series.ts";
import { ARGSORT } from "./sorting.ts";
import { ARANGE, RANDINT, RANDOM, RANGE } from "./sources.ts";
import { HISTOGRAM, HISTOGRAM_PARTS, STATISTICS, STATISTICS_PARTS } from "./statistics.ts";

/** Kernels by the file of kernels/cpu that has them. Of kernels with the same fields, the first names the class of both. */
const FAMILIES: { readonly [file: string]: readonly Layout[] } = {
  bytes: [DEQUANTIZE_GATHER],
  conv: [CONVOLVE, CONVOLVE_WEIGHTS, WEIGHT_PARTS],
  conv_one_channel: [CONVOLVE_ONE_CHANNEL],
  control: [SERIES],
  depthwise: [DEPTHWISE, DEPTHWISE_WEIGHTS],
  halves: [HALF, WIDEN],
  indexing: [GATHER, SCATTER_ADD],
  linear: [MATMUL_ROWS, MATMUL_COLUMNS],
  max_pool: [MAX_POOL],
  normalisation: [MOMENTS, NORM_SUMS, MOMENTS_PARTS],
  pack: [PACK_PANELS, PACK_ROWS, PACK_STRIPS],
  pack_halves: [PACK_HALVES],
  pointwise: [POINTWISE],
  pool: [AVG_POOL, AVG_POOL_GRAD],
  reductions: [REDUCE_PARTS],
  reductions_rows: [REDUCE_ROWS],
  reductions_columns: [REDUCE_COLUMNS],
  reductions_cumsum: [CUMSUM],
  reductions_other: [ANY_OTHER],
  rows: [SOFTMAX, LOG_SOFTMAX, CROSS_ENTROPY, CROSS_ENTROPY_GRAD, CROSS_ENTROPY_BOTH],
  sorting: [ARGSORT],
  sources: [RANDOM, RANDINT, ARANGE],
  histogram: [HISTOGRAM, HISTOGRAM_PARTS],
  statistics: [STATISTICS, STATISTICS_PARTS],
  weight_tiles: [WEIGHT_TILES],
  winograd: [WINOGRAD, WINOGRAD_WEIGHTS],
  winograd_grad: [WINOGRAD_GRAD, WINOGRAD_PARTS],
};

/** Each kernel and the file that has it. A kernel's number is its place. */
export const KERNELS: readonly (readonly [layout: Layout, file: string])[] = Object.entries(FAMILIES)
  .flatMap(([file, layouts]) => layouts.map((layout) => [layout, file] as const));

/** Layouts that are no kernel's: headers, beginnings that several share, and rows of tables. */
export const PARTS: readonly Layout[] = [
  ...[PROGRAM, HEADER, SWEEP, PHASE, TAPS, TAP],
  ...[SLOT, DIRECT, PATTERN, STRIDED, FILL, INSTRUCTION, STORE],
  ...[MEMBER, LOCAL],
];

/** Numbers that have names in both languages. */
export const ENUMERATIONS: { readonly [name: string]: { readonly [member: string]: number } } = {
  Overflow: enumeration(OVERFLOWS),
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
