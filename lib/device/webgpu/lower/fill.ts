/** Random numbers, arange. */
import arangeText from "../../../../kernels/webgpu/arange.wgsl" with { type: "text" };
import randomText from "../../../../kernels/webgpu/random.wgsl" with { type: "text" };
import type { ArangeStep, RandomStep } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import { ceilDiv, type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

export function lowerRandom({ kernel, distribution, output, state }: RandomStep): Dispatch[] {
  const numbers = sizeOf(output.shape);
  const [seedLow, seedHigh, counterLow, counterHigh] = state;
  const fields = new Fields().address("output", output).constant("numbers", numbers)
    .scalar("seedLow", seedLow, "u32").scalar("seedHigh", seedHigh, "u32")
    .scalar("counterLow", counterLow, "u32").scalar("counterHigh", counterHigh, "u32");
  return [elementsDispatch({
    label: `${kernel} ${distribution}`,
    text: randomText,
    fields,
    count: ceilDiv(numbers, 4),
    constants: { NORMAL: distribution === "normal" },
    math: true,
  })];
}

export function lowerArange({ kernel, dtype, output, start, step }: ArangeStep): Dispatch[] {
  const count = sizeOf(output.shape), type = dtype === "float32" ? "f32" : "i32";
  const fields = new Fields().address("output", output).scalar("start", start, type).scalar("step", step, type);
  const functions = `alias Element = ${type};`;
  return [elementsDispatch({ label: kernel, text: arangeText, fields, count, functions })];
}
