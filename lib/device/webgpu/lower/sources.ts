/** Random numbers, arange. */
import arangeText from "../../../../kernels/webgpu/arange.wgsl" with { type: "text" };
import randomText from "../../../../kernels/webgpu/random.wgsl" with { type: "text" };
import { sizeOf } from "../../shape.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import type { SOURCES } from "../../steps/sources.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

function lowerRandom({ kernel, output, attributes: { distribution }, numbers }: StepOf<"random">): Dispatch[] {
  const count = sizeOf(output.shape);
  const fields = new Fields().address("output", output).constant("numbers", count)
    .scalar("seedLow", numbers.seedLow, "u32").scalar("seedHigh", numbers.seedHigh, "u32")
    .scalar("counterLow", numbers.counterLow, "u32").scalar("counterHigh", numbers.counterHigh, "u32");
  return [elementsDispatch({
    label: `${kernel} ${distribution}`,
    text: randomText,
    fields,
    count: ceilDiv(count, 4),
    constants: { NORMAL: distribution === "normal" },
    math: true,
  })];
}

function lowerArange({ kernel, output, attributes: { dtype }, numbers }: StepOf<"arange">): Dispatch[] {
  const count = sizeOf(output.shape), type = dtype === "float32" ? "f32" : "i32";
  const fields = new Fields().address("output", output).scalar("start", numbers.start, type)
    .scalar("step", numbers.step, type);
  const functions = `alias Element = ${type};`;
  return [elementsDispatch({ label: kernel, text: arangeText, fields, count, functions })];
}

export const SOURCES_WEBGPU: Table<keyof typeof SOURCES, [], Dispatch[]> = { random: lowerRandom, arange: lowerArange };
