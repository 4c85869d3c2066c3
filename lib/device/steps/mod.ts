/** All kernels: a line a family. */
import type { Operand } from "../operand.ts";
import { BYTES } from "./bytes.ts";
import { CONV } from "./conv.ts";
import { CUSTOM } from "./custom.ts";
import type { FusedStep } from "./fused.ts";
import { HALVES } from "./halves.ts";
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
  ...HALVES,
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
  readonly fused: FusedStep;
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
export const KERNEL_NAMES: readonly Kernel[] = [
  "pointwise",
  "fused",
  ...Object.keys(SIGNATURES) as (keyof typeof SIGNATURES)[],
];

/** The same work without epilogues: a product, and its chain after it. */
export function unfused(step: Step): Step[] {
  return step.kernel === "fused" ? [step.product, step.epilogue] : [step];
}

/** Operands that a step reads; not what it has made itself by then, as the product that its own epilogue reads. */
export function stepInputs(step: Step): Operand[] {
  if (step.kernel === "fused") {
    const { product, epilogue } = step;
    const others = stepInputs(epilogue).filter(({ value }) => value !== product.output.value);
    return [...stepInputs(product), ...others];
  }
  if (step.kernel !== "pointwise") return Object.values(step.inputs);
  return step.inputs.flatMap((input) => input.kind === "tensor" ? [input.operand] : []);
}

/** Operands that a step writes, or may write: a product that is not kept may be put where the step has a place for it. */
export function stepOutputs(step: Step): Operand[] {
  if (step.kernel === "fused") {
    const outputs = stepOutputs(step.epilogue), { output } = step.product;
    return outputs.some(({ value }) => value === output.value) ? outputs : [output, ...outputs];
  }
  return step.kernel === "pointwise" ? step.outputs.map(({ operand }) => operand) : [step.output];
}
