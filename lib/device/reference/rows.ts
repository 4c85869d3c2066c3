/** Row-wise kernels over logits: softmax, log-softmax, cross-entropy and its gradient. */
import type { CrossEntropyGradStep, CrossEntropyStep, SoftmaxStep } from "../program.ts";
import { type Memory, read, write } from "./memory.ts";

/** ln Σ eˣ of a row, its maximum taken out first. */
function logSumExp(row: Float64Array): number {
  const max = row.reduce((a, x) => Math.max(a, x), -Infinity);
  return max + Math.log(row.reduce((sum, x) => sum + Math.exp(x - max), 0));
}

function eachRow(values: Float64Array, columns: number, visit: (row: Float64Array, r: number) => void): void {
  for (let r = 0; r * columns < values.length; r++) visit(values.subarray(r * columns, (r + 1) * columns), r);
}

/** Softmax or its logarithm. */
export function softmax(step: SoftmaxStep, memory: Memory): void {
  const values = read(memory, step.input);
  eachRow(values, step.input.shape[1]!, (row) => {
    const total = logSumExp(row);
    row.forEach((x, c) => row[c] = step.kernel === "softmax" ? Math.exp(x - total) : x - total);
  });
  write(memory, step.output, values);
}

/** Loss of each row against its label. */
export function crossEntropy(step: CrossEntropyStep, memory: Memory): void {
  const columns = step.logits.shape[1]!, labels = read(memory, step.labels);
  const losses = new Float64Array(labels.length);
  eachRow(read(memory, step.logits), columns, (row, r) => {
    const label = labels[r]!;
    if (label < 0 || label >= columns) memory.fault({ kernel: "crossEntropy", index: label, size: columns });
    else losses[r] = logSumExp(row) - row[label]!;
  });
  write(memory, step.output, losses);
}

/** Gradient of the losses for the logits. A label out of range is no class at all: its loss has raised the fault already. */
export function crossEntropyGrad(step: CrossEntropyGradStep, memory: Memory): void {
  const logits = read(memory, step.logits), labels = read(memory, step.labels), g = read(memory, step.g);
  eachRow(logits, step.logits.shape[1]!, (row, r) => {
    const total = logSumExp(row);
    row.forEach((x, c) => row[c] = (Math.exp(x - total) - (c === labels[r] ? 1 : 0)) * g[r]!);
  });
  write(memory, step.output, logits);
}
