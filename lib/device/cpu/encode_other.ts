/** Steps that are one command each: rows, indexing, pooling, histograms, numbers out of nothing. */
import { rowMajor, sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import type { AvgPooling } from "../steps/pool.ts";
import type { ProgramWriter } from "./commands.ts";
import { chunkSize } from "./shapes.ts";

/** Rows a chunk of row-wise kernels. */
const rowsAChunk = (rows: number, columns: number) => chunkSize(rows, 1, Math.max(1, Math.ceil(4096 / columns)));

/** Encodes softmax and logSoftmax. */
export function encodeSoftmax(step: StepOf<"softmax" | "logSoftmax">, writer: ProgramWriter): void {
  const { input } = step.inputs, [rows, columns] = input.shape as [number, number], size = rowsAChunk(rows, columns);
  writer.command(step.kernel, Math.ceil(rows / size), rows * (columns + 8) * 2, [
    ...[rows, columns, size],
    ...writer.operand(input),
    ...writer.operand(step.output),
  ]);
}

/** Encodes the fused cross-entropy and its gradient. */
export function encodeCrossEntropy(step: StepOf<"crossEntropy" | "crossEntropyGrad">, writer: ProgramWriter): void {
  const { logits, labels } = step.inputs, g = step.kernel === "crossEntropyGrad" ? step.inputs.g : undefined;
  const [rows, columns] = logits.shape as [number, number], size = rowsAChunk(rows, columns);
  writer.command(step.kernel, Math.ceil(rows / size), rows * (columns + 8) * 2, [
    ...[rows, columns, size],
    ...writer.operand(logits),
    ...writer.operand(labels),
    labels.strides[0]!,
    ...(g ? [...writer.operand(g), g.strides[0]!] : []),
    ...writer.operand(step.output),
  ]);
}

const withZero = (strides: readonly number[], axis: number) => strides.map((stride, i) => i === axis ? 0 : stride);

/** Encodes gather. */
export function encodeGather(step: StepOf<"gather">, writer: ProgramWriter): void {
  const { inputs: { input, index }, attributes: { axis } } = step,
    total = sizeOf(index.shape),
    size = chunkSize(total, 1, 4096);
  writer.command("gather", Math.ceil(total / size), total * 5, [
    ...[total, size],
    ...writer.operand(input),
    ...writer.operand(index),
    ...writer.operand(step.output),
    index.shape.length,
    writer.table(index.shape),
    writer.table(withZero(input.strides, axis)),
    writer.table(index.strides),
    ...[input.shape[axis]!, input.strides[axis]!],
  ]);
}

/** Encodes scatterAdd. */
export function encodeScatterAdd(step: StepOf<"scatterAdd">, writer: ProgramWriter): void {
  const { inputs: { index, source }, output, attributes: { axis } } = step,
    total = sizeOf(index.shape),
    strides = rowMajor(output.shape);
  writer.command("scatterAdd", 1, total * 5, [
    ...[total, sizeOf(output.shape)],
    ...writer.operand(source),
    ...writer.operand(index),
    ...writer.operand(output),
    index.shape.length,
    writer.table(index.shape),
    writer.table(source.strides),
    writer.table(index.strides),
    writer.table(withZero(strides, axis)),
    ...[output.shape[axis]!, strides[axis]!],
  ]);
}

/** Encodes a batch out of a byte data set. */
export function encodeTakeBytes(step: StepOf<"dequantizeGather">, writer: ProgramWriter): void {
  const { inputs: { bytes, index }, numbers } = step;
  const [count, length] = bytes.shape as [number, number], batch = index.shape[0]!;
  const size = chunkSize(batch, 1, Math.max(1, Math.ceil(16384 / length)));
  writer.command("takeBytes", Math.ceil(batch / size), batch * length * 0.3, [
    ...[batch, size],
    ...writer.operand(bytes),
    ...writer.operand(index),
    index.strides[0]!,
    ...writer.operand(step.output),
    ...[length, count, numbers.scale, numbers.shift],
  ]);
}

/** [first, last, divisor's part] of each window along an axis. */
function windows(pooling: AvgPooling, axis: 0 | 1, size: number, outputs: number): number[] {
  const bounds: number[] = [];
  for (let i = 0; i < outputs; i++) {
    if (pooling.adaptive) {
      const first = Math.floor(i * size / outputs), last = Math.ceil((i + 1) * size / outputs);
      bounds.push(first, last, last - first);
    } else {
      const padding = pooling.padding[axis], start = i * pooling.stride[axis] - padding;
      // A window that sticks out of the padded image is cut there before it is counted, as in PyTorch.
      const end = Math.min(start + pooling.kernelSize[axis], size + padding);
      const first = Math.max(start, 0), last = Math.min(end, size);
      bounds.push(first, last, pooling.countIncludePad ? end - start : last - first);
    }
  }
  return bounds;
}

/** Encodes average pooling and its transpose. */
export function encodePool(step: StepOf<"avgPool2d" | "avgPool2dGrad">, writer: ProgramWriter): void {
  const { inputs: { input }, output, attributes } = step, grad = step.kernel === "avgPool2dGrad";
  const [n, c, h, w] = (grad ? output : input).shape as [number, number, number, number];
  const [, , oh, ow] = (grad ? input : output).shape as [number, number, number, number];
  writer.command(grad ? "avgPoolGrad" : "avgPool", n, n * c * (h * w + oh * ow) * 1.5, [
    ...[n, c, h, w, oh, ow],
    ...writer.operand(input),
    ...writer.operand(output),
    writer.table(input.strides),
    writer.table(output.strides),
    writer.table(windows(attributes, 0, h, oh)),
    writer.table(windows(attributes, 1, w, ow)),
  ]);
}

/** Encodes a histogram: counts of chunks, then their sums. */
export function encodeHistogram(step: StepOf<"histogram">, writer: ProgramWriter): void {
  const { inputs: { input }, numbers } = step, bins = step.output.shape[0]!, total = sizeOf(input.shape);
  // Few enough chunks that their counts stay small.
  const size = chunkSize(total, 1, Math.max(16384, 4 * bins)), parts = Math.ceil(total / size);
  const counts = writer.scratch(4 * bins * parts);
  const shape = input.shape.length === 0 ? [1] : input.shape, strides = input.shape.length === 0 ? [1] : input.strides;
  writer.command("histogram", parts, total * 2.5, [
    ...[total, size],
    ...writer.operand(input),
    ...[bins, numbers.min, numbers.max, shape.length, writer.table(shape), writer.table(strides)],
    ...writer.scratchOperand,
    counts,
  ]);
  writer.command("histogramParts", 1, bins * parts, [
    ...[bins, parts],
    ...writer.operand(step.output),
    ...writer.scratchOperand,
    counts,
  ]);
}

/** Encodes random numbers. */
export function encodeRandom(step: StepOf<"random">, writer: ProgramWriter): void {
  const total = sizeOf(step.output.shape), size = chunkSize(total, 4, 4096), { numbers } = step;
  const normal = step.attributes.distribution === "normal";
  writer.command("random", Math.ceil(total / size), total * (normal ? 8 : 5), [
    ...[total, size, normal ? 1 : 0],
    ...writer.operand(step.output),
    ...[numbers.seedLow, numbers.seedHigh, numbers.counterLow, numbers.counterHigh],
  ]);
}

/** Encodes a range. */
export function encodeArange(step: StepOf<"arange">, writer: ProgramWriter): void {
  const total = sizeOf(step.output.shape), size = chunkSize(total, 1, 16384);
  const { attributes: { dtype }, numbers } = step;
  writer.command("arange", Math.ceil(total / size), total, [
    ...[total, size, dtype === "float32" ? 0 : dtype === "int32" ? 1 : 2],
    ...writer.operand(step.output),
    ...[numbers.start, numbers.step],
  ]);
}
