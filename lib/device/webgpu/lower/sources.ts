/** Random numbers, arange. */
import arangeText from "../../../../kernels/webgpu/arange.wgsl" with { type: "text" };
import philoxText from "../../../../kernels/webgpu/philox.wgsl" with { type: "text" };
import randintText from "../../../../kernels/webgpu/randint.wgsl" with { type: "text" };
import randomText from "../../../../kernels/webgpu/random.wgsl" with { type: "text" };
import { sizeOf } from "../../shape.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import type { SOURCES } from "../../steps/sources.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

/** Where numbers go, how many they are, and the state of the generator. */
function drawnFields({ output, numbers }: StepOf<"random" | "randint">): Fields {
  return new Fields().address("output", output).constant("numbers", sizeOf(output.shape))
    .scalar("seedLow", numbers.seedLow, "u32").scalar("seedHigh", numbers.seedHigh, "u32")
    .scalar("counterLow", numbers.counterLow, "u32").scalar("counterHigh", numbers.counterHigh, "u32");
}

function lowerRandom(step: StepOf<"random">): Dispatch[] {
  const { kernel, output, attributes: { distribution } } = step;
  return [elementsDispatch({
    label: `${kernel} ${distribution}`,
    text: randomText,
    fields: drawnFields(step),
    count: ceilDiv(sizeOf(output.shape), 4),
    constants: { NORMAL: distribution === "normal" },
    functions: philoxText,
    math: true,
  })];
}

function lowerRandint(step: StepOf<"randint">): Dispatch[] {
  const { kernel, output, numbers } = step;
  const fields = drawnFields(step).scalar("low", numbers.low, "i32").scalar("span", numbers.span, "u32");
  const count = ceilDiv(sizeOf(output.shape), 2);
  return [elementsDispatch({ label: kernel, text: randintText, fields, count, functions: philoxText, math: true })];
}

function lowerArange({ kernel, output, attributes: { dtype }, numbers }: StepOf<"arange">): Dispatch[] {
  const count = sizeOf(output.shape), type = dtype === "float32" ? "f32" : "i32";
  const fields = new Fields().address("output", output).scalar("start", numbers.start, type)
    .scalar("step", numbers.step, type);
  const functions = `alias Element = ${type};`;
  return [elementsDispatch({ label: kernel, text: arangeText, fields, count, functions })];
}

export const SOURCES_WEBGPU: Table<keyof typeof SOURCES, [], Dispatch[]> = {
  random: lowerRandom,
  randint: lowerRandint,
  arange: lowerArange,
};
