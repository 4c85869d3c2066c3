/** All kernels: a line a family. */
import type { Operand } from "../operand.ts";
import { BYTES } from "./bytes.ts";
import { CONV } from "./conv.ts";
import { CUSTOM } from "./custom.ts";
import { INDEXING } from "./indexing.ts";
import { LINEAR } from "./linear.ts";
import { MAX_POOL } from "./max_pool.ts";
import { NORMALISATION } from "./normalisation.ts";
import type { PointwiseStep } from "./pointwise.ts";
import { POOL } from "./pool.ts";
import { REDUCTIONS } from "./reductions.ts";
import { ROWS } from "./rows.ts";
import { SOURCES } from "./sources.ts";
import { SORTING } from "./sorting.ts";
import { STATISTICS } from "./statistics.ts";
import type { StepsOf } from "./step.ts";

/** What each kernel takes. */
export const SIGNATURES = {
  ...REDUCTIONS,
  ...LINEAR,
  ...CONV,
  ...ROWS,
  ...INDEXING,
  ...SORTING,
  ...BYTES,
  ...POOL,
  ...MAX_POOL,
  ...STATISTICS,
  ...NORMALISATION,
  ...SOURCES,
  ...CUSTOM,
};

/** The steps of all kernels, by name. */
export interface Kernels extends StepsOf<typeof SIGNATURES> {
  readonly pointwise: PointwiseStep;
}

/** Name of a kernel. */
export type Kernel = keyof Kernels;

/** The step of a kernel, or of one of several. */
export type StepOf<K extends Kernel> = Kernels[K];

/** One step of a program. */
export type Step = Kernels[Kernel];

/** One entry for each kernel of a family, or of all. */
export type Table<K extends Kernel, Arguments extends unknown[], Result> = {
  readonly [Name in K]: (step: StepOf<Name>, ...rest: Arguments) => Result;
};

/** Names of all kernels. */
export const KERNEL_NAMES: readonly Kernel[] = ["pointwise", ...Object.keys(SIGNATURES) as (keyof typeof SIGNATURES)[]];

/** Operands that a step reads. */
export function stepInputs(step: Step): Operand[] {
  if (step.kernel !== "pointwise") return Object.values(step.inputs);
  return step.inputs.flatMap((input) => input.kind === "tensor" ? [input.operand] : []);
}

/** Operands that a step writes. */
export function stepOutputs(step: Step): Operand[] {
  return step.kernel === "pointwise" ? step.outputs.map(({ operand }) => operand) : [step.output];
}
