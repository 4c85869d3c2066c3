/** A batch out of a data set of bytes, for kernels/cpu/bytes.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, operand, scalar, word } from "./layout.ts";
import { chunkSize } from "./shapes.ts";

export const DEQUANTIZE_GATHER = command("dequantizeGather", {
  batch: word("rows that are wanted"),
  size: word("rows per chunk"),
  bytes: operand("[count, length], uint8"),
  index: operand("[batch], int32"),
  indexStride: word("elements between two indices"),
  output: operand("[batch, length]"),
  length: word("bytes of a row"),
  count: word("rows that there are"),
  scale: scalar("factor"),
  shift: scalar("what is added"),
});

/** Nanoseconds of a byte, eight at a time. */
const NS_PER_BYTE = 0.3;

/** Encodes the gather of a batch of bytes as numbers. */
export function encodeDequantizeGather(step: StepOf<"dequantizeGather">, writer: ProgramWriter): void {
  const { inputs: { bytes, index }, output, numbers } = step;
  const [count, length] = bytes.shape as [number, number], batch = index.shape[0]!;
  const size = writer.imagesPerChunk(chunkSize(batch, 1, Math.max(1, Math.ceil(16384 / length)))),
    indexStride = index.strides[0]!;
  const work = { chunks: Math.ceil(batch / size), ns: batch * length * NS_PER_BYTE, cut: { images: size, chunks: 1 } };
  writer.issue(DEQUANTIZE_GATHER, work, { batch, size, bytes, index, indexStride, output, length, count, ...numbers });
}
