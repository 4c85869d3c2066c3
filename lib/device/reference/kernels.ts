/** The table of reference kernels: a line a family. */
import type { Kernel, Step, Table } from "../steps/mod.ts";
import { BYTES_REFERENCE } from "./bytes.ts";
import { CONV_REFERENCE } from "./conv.ts";
import { HALVES_REFERENCE } from "./halves.ts";
import { INDEXING_REFERENCE } from "./indexing.ts";
import { LINEAR_REFERENCE } from "./linear.ts";
import { MAX_POOL_REFERENCE } from "./max_pool.ts";
import type { Memory } from "./memory.ts";
import { NORMALISATION_REFERENCE } from "./normalisation.ts";
import { custom } from "./custom.ts";
import { pointwise } from "./pointwise.ts";
import { POOL_REFERENCE } from "./pool.ts";
import { REDUCTIONS_REFERENCE } from "./reductions.ts";
import { ROWS_REFERENCE } from "./rows.ts";
import { SORTING_REFERENCE } from "./sorting.ts";
import { SOURCES_REFERENCE } from "./sources.ts";
import { STATISTICS_REFERENCE } from "./statistics.ts";

const KERNELS: Table<Kernel, [Memory], void> = {
  pointwise,
  fused({ product, epilogue }, memory) {
    runStep(product, memory);
    runStep(epilogue, memory);
  },
  ...REDUCTIONS_REFERENCE,
  ...LINEAR_REFERENCE,
  ...CONV_REFERENCE,
  ...ROWS_REFERENCE,
  ...INDEXING_REFERENCE,
  ...SORTING_REFERENCE,
  ...BYTES_REFERENCE,
  ...HALVES_REFERENCE,
  ...POOL_REFERENCE,
  ...MAX_POOL_REFERENCE,
  ...STATISTICS_REFERENCE,
  ...NORMALISATION_REFERENCE,
  ...SOURCES_REFERENCE,
  custom,
};

/** Runs one step. */
export function runStep(step: Step, memory: Memory): void {
  (KERNELS[step.kernel] as (step: Step, memory: Memory) => void)(step, memory);
}
