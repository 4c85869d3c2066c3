/** Questions about the operands of device steps. */
import type { Operand } from "../../device/operand.ts";
import type { Step } from "../../device/steps/mod.ts";

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
export function renameValues<S extends Step>(step: S, renamed: ReadonlyMap<number, number>): S;
export function renameValues(step: Step, renamed: ReadonlyMap<number, number>): Step {
  const now = (operand: Operand): Operand => {
    const value = renamed.get(operand.value);
    return value === undefined ? operand : { ...operand, value };
  };
  if (step.kernel === "fused") {
    const { product, epilogue } = step;
    return {
      ...step,
      product: renameValues(product, renamed),
      epilogue: renameValues(epilogue, renamed),
    };
  }
  if (step.kernel === "pointwise") {
    const inputs = step.inputs.map((input) =>
      input.kind === "tensor" ? { ...input, operand: now(input.operand) } : input
    );
    return { ...step, inputs, outputs: step.outputs.map((output) => ({ ...output, operand: now(output.operand) })) };
  }
  const inputs = Object.fromEntries(Object.entries(step.inputs).map(([name, operand]) => [name, now(operand)]));
  return { ...step, inputs, output: now(step.output) } as Step;
}
