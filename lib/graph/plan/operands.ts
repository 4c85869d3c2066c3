/** Questions about the operands of device steps. */
import type { Operand, Step } from "../../device/program.ts";

/** Whether two operands of one step touch the same element at every index. */
export function sameAccess(a: Operand, b: Operand): boolean {
  return a.offset === b.offset && a.dynamic === -1 && b.dynamic === -1 && a.strides.every((s, i) => s === b.strides[i]);
}

/** Both sides of a step that only copies. */
export function copyOperands(step: Step): { from: Operand; to: Operand } | undefined {
  if (
    step.kernel !== "pointwise" || step.code.length || step.outputs.length !== 1 || step.inputs[0]?.kind !== "tensor"
  ) return undefined;
  return { from: step.inputs[0].operand, to: step.outputs[0]!.operand };
}

/** The step with every operand on a renamed value pointing to the value it is now. */
export function renameValues(step: Step, renamed: ReadonlyMap<number, number>): Step {
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    const out: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(part)) out[key] = walk(inner);
    if ("strides" in out && typeof out.value === "number") out.value = renamed.get(out.value) ?? out.value;
    return out;
  };
  return walk(step) as Step;
}

/** Operands a step reads. */
export function stepInputs(step: Step): Operand[] {
  switch (step.kernel) {
    case "pointwise":
      return step.inputs.flatMap((input) => input.kind === "tensor" ? [input.operand] : []);
    case "matmul":
    case "conv2d":
    case "conv2dInputGrad":
    case "conv2dWeightGrad":
      return [step.a, step.b];
    case "crossEntropy":
      return [step.logits, step.labels];
    case "crossEntropyGrad":
      return [step.logits, step.labels, step.g];
    case "gather":
      return [step.input, step.index];
    case "scatterAdd":
      return [step.index, step.source];
    case "maxPool2dGrad":
      return [step.input, step.g];
    case "takeBytes":
      return [step.bytes, step.index];
    case "normSums":
      return [step.g, step.x, step.stats];
    case "own":
      return [...step.inputs];
    case "random":
    case "arange":
      return [];
    default:
      return [step.input];
  }
}

/** Operands a step writes. */
export function stepOutputs(step: Step): Operand[] {
  return step.kernel === "pointwise" ? step.outputs.map((output) => output.operand) : [step.output];
}
