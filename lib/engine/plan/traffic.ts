/** How many bytes a plan's steps move: what its kernels read from memory and write to it, each element once a step. */
import { elementBytes } from "../../device/dtype.ts";
import type { Operand } from "../../device/operand.ts";
import type { Program } from "../../device/program.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";

/** Bytes that are read and written. */
export interface Traffic {
  readonly read: number;
  readonly written: number;
}

/**
 * What a run of a program moves. A broadcast element counts once, and what a step makes and uses itself not at all: neither scratch memory, nor
 * a product that only its own epilogue reads. Caches do not show: it is what would be moved if all values were larger than they are.
 */
export function trafficOf({ steps, values }: Program): Traffic {
  const bytes = (operands: readonly Operand[]) =>
    operands.reduce((sum, { value, shape, strides }) => {
      const elements = shape.reduce((n, size, axis) => strides[axis] === 0 ? n : n * size, 1);
      return sum + elements * elementBytes(values[value]!.dtype);
    }, 0);
  let read = 0, written = 0;
  for (const step of steps) {
    read += bytes(stepInputs(step));
    written += bytes(writes(step));
  }
  return { read, written };
}

/** What is in memory after a step: of a product with an epilogue only what somebody reads. */
function writes(step: Step): readonly Operand[] {
  if (step.kernel !== "fused") return stepOutputs(step);
  const outputs = stepOutputs(step.epilogue);
  return step.kept ? [step.product.output, ...outputs] : outputs;
}
