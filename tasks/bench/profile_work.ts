/**
 * What a step of a program has to do at least: bytes that it reads and writes, and arithmetic.
 *
 * @module
 */
import type { Operand } from "../../lib/device/operand.ts";
import type { Program } from "../../lib/device/program.ts";
import { sizeOf } from "../../lib/device/shape.ts";
import { type Step, stepInputs, stepOutputs } from "../../lib/device/steps/mod.ts";

/** Bytes of several operands, each element counted once: what is broadcast is read once, and so is what two operands share. */
export function bytesOf({ values }: Program, operands: Iterable<Operand>): number {
  const known = new Map<string, number>();
  for (const { value, shape, strides, offset } of operands) {
    const { dtype, elements } = values[value]!;
    const own = sizeOf(shape.filter((_, axis) => strides[axis] !== 0));
    known.set(`${value} ${offset} ${own}`, Math.min(own, elements) * (dtype === "uint8" ? 1 : 4));
  }
  return [...known.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes that a step reads and writes; of a lookup in a table only the rows that it takes. */
export function stepBytes(step: Step, program: Program): number {
  const output = bytesOf(program, stepOutputs(step));
  if (step.kernel === "gather") return 2 * output + bytesOf(program, [step.inputs.index]);
  if (step.kernel === "dequantizeGather") return output + output / 4 + bytesOf(program, [step.inputs.index]);
  return output + bytesOf(program, stepInputs(step));
}

/** Additions, multiplications and other functions of a step, each as one: a product counts two an element of its depth. */
export function stepFlops(step: Step): number {
  switch (step.kernel) {
    case "pointwise":
      return step.code.length * sizeOf(step.shape);
    case "fused":
      return stepFlops(step.product) + stepFlops(step.epilogue);
    case "matmul":
      return 2 * sizeOf(step.output.shape) * step.inputs.a.shape.at(-1)!;
    case "conv2d":
      return 2 * sizeOf(step.output.shape) * sizeOf(step.inputs.w.shape.slice(1));
    case "conv2dInputGrad":
      return 2 * sizeOf(step.inputs.g.shape) * sizeOf(step.inputs.w.shape.slice(1));
    case "conv2dWeightGrad":
      return 2 * sizeOf(step.inputs.g.shape) * sizeOf(step.output.shape.slice(1));
    case "gather":
    case "arange":
      return 0;
    case "dequantizeGather":
      return 2 * sizeOf(step.output.shape);
    default:
      return Math.max(...[...stepInputs(step), ...stepOutputs(step)].map(({ shape }) => sizeOf(shape)));
  }
}

/** A step in words: its kernel, and what of it. */
export function stepName(step: Step): string {
  if (step.kernel === "pointwise") {
    const names = step.code.map(({ op }) => op);
    return names.length > 4 ? `${names.slice(0, 3).join(" ")} … (${names.length})` : names.join(" ") || "copy";
  }
  if (step.kernel === "fused") return `${stepName(step.product)} + ${stepName(step.epilogue)}`;
  return step.kernel === "reduce" ? step.attributes.op : step.kernel;
}
