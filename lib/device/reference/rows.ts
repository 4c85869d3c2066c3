/** Row-wise kernels over logits: softmax, log-softmax, cross-entropy and its gradient. */
import { indexFault } from "../faults.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import type { ROWS } from "../steps/rows.ts";
import { type Memory, read, write } from "./memory.ts";

/** x − ln Σ eˣ of a row. The maximum is taken out of each x first: beside a large one, the logarithm would be lost. */
function logarithms(row: Float64Array): (x: number) => number {
  const max = row.reduce((a, x) => Math.max(a, x), -Infinity);
  const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x - max), 0));
  return (x) => x - max - total;
}

function eachRow(values: Float64Array, columns: number, visit: (row: Float64Array, r: number) => void): void {
  for (let r = 0; r * columns < values.length; r++) visit(values.subarray(r * columns, (r + 1) * columns), r);
}

/** Softmax or its logarithm. */
function softmax(step: StepOf<"softmax" | "logSoftmax">, memory: Memory): void {
  const { kernel, inputs: { input }, output } = step, values = read(memory, input);
  eachRow(values, input.shape[1]!, (row) => {
    const logarithm = logarithms(row);
    row.forEach((x, c) => row[c] = kernel === "softmax" ? Math.exp(logarithm(x)) : logarithm(x));
  });
  write(memory, output, values);
}

/** Loss of each row against its label. */
function crossEntropy({ inputs, output }: StepOf<"crossEntropy">, memory: Memory): void {
  const columns = inputs.logits.shape[1]!, labels = read(memory, inputs.labels);
  const losses = new Float64Array(labels.length);
  eachRow(read(memory, inputs.logits), columns, (row, r) => {
    const label = labels[r]!;
    if (label < 0 || label >= columns) memory.fault(indexFault("crossEntropy", label, columns));
    else losses[r] = -logarithms(row)(row[label]!);
  });
  write(memory, output, losses);
}

/** Gradient of the losses for the logits. A label out of range is no class at all. */
function crossEntropyGrad({ inputs, output }: StepOf<"crossEntropyGrad">, memory: Memory): void {
  const logits = read(memory, inputs.logits), labels = read(memory, inputs.labels), g = read(memory, inputs.g);
  const columns = inputs.logits.shape[1]!;
  eachRow(logits, columns, (row, r) => {
    if (labels[r]! < 0 || labels[r]! >= columns) memory.fault(indexFault("crossEntropyGrad", labels[r]!, columns));
    const logarithm = logarithms(row);
    row.forEach((x, c) => row[c] = (Math.exp(logarithm(x)) - (c === labels[r] ? 1 : 0)) * g[r]!);
  });
  write(memory, output, logits);
}

export const ROWS_REFERENCE: Table<keyof typeof ROWS, [Memory], void> = {
  softmax,
  logSoftmax: softmax,
  crossEntropy,
  crossEntropyGrad,
};
