/** Kernels that pick places by index: gather, scatterAdd. */
import gatherText from "../../../../kernels/webgpu/gather.wgsl" with { type: "text" };
import scatterAddText from "../../../../kernels/webgpu/scatter_add.wgsl" with { type: "text" };
import type { Program } from "../../program.ts";
import { rowMajor, sizeOf } from "../../shape.ts";
import type { INDEXING } from "../../steps/indexing.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { isHalf } from "../halves.ts";
import { offsetFunction } from "../indexing.ts";
import { type Dispatch, Fields } from "../module.ts";
import { pickDispatch } from "./pick.ts";
import { cut } from "./rounds.ts";

/** The strides with that of one axis replaced. */
const withStride = (strides: readonly number[], axis: number, stride: number) =>
  strides.map((old, i) => i === axis ? stride : old);

const AS_IT_IS = "fn wordAt(place: u32) -> u32 {\n  return heap[place];\n}\n";
const WIDENED = "fn wordAt(place: u32) -> u32 {\n  return widenedBits(heap[place >> 1u], place);\n}\n";

function lowerGather(step: StepOf<"gather">, program: Program): Dispatch[] {
  const { inputs: { input, index }, output, attributes: { axis } } = step;
  const count = sizeOf(index.shape), halves = isHalf(input, program);
  const fields = new Fields().address("input", input, { halves }).address("index", index).address("output", output)
    .constants({ size: input.shape[axis]!, stride: input.strides[axis]! });
  const functions = (halves ? WIDENED : AS_IT_IS) + offsetFunction("indexOffset", index, fields) +
    offsetFunction("inputOffset", { shape: index.shape, strides: withStride(input.strides, axis, 0) }, fields);
  return [pickDispatch(step, gatherText, fields, count, functions)];
}

function lowerScatterAdd(step: StepOf<"scatterAdd">): Dispatch[] {
  const { inputs: { index, source }, output, attributes: { axis } } = step;
  const count = sizeOf(output.shape);
  const dense = rowMajor(output.shape);
  return cut(index.shape[axis]!).map((part) => {
    const fields = new Fields().address("index", index).address("source", source).address("output", output).constants({
      ...part,
      indexStride: index.strides[axis]!,
      sourceStride: source.strides[axis]!,
      inner: dense[axis]!,
      size: output.shape[axis]!,
    });
    // Output elements beyond the index in another axis receive nothing.
    const conditions = output.shape.flatMap((size, i) => {
      if (i === axis || index.shape[i] === size) return [];
      fields.constants({
        [`within${i}Stride`]: dense[i]!,
        [`within${i}Size`]: size,
        [`within${i}Limit`]: index.shape[i]!,
      });
      return [`o / p.within${i}Stride % p.within${i}Size < p.within${i}Limit`];
    });
    const functions = `fn within(o: u32) -> bool {\n  return ${conditions.join(" && ") || "true"};\n}\n` +
      offsetFunction("indexLine", { shape: output.shape, strides: withStride(index.strides, axis, 0) }, fields) +
      offsetFunction("sourceLine", { shape: output.shape, strides: withStride(source.strides, axis, 0) }, fields);
    return pickDispatch(step, scatterAddText, fields, count, functions);
  });
}

export const INDEXING_WEBGPU: Table<keyof typeof INDEXING, [Program], Dispatch[]> = {
  gather: lowerGather,
  scatterAdd: lowerScatterAdd,
};
