/** Row-wise kernels, for kernels/cpu/rows.ts. */
import type { Step, StepOf } from "../steps/mod.ts";
import { isLossOf } from "../steps/rows.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, operand, word } from "./layout.ts";
import { mayOverlap } from "./pointwise.ts";
import { chunkSize } from "./shapes.ts";

const rows = { rows: word("rows of logits"), columns: word("classes"), size: word("rows per chunk") };
const softmax = { ...rows, input: operand("logits [rows, columns]"), output: operand("[rows, columns]") };
const labelled = {
  ...rows,
  logits: operand("[rows, columns]"),
  labels: operand("[rows], int32"),
  labelStride: word("elements between two labels"),
};

export const SOFTMAX = command("softmax", softmax);
export const LOG_SOFTMAX = command("logSoftmax", softmax);
export const CROSS_ENTROPY = command("crossEntropy", { ...labelled, output: operand("losses [rows]") });
const gradient = {
  g: operand("gradient of each loss [rows]"),
  gStride: word("elements between two gradients"),
  output: operand("[rows, columns]"),
};
export const CROSS_ENTROPY_GRAD = command("crossEntropyGrad", { ...labelled, ...gradient });
export const CROSS_ENTROPY_BOTH = command("crossEntropyBoth", {
  ...labelled,
  losses: operand("[rows]"),
  ...gradient,
});

/** Nanoseconds of an element of a row, and how many elements cost as much as a row itself (rows of 10 and of 1,000 compared). */
const NS_PER_ELEMENT = 2;
const ELEMENTS_PER_ROW = 8;

/** Rows per chunk, and what they cost. */
function rowCut(rows: number, columns: number, writer: ProgramWriter) {
  const size = writer.imagesPerChunk(chunkSize(rows, 1, Math.max(1, Math.ceil(4096 / columns))));
  const ns = rows * (columns + ELEMENTS_PER_ROW) * NS_PER_ELEMENT;
  return { size, work: { chunks: Math.ceil(rows / size), ns, cut: { images: size, chunks: 1 } } };
}

/** Encodes softmax and logSoftmax. */
export function encodeSoftmax(step: StepOf<"softmax" | "logSoftmax">, writer: ProgramWriter): void {
  const { kernel, inputs: { input }, output } = step, [rows, columns] = input.shape as [number, number];
  const { size, work } = rowCut(rows, columns, writer);
  writer.issue(kernel === "softmax" ? SOFTMAX : LOG_SOFTMAX, work, { rows, columns, size, input, output });
}

/** Encodes the fused cross-entropy. */
export function encodeCrossEntropy({ inputs, output }: StepOf<"crossEntropy">, writer: ProgramWriter): void {
  const { logits, labels } = inputs, [rows, columns] = logits.shape as [number, number];
  const { size, work } = rowCut(rows, columns, writer), labelStride = labels.strides[0]!;
  writer.issue(CROSS_ENTROPY, work, { rows, columns, size, logits, labels, labelStride, output });
}

/** Encodes its gradient. */
export function encodeCrossEntropyGrad({ inputs, output }: StepOf<"crossEntropyGrad">, writer: ProgramWriter): void {
  const { logits, labels, g } = inputs, [rows, columns] = logits.shape as [number, number];
  const { size, work } = rowCut(rows, columns, writer), labelStride = labels.strides[0]!, gStride = g.strides[0]!;
  writer.issue(CROSS_ENTROPY_GRAD, work, { rows, columns, size, logits, labels, labelStride, g, gStride, output });
}

/** Encodes a loss and its gradient as one command, if that is what the two steps are. @returns whether it did */
export function encodeLossAndGradient(loss: Step, gradient: Step | undefined, writer: ProgramWriter): boolean {
  if (loss.kernel !== "crossEntropy" || gradient?.kernel !== "crossEntropyGrad") return false;
  const { inputs: { logits, labels, g }, output } = gradient, losses = loss.output;
  // Losses of some rows are written before the gradient of others.
  if (!isLossOf(loss, gradient) || [g, output].some((other) => mayOverlap(writer, losses, other))) return false;
  const [rows, columns] = logits.shape as [number, number], { size, work } = rowCut(rows, columns, writer);
  const labelStride = labels.strides[0]!, gStride = g.strides[0]!;
  const values = { rows, columns, size, logits, labels, labelStride, losses, g, gStride, output };
  writer.issue(CROSS_ENTROPY_BOTH, work, values);
  return true;
}
