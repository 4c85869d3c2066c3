/** A batch out of a data set of bytes. */
import dequantizeGatherText from "../../../../kernels/webgpu/dequantize_gather.wgsl" with { type: "text" };
import type { BYTES } from "../../steps/bytes.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { pickDispatch } from "./pick.ts";

function lowerDequantizeGather(step: StepOf<"dequantizeGather">): Dispatch[] {
  const { inputs: { bytes, index }, output, numbers } = step;
  const [size, row] = bytes.shape as [number, number];
  const quads = ceilDiv(row, 4), count = index.shape[0]! * quads;
  const fields = new Fields().address("bytes", bytes).address("index", index).address("output", output)
    .constants({ row, quads, size, indexStride: index.strides[0]! })
    .scalar("scale", numbers.scale).scalar("shift", numbers.shift);
  return [pickDispatch(step, dequantizeGatherText, fields, count)];
}

export const BYTES_WEBGPU: Table<keyof typeof BYTES, [], Dispatch[]> = { dequantizeGather: lowerDequantizeGather };
