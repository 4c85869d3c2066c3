/**
 * What the tests know of each kernel, a line a family: how to make random steps of it, and how far a device may be from the reference. Both
 * tables are total: a kernel without an entry does not compile.
 */
import type { Kernel, Table } from "../../lib/device/steps/mod.ts";
import type { Generator } from "../device/generator.ts";
import type { Analysis, Bounds, SingleKernel, SingleStep } from "../device/tolerance.ts";
import * as bytes from "./bytes.ts";
import * as conv from "./conv.ts";
import * as custom from "./custom.ts";
import { fused } from "./fused.ts";
import * as halves from "./halves.ts";
import * as indexing from "./indexing.ts";
import * as linear from "./linear.ts";
import * as maxPool from "./max_pool.ts";
import * as normalisation from "./normalisation.ts";
import { randomPointwise } from "./pointwise.ts";
import * as pool from "./pool.ts";
import * as reductions from "./reductions.ts";
import * as rows from "./rows.ts";
import * as sorting from "./sorting.ts";
import * as sources from "./sources.ts";
import * as statistics from "./statistics.ts";

/** Random steps of each kernel. */
export const GENERATORS: { readonly [K in Kernel]: Generator } = {
  pointwise: randomPointwise,
  fused,
  ...reductions.GENERATORS,
  ...linear.GENERATORS,
  ...conv.GENERATORS,
  ...rows.GENERATORS,
  ...indexing.GENERATORS,
  ...sorting.GENERATORS,
  ...bytes.GENERATORS,
  ...halves.GENERATORS,
  ...pool.GENERATORS,
  ...maxPool.GENERATORS,
  ...statistics.GENERATORS,
  ...normalisation.GENERATORS,
  ...sources.GENERATORS,
  ...custom.GENERATORS,
};

/** Error bounds of each kernel but pointwise, whose chains have bounds for each output: see pointwise_errors.ts. */
const ERRORS: Table<SingleKernel, [Analysis], Bounds> = {
  ...reductions.ERRORS,
  ...linear.ERRORS,
  ...conv.ERRORS,
  ...rows.ERRORS,
  ...indexing.ERRORS,
  ...sorting.ERRORS,
  ...bytes.ERRORS,
  ...halves.ERRORS,
  ...pool.ERRORS,
  ...maxPool.ERRORS,
  ...statistics.ERRORS,
  ...normalisation.ERRORS,
  ...sources.ERRORS,
  ...custom.ERRORS,
};

/** How far a device may be from what the reference has just computed for a step. */
export function errorsOf(step: SingleStep, analysis: Analysis): Bounds {
  return (ERRORS[step.kernel] as (step: SingleStep, analysis: Analysis) => Bounds)(step, analysis);
}
