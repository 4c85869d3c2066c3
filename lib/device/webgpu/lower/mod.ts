/** From the steps of a program to dispatches: a line a family. */
import type { Program } from "../../program.ts";
import type { Kernel, Step, StepOf } from "../../steps/mod.ts";
import type { Dispatch } from "../module.ts";
import { lowerPointwise } from "../pointwise_codegen.ts";
import { BYTES_WEBGPU } from "./bytes.ts";
import { CONV_WEBGPU } from "./conv.ts";
import { HALVES_WEBGPU } from "./halves.ts";
import { INDEXING_WEBGPU } from "./indexing.ts";
import { LINEAR_WEBGPU } from "./linear.ts";
import { MAX_POOL_WEBGPU } from "./max_pool.ts";
import { NORMALISATION_WEBGPU } from "./normalisation.ts";
import { lowerCustom } from "./custom.ts";
import { POOL_WEBGPU } from "./pool.ts";
import { REDUCTIONS_WEBGPU } from "./reductions.ts";
import { ROWS_WEBGPU } from "./rows.ts";
import { SORTING_WEBGPU } from "./sorting.ts";
import { SOURCES_WEBGPU } from "./sources.ts";
import { STATISTICS_WEBGPU } from "./statistics.ts";

/** Those look at the program whose operands may be stored as float16, and pointwise steps. */
const LOWERINGS: { readonly [K in Kernel]: (step: StepOf<K>, program: Program) => Dispatch[] } = {
  pointwise: lowerPointwise,
  fused: ({ product, epilogue }, program) => [...lowerStep(product, program), ...lowerStep(epilogue, program)],
  ...REDUCTIONS_WEBGPU,
  ...LINEAR_WEBGPU,
  ...CONV_WEBGPU,
  ...ROWS_WEBGPU,
  ...INDEXING_WEBGPU,
  ...SORTING_WEBGPU,
  ...BYTES_WEBGPU,
  ...HALVES_WEBGPU,
  ...POOL_WEBGPU,
  ...MAX_POOL_WEBGPU,
  ...STATISTICS_WEBGPU,
  ...NORMALISATION_WEBGPU,
  ...SOURCES_WEBGPU,
  custom: lowerCustom,
};

/** The dispatches of one step, in order. */
export function lowerStep(step: Step, program: Program): Dispatch[] {
  return (LOWERINGS[step.kernel] as (step: Step, program: Program) => Dispatch[])(step, program);
}
