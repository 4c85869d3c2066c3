/** The order of numbers, for kernels/cpu/sorting.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, flag, operand, word } from "./layout.ts";
import { chunkSize } from "./shapes.ts";

export const ARGSORT = command("argsort", {
  input: operand("[rows, n]"),
  output: operand("dense"),
  rows: word("of the input"),
  rowsPerChunk: word("rows"),
  length: word("elements of a row"),
  rowStride: word("of the input"),
  stride: word("of the input"),
  isFloat: flag("else whole numbers"),
  descending: flag("the largest first"),
  scratch: operand("scratch value"),
  at: word("bytes to the entries in the scratch value: two buffers of n for each chunk"),
});

/** Nanoseconds of an element in one round of merging. */
const NS_PER_MERGE = 4;

/** Bytes of an entry: a number as a key, and its place. */
const ENTRY = 8;

/** Encodes argsort: a chunk is a number of rows. */
export function encodeArgsort(
  { inputs: { input }, output, attributes }: StepOf<"argsort">,
  writer: ProgramWriter,
): void {
  const [rows, length] = input.shape as [number, number], [rowStride, stride] = input.strides as [number, number];
  const rowsPerChunk = chunkSize(rows, 1, Math.ceil(4096 / length)), chunks = Math.ceil(rows / rowsPerChunk);
  const scratch = writer.scratchStart, at = writer.scratch(chunks * 2 * length * ENTRY);
  writer.issue(ARGSORT, { chunks, ns: rows * length * NS_PER_MERGE * Math.ceil(1 + Math.log2(length)) }, {
    ...{ input, output, rows, rowsPerChunk, length, rowStride, stride },
    ...{ isFloat: attributes.dtype === "float32", descending: attributes.descending, scratch, at },
  });
}
