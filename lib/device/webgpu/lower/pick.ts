/** Kernels that go by an index: gather, scatterAdd, takeBytes. */
import gatherText from "../../../../kernels/webgpu/gather.wgsl" with { type: "text" };
import scatterAddText from "../../../../kernels/webgpu/scatter_add.wgsl" with { type: "text" };
import takeBytesText from "../../../../kernels/webgpu/take_bytes.wgsl" with { type: "text" };
import { FAULT_KERNELS } from "../../backend.ts";
import type { GatherStep, ScatterAddStep, TakeBytesStep } from "../../program.ts";
import { rowMajor, sizeOf } from "../../shape.ts";
import { offsetFunction } from "../indexing.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

function pickDispatch(
  kernel: typeof FAULT_KERNELS[number],
  text: string,
  fields: Fields,
  count: number,
  functions = "",
): Dispatch {
  const constants = { FAULT: FAULT_KERNELS.indexOf(kernel) };
  return elementsDispatch({ label: kernel, text, fields, count, constants, functions, faults: true });
}

/** The strides with that of one axis replaced. */
const withStride = (strides: readonly number[], axis: number, stride: number) =>
  strides.map((old, i) => i === axis ? stride : old);

export function lowerGather({ kernel, axis, input, index, output }: GatherStep): Dispatch[] {
  const count = sizeOf(index.shape);
  const fields = new Fields().address("input", input).address("index", index).address("output", output)
    .constants({ size: input.shape[axis]!, stride: input.strides[axis]! });
  const functions = offsetFunction("indexOffset", index, fields) +
    offsetFunction("inputOffset", { shape: index.shape, strides: withStride(input.strides, axis, 0) }, fields);
  return [pickDispatch(kernel, gatherText, fields, count, functions)];
}

export function lowerScatterAdd({ kernel, axis, index, source, output }: ScatterAddStep): Dispatch[] {
  const count = sizeOf(output.shape);
  const dense = rowMajor(output.shape);
  const fields = new Fields().address("index", index).address("source", source).address("output", output).constants({
    length: index.shape[axis]!,
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
  return [pickDispatch(kernel, scatterAddText, fields, count, functions)];
}

export function lowerTakeBytes({ kernel, bytes, index, output, scale, shift }: TakeBytesStep): Dispatch[] {
  const [size, row] = bytes.shape as [number, number];
  const quads = ceilDiv(row, 4), count = index.shape[0]! * quads;
  const fields = new Fields().address("bytes", bytes).address("index", index).address("output", output)
    .constants({ row, quads, size, indexStride: index.strides[0]! }).scalar("scale", scale).scalar(
      "shift",
      shift,
    );
  return [pickDispatch(kernel, takeBytesText, fields, count)];
}
