/** Activation statistics for kernels/cpu/statistics.ts. */
import { sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { chunkSize, isDense, mergeAxes } from "./shapes.ts";

/** Encodes moments and counts: those of chunks, then of all. */
export function encodeStatistics(step: StepOf<"statistics">, writer: ProgramWriter): void {
  const { inputs: { input }, output, attributes, numbers } = step,
    bins = output.shape[0]! - 4,
    total = sizeOf(input.shape);
  // A chunk's counts (four tables) take no more memory than its elements.
  const size = chunkSize(total, 4, Math.max(16384, 4 * bins)), parts = Math.ceil(total / size);
  // Whole cache lines, so that threads that count in neighbouring chunks do not disturb each other.
  const bytes = Math.ceil((16 + 16 * (bins + 2)) / 64) * 64, partials = writer.scratch(bytes * parts);
  const axes = isDense(input.shape, input.strides)
    ? []
    : mergeAxes(input.shape.map((size, axis) => ({ size, strides: [input.strides[axis]!] })));
  writer.command("statistics", parts, total * (axes.length ? 2 : 1), [
    ...[total, size],
    ...writer.operand(input),
    ...[bins, numbers.min, numbers.max, attributes.absolute ? 1 : 0],
    ...[axes.length, writer.table(axes.map(({ size }) => size)), writer.table(axes.map(({ strides }) => strides[0]!))],
    ...writer.scratchOperand,
    ...[partials, bytes],
  ]);
  writer.command("statisticsParts", 1, bins * parts, [
    ...[total, size, bins, parts],
    ...writer.operand(output),
    ...writer.scratchOperand,
    ...[partials, bytes],
  ]);
}
