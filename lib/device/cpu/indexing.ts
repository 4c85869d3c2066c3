/** Reading and adding at places that an index gives, for kernels/cpu/indexing.ts. */
import { rowMajor, sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, flag, halves, operand, table, word } from "./layout.ts";
import { chunkSize } from "./shapes.ts";
import { ONE_CHUNK } from "./work.ts";

export const GATHER = command("gather", {
  total: word("elements of the index"),
  size: word("elements per chunk"),
  input: operand("what is read"),
  halves: halves("the same, where it is float16"),
  isHalf: flag("whether it is"),
  index: operand("int32"),
  output: operand("dense"),
  rank: word("axes of the index"),
  shape: table("of the index"),
  inputStrides: table("0 along the gathered axis"),
  indexStrides: table("of the index"),
  length: word("size of the gathered axis"),
  stride: word("of the gathered axis"),
});

export const SCATTER_ADD = command("scatterAdd", {
  total: word("elements of the index"),
  outputs: word("elements of the output"),
  source: operand("what is added"),
  index: operand("int32"),
  output: operand("dense"),
  rank: word("axes of the index"),
  shape: table("of the index"),
  sourceStrides: table("of the source"),
  indexStrides: table("of the index"),
  outputStrides: table("0 along the axis"),
  length: word("size of the axis"),
  stride: word("of the axis in the output"),
});

/** Nanoseconds of an element that is looked up by its coordinates (one thread, rank 2). */
const NS_PER_PLACE = 5;

const withZero = (strides: readonly number[], axis: number) => strides.map((stride, i) => i === axis ? 0 : stride);

/** Encodes gather. */
export function encodeGather(step: StepOf<"gather">, writer: ProgramWriter): void {
  const { inputs: { input, index }, output, attributes: { axis } } = step;
  const total = sizeOf(index.shape), size = writer.imagesPerChunk(chunkSize(total, 1, 4096));
  const cut = output.shape.length === 1 ? { images: size, chunks: 1 } : undefined;
  writer.issue(GATHER, { chunks: Math.ceil(total / size), ns: total * NS_PER_PLACE, cut }, {
    total,
    size,
    input,
    halves: input,
    isHalf: writer.program.values[input.value]!.dtype === "float16",
    index,
    output,
    rank: index.shape.length,
    shape: index.shape,
    inputStrides: withZero(input.strides, axis),
    indexStrides: index.strides,
    length: input.shape[axis]!,
    stride: input.strides[axis]!,
  });
}

/** Encodes scatterAdd: one chunk, so that additions keep their order. */
export function encodeScatterAdd(step: StepOf<"scatterAdd">, writer: ProgramWriter): void {
  const { inputs: { index, source }, output, attributes: { axis } } = step;
  const total = sizeOf(index.shape), strides = rowMajor(output.shape);
  writer.issue(SCATTER_ADD, ONE_CHUNK, {
    total,
    outputs: sizeOf(output.shape),
    source,
    index,
    output,
    rank: index.shape.length,
    shape: index.shape,
    sourceStrides: source.strides,
    indexStrides: index.strides,
    outputStrides: withZero(strides, axis),
    length: output.shape[axis]!,
    stride: strides[axis]!,
  });
}
