/** Numbers stored in 16 bits. */
import halfText from "../../../../kernels/webgpu/half.wgsl" with { type: "text" };
import type { Program } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import type { HALVES } from "../../steps/halves.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { isHalf } from "../halves.ts";
import { offsetFunction } from "../indexing.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

const ROUNDED = "fn halfAt(place: u32) -> u32 {\n  return narrowedBits(heap[place]);\n}\n";
const AS_IT_IS = "fn halfAt(place: u32) -> u32 {\n  return (heap[place >> 1u] >> ((place & 1u) * 16u)) & 0xffffu;\n}\n";

function lowerHalf({ kernel, inputs: { input }, output }: StepOf<"half">, program: Program): Dispatch[] {
  const total = sizeOf(input.shape), stays = isHalf(input, program);
  const fields = new Fields().address("input", input, { halves: stays }).address("output", output).constants({ total });
  const functions = offsetFunction("inputOffset", input, fields) + (stays ? AS_IT_IS : ROUNDED);
  return [elementsDispatch({ label: kernel, text: halfText, fields, count: ceilDiv(total, 2), functions })];
}

export const HALVES_WEBGPU: Table<keyof typeof HALVES, [Program], Dispatch[]> = { half: lowerHalf };
