/** Softmax, log-softmax, cross-entropy and its gradient: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import type { Operand } from "../../lib/device/operand.ts";
import { read } from "../../lib/device/reference/memory.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import type { ROWS } from "../../lib/device/steps/rows.ts";
import { float, type Generator, type Generators, indices } from "../device/generator.ts";
import type { Choices, ProgramBuilder } from "../device/programs.ts";
import { type Analysis, type Bounds, EPSILON, everywhere, readErrors, SMALLEST_NORMAL } from "../device/tolerance.ts";

function logitsShape(choices: Choices): [number, number] {
  const columns = choices.chance(0.1) ? choices.int(1, 3000) : choices.size(70);
  return [choices.size(Math.max(1, Math.floor(20_000 / columns))), columns];
}

function randomLogits(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const operand = float(builder, choices, shape, { dense: true });
  if (choices.chance(0.3)) {
    const data = builder.bound.at(-1)!; // large logits: overflow unless the maximum is subtracted
    for (let i = 0; i < data.length; i++) data[i]! *= 60;
  }
  return operand;
}

function softmax(kernel: "softmax" | "logSoftmax"): Generator {
  return (builder, choices) => {
    const shape = logitsShape(choices);
    builder.step({
      kernel,
      inputs: { input: randomLogits(builder, choices, shape) },
      output: float(builder, choices, shape, { dense: true }),
      attributes: NONE,
      numbers: {},
    });
    return `[${shape}]`;
  };
}

const crossEntropy: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropy",
    inputs: {
      logits: randomLogits(builder, choices, shape),
      labels: indices(builder, choices, rows, { size: shape[1] }),
    },
    output: float(builder, choices, rows, { dense: true }),
    attributes: NONE,
    numbers: {},
  });
  return `[${shape}]`;
};

const crossEntropyGrad: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropyGrad",
    inputs: {
      logits: randomLogits(builder, choices, shape),
      labels: indices(builder, choices, rows, { size: shape[1], valid: true }), // the loss has raised the fault already
      g: float(builder, choices, rows, { broadcast: true }),
    },
    output: float(builder, choices, shape, { dense: true }),
    attributes: NONE,
    numbers: {},
  });
  return `[${shape}]`;
};

export const GENERATORS: Generators<typeof ROWS> = {
  softmax: softmax("softmax"),
  logSoftmax: softmax("logSoftmax"),
  crossEntropy,
  crossEntropyGrad,
};

/** What one logit's results may be off by. */
interface LogitError {
  /** The logit's place in its row, its probability and the error of that. */
  readonly column: number;
  readonly probability: number;
  readonly ofProbability: number;
  /** Error of the probability's logarithm. */
  readonly ofLogarithm: number;
}

/** Goes through the logits, row by row. Errors d of a row's logits change a probability by a factor of at most e^(2d). */
function forEachLogit(
  operand: Operand,
  analysis: Analysis,
  visit: (at: number, row: number, error: LogitError) => void,
): void {
  const [rows, columns] = operand.shape as [number, number];
  const logits = read(analysis.memory, operand), errors = readErrors(analysis, operand);
  for (let r = 0; r < rows; r++) {
    const row = logits.subarray(r * columns, (r + 1) * columns);
    const max = row.reduce((a, x) => Math.max(a, x), -Infinity);
    const total = Math.log(row.reduce((s, x) => s + Math.exp(x - max), 0));
    const given = errors?.subarray(r * columns, (r + 1) * columns).reduce((a, x) => Math.max(a, x), 0) ?? 0;
    const terms = EPSILON * (8 + Math.sqrt(columns));
    row.forEach((x, column) => {
      const probability = Math.exp(x - max - total);
      // The exponent's roundings count as the sizes of max − x and of the logarithm, not of x: max − x is rounded once.
      const relative = terms + 4 * EPSILON * (max - x) + 2 * EPSILON * Math.abs(max + total);
      const depth = Math.abs(x) + Math.abs(max) + Math.abs(total); // what is rounded when x − max − total is formed
      visit(r * columns + column, r, {
        column,
        probability,
        ofProbability: probability * (relative + Math.expm1(2 * given)) + SMALLEST_NORMAL,
        ofLogarithm: terms + 2 * given + 2 * EPSILON * depth,
      });
    });
  }
}

function softmaxErrors({ inputs, output }: StepOf<"softmax">, analysis: Analysis): Bounds {
  const bounds = everywhere(output.shape, 0);
  forEachLogit(inputs.input, analysis, (at, _, { ofProbability }) => bounds[at] = ofProbability);
  return bounds;
}

function logSoftmaxErrors({ inputs, output }: StepOf<"logSoftmax">, analysis: Analysis): Bounds {
  const bounds = everywhere(output.shape, 0);
  forEachLogit(inputs.input, analysis, (at, _, { ofLogarithm }) => bounds[at] = ofLogarithm);
  return bounds;
}

function crossEntropyErrors({ inputs, output }: StepOf<"crossEntropy">, analysis: Analysis): Bounds {
  const labels = read(analysis.memory, inputs.labels), ofLabels = readErrors(analysis, inputs.labels);
  const bounds = everywhere(output.shape, 0);
  forEachLogit(inputs.logits, analysis, (_, row, { column, ofLogarithm }) => {
    if (column === labels[row]) bounds[row] = ofLabels?.[row] ? Infinity : ofLogarithm;
  });
  return bounds;
}

function crossEntropyGradErrors({ inputs, output }: StepOf<"crossEntropyGrad">, analysis: Analysis): Bounds {
  const labels = read(analysis.memory, inputs.labels), ofLabels = readErrors(analysis, inputs.labels);
  const g = read(analysis.memory, inputs.g), ofG = readErrors(analysis, inputs.g);
  const bounds = everywhere(output.shape, 0);
  forEachLogit(inputs.logits, analysis, (at, row, { column, probability, ofProbability }) => {
    const exact = probability - (column === labels[row] ? 1 : 0), wrong = ofG?.[row] ?? 0;
    bounds[at] = ofLabels?.[row]
      ? Infinity
      : (ofProbability + EPSILON * Math.abs(exact)) * (Math.abs(g[row]!) + wrong) + wrong * Math.abs(exact) +
        SMALLEST_NORMAL;
  });
  return bounds;
}

export const ERRORS: Table<keyof typeof ROWS, [Analysis], Bounds> = {
  softmax: softmaxErrors,
  logSoftmax: logSoftmaxErrors,
  crossEntropy: crossEntropyErrors,
  crossEntropyGrad: crossEntropyGradErrors,
};
