/** Steps that are one command each: rows, indexing, pooling, histograms, numbers out of nothing. */
import type {
  ArangeStep,
  CrossEntropyGradStep,
  CrossEntropyStep,
  GatherStep,
  HistogramStep,
  Pooling,
  PoolStep,
  RandomStep,
  ScatterAddStep,
  SoftmaxStep,
  TakeBytesStep,
} from "../program.ts";
import { rowMajor, sizeOf } from "../shape.ts";
import type { ProgramWriter } from "./commands.ts";
import { chunkSize } from "./shapes.ts";

/** Rows a chunk of row-wise kernels. */
const rowsAChunk = (rows: number, columns: number) => chunkSize(rows, 1, Math.max(1, Math.ceil(4096 / columns)));

/** Encodes softmax and logSoftmax. */
export function encodeSoftmax(step: SoftmaxStep, writer: ProgramWriter): void {
  const [rows, columns] = step.input.shape as [number, number], size = rowsAChunk(rows, columns);
  writer.command(step.kernel, Math.ceil(rows / size), rows * (columns + 8) * 2, [
    ...[rows, columns, size],
    ...writer.operand(step.input),
    ...writer.operand(step.output),
  ]);
}

/** Encodes the fused cross-entropy and its gradient. */
export function encodeCrossEntropy(step: CrossEntropyStep | CrossEntropyGradStep, writer: ProgramWriter): void {
  const [rows, columns] = step.logits.shape as [number, number], size = rowsAChunk(rows, columns);
  writer.command(step.kernel, Math.ceil(rows / size), rows * (columns + 8) * 2, [
    ...[rows, columns, size],
    ...writer.operand(step.logits),
    ...writer.operand(step.labels),
    step.labels.strides[0]!,
    ...(step.kernel === "crossEntropyGrad" ? [...writer.operand(step.g), step.g.strides[0]!] : []),
    ...writer.operand(step.output),
  ]);
}

const withZero = (strides: readonly number[], axis: number) => strides.map((stride, i) => i === axis ? 0 : stride);

/** Encodes gather. */
export function encodeGather(step: GatherStep, writer: ProgramWriter): void {
  const { axis, input, index } = step, total = sizeOf(index.shape), size = chunkSize(total, 1, 4096);
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
export function encodeScatterAdd(step: ScatterAddStep, writer: ProgramWriter): void {
  const { axis, index, source, output } = step, total = sizeOf(index.shape), strides = rowMajor(output.shape);
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
export function encodeTakeBytes(step: TakeBytesStep, writer: ProgramWriter): void {
  const [count, length] = step.bytes.shape as [number, number], batch = step.index.shape[0]!;
  const size = chunkSize(batch, 1, Math.max(1, Math.ceil(16384 / length)));
  writer.command("takeBytes", Math.ceil(batch / size), batch * length * 0.3, [
    ...[batch, size],
    ...writer.operand(step.bytes),
    ...writer.operand(step.index),
    step.index.strides[0]!,
    ...writer.operand(step.output),
    ...[length, count, step.scale, step.shift],
  ]);
}

/** [first, last, divisor's part] of each window along an axis. */
function windows(pooling: Pooling, axis: 0 | 1, size: number, outputs: number): number[] {
  const bounds: number[] = [];
  for (let i = 0; i < outputs; i++) {
    if (pooling.mode === "adaptive") {
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
export function encodePool(step: PoolStep, writer: ProgramWriter): void {
  const grad = step.kernel === "avgPool2dGrad";
  const [n, c, h, w] = (grad ? step.output : step.input).shape as [number, number, number, number];
  const [, , oh, ow] = (grad ? step.input : step.output).shape as [number, number, number, number];
  writer.command(grad ? "avgPoolGrad" : "avgPool", n, n * c * (h * w + oh * ow) * 1.5, [
    ...[n, c, h, w, oh, ow],
    ...writer.operand(step.input),
    ...writer.operand(step.output),
    writer.table(step.input.strides),
    writer.table(step.output.strides),
    writer.table(windows(step.pooling, 0, h, oh)),
    writer.table(windows(step.pooling, 1, w, ow)),
  ]);
}

/** Encodes a histogram: counts of chunks, then their sums. */
export function encodeHistogram(step: HistogramStep, writer: ProgramWriter): void {
  const { input } = step, bins = step.output.shape[0]!, total = sizeOf(input.shape);
  // Few enough chunks that their counts stay small.
  const size = chunkSize(total, 1, Math.max(16384, 4 * bins)), parts = Math.ceil(total / size);
  const counts = writer.scratch(4 * bins * parts);
  const shape = input.shape.length === 0 ? [1] : input.shape, strides = input.shape.length === 0 ? [1] : input.strides;
  writer.command("histogram", parts, total * 2.5, [
    ...[total, size],
    ...writer.operand(input),
    ...[bins, step.min, step.max, shape.length, writer.table(shape), writer.table(strides)],
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
export function encodeRandom(step: RandomStep, writer: ProgramWriter): void {
  const total = sizeOf(step.output.shape), size = chunkSize(total, 4, 4096), normal = step.distribution === "normal";
  writer.command("random", Math.ceil(total / size), total * (normal ? 8 : 5), [
    ...[total, size, normal ? 1 : 0],
    ...writer.operand(step.output),
    ...step.state,
  ]);
}

/** Encodes a range. */
export function encodeArange(step: ArangeStep, writer: ProgramWriter): void {
  const total = sizeOf(step.output.shape), size = chunkSize(total, 1, 16384);
  writer.command("arange", Math.ceil(total / size), total, [
    ...[total, size, step.dtype === "float32" ? 0 : step.dtype === "int32" ? 1 : 2],
    ...writer.operand(step.output),
    ...[step.start, step.step],
  ]);
}
