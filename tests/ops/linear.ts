/** Matrix products: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { LINEAR } from "../../lib/device/steps/linear.ts";
import type { Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { type Choices, type ProgramBuilder, randomLayout, randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, linear } from "../device/tolerance.ts";

/** A matrix operand: stored as it is or transposed, with or without padded rows, perhaps one matrix for the whole batch. */
function matrix(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const [batch, rows, columns] = shape as [number, number, number];
  const pad = choices.chance(0.2) ? choices.int(1, 5) : 0;
  const [outer, inner, size] = choices.chance(0.5)
    ? [columns + pad, 1, rows * (columns + pad)]
    : [1, rows + pad, columns * (rows + pad)];
  const strides = [batch === 1 || choices.chance(0.25) ? 0 : size, outer, inner];
  const anything = randomLayout(choices, shape, { broadcast: true });
  const layout = { ...anything, strides: choices.chance(0.1) ? anything.strides : strides };
  return randomOperand(builder, choices, { dtype: "float32", shape, layout });
}

const matmul: Generator = (builder, choices) => {
  const big = choices.chance(0.06);
  const side = () => big ? choices.int(100, 270) : choices.chance(0.3) ? choices.int(1, 130) : choices.size(130);
  const batch = choices.chance(0.5) ? 1 : choices.int(2, big ? 3 : 7);
  const m = side(), k = side(), n = side();
  builder.step({
    kernel: "matmul",
    inputs: { a: matrix(builder, choices, [batch, m, k]), b: matrix(builder, choices, [batch, k, n]) },
    output: float(builder, choices, [batch, m, n], { dense: true }),
    attributes: NONE,
    numbers: {},
  });
  return `${batch}×${m}×${k}×${n}`;
};

export const GENERATORS: Generators<typeof LINEAR> = { matmul };

export const ERRORS: Table<keyof typeof LINEAR, [Analysis], Bounds> = {
  matmul: (step, analysis) => linear(step, analysis, [step.inputs.a, step.inputs.b], step.inputs.a.shape[2]!),
};
