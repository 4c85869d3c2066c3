/** Programs that read float16, made of those that read float32. */
import { fromHalves, toHalves } from "../../lib/device/half.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { Program } from "../../lib/device/program.ts";
import type { PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import { type Kernel, type Step, stepOutputs } from "../../lib/device/steps/mod.ts";
import type { Case, Choices } from "./programs.ts";

/** Kernels that read float16. */
export const READERS = [
  "pointwise",
  "fused",
  "matmul",
  "conv2d",
  "conv2dInputGrad",
  "gather",
  "half",
] as const satisfies readonly Kernel[];

/** Operands of a step that may be float16. */
function readable(step: Step): Operand[] {
  switch (step.kernel) {
    case "fused":
      return [...readable(step.product), ...readable(step.epilogue)];
    case "pointwise":
      return step.inputs.flatMap((input) =>
        input.kind === "tensor" && input.dtype === "float32" ? [input.operand] : []
      );
    case "matmul":
      return [step.inputs.a, step.inputs.b];
    case "conv2d":
    case "conv2dInputGrad":
      return [step.inputs.w];
    case "gather":
    case "half":
      return [step.inputs.input];
    default:
      return [];
  }
}

const chainWith = (step: PointwiseStep, halves: ReadonlySet<number>): PointwiseStep => ({
  ...step,
  inputs: step.inputs.map((input) =>
    input.kind === "tensor" && halves.has(input.operand.value) ? { ...input, dtype: "float16" } : input
  ),
});

function stepWith(step: Step, halves: ReadonlySet<number>): Step {
  if (step.kernel === "fused") return { ...step, epilogue: chainWith(step.epilogue, halves) };
  return step.kernel === "pointwise" ? chainWith(step, halves) : step;
}

/** A program with some of its float32 inputs as float16, and the same with the numbers that these hold in float32; undefined if it has none. */
export function inBoth(
  { program, inputs, label }: Case,
  choices: Choices,
): { readonly halves: Case; readonly floats: Case } | undefined {
  const written = new Set(program.steps.flatMap((step) => stepOutputs(step).map(({ value }) => value)));
  const may = new Set(
    program.steps.flatMap(readable).map(({ value }) => value).filter((value) => {
      const { dtype, place } = program.values[value]!;
      return dtype === "float32" && place.kind === "bound" && !written.has(value);
    }),
  );
  const chosen = new Set([...may].filter(() => choices.chance(0.7)));
  const [first] = may;
  if (first === undefined) return undefined;
  if (chosen.size === 0) chosen.add(first);
  const slots = new Set([...chosen].map((value) => {
    const { place } = program.values[value]!;
    return place.kind === "bound" ? place.slot : -1;
  }));
  const bound = inputs.bound.map((data, slot) => slots.has(slot) ? fromHalves(toHalves(data)) : data);
  const values = program.values.map((value, i): Program["values"][number] =>
    chosen.has(i) ? { ...value, dtype: "float16" } : value
  );
  const halves = { ...program, values, steps: program.steps.map((step) => stepWith(step, chosen)) };
  const common = { inputs: { ...inputs, bound }, label, exact: false };
  return { halves: { ...common, program: halves }, floats: { ...common, program } };
}
