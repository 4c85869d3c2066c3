/** Random steps over rows of logits. */
import type { Operand } from "../../lib/device/program.ts";
import { float, type Generator, indices } from "./generator.ts";
import type { Choices, ProgramBuilder } from "./programs.ts";

function logitsShape(choices: Choices): [number, number] {
  const columns = choices.chance(0.1) ? choices.int(1, 3000) : choices.size(70);
  return [choices.size(Math.max(1, Math.floor(20_000 / columns))), columns];
}

function logits(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const operand = float(builder, choices, shape, { dense: true });
  if (choices.chance(0.3)) {
    const data = builder.bound.at(-1)!; // large logits: overflow unless the maximum is subtracted
    for (let i = 0; i < data.length; i++) data[i]! *= 60;
  }
  return operand;
}

export function softmax(kernel: "softmax" | "logSoftmax"): Generator {
  return (builder, choices) => {
    const shape = logitsShape(choices);
    const input = logits(builder, choices, shape);
    builder.step({ kernel, input, output: float(builder, choices, shape, { dense: true }) });
    return `[${shape}]`;
  };
}

export const crossEntropy: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropy",
    logits: logits(builder, choices, shape),
    labels: indices(builder, choices, rows, { size: shape[1] }),
    output: float(builder, choices, rows, { dense: true }),
  });
  return `[${shape}]`;
};

export const crossEntropyGrad: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropyGrad",
    logits: logits(builder, choices, shape),
    labels: indices(builder, choices, rows, { size: shape[1], valid: true }), // the loss has raised the fault already
    g: float(builder, choices, rows, { broadcast: true }),
    output: float(builder, choices, shape, { dense: true }),
  });
  return `[${shape}]`;
};
