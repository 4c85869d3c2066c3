/** The order of numbers: a dispatch for each round of merging. */
import argsortText from "../../../../kernels/webgpu/argsort.wgsl" with { type: "text" };
import { sizeOf } from "../../shape.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import type { SORTING } from "../../steps/sorting.ts";
import { offsetFunction } from "../indexing.ts";
import { type Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

function lowerArgsort({ kernel, inputs: { input }, output, attributes }: StepOf<"argsort">): Dispatch[] {
  const [rows, n] = input.shape as [number, number], count = sizeOf(input.shape);
  const rounds = Math.max(1, Math.ceil(Math.log2(n)));
  // Rounds read what the one before wrote: two orders in scratch memory take turns.
  return Array.from({ length: rounds }, (_, round) => {
    const fields = new Fields().address("input", input).scratch("order", (round + 1) % 2 * count);
    if (round === rounds - 1) fields.address("output", output);
    else fields.scratch("output", round % 2 * count);
    fields.constants({ n, run: 2 ** round, stride: input.strides[1]! });
    const functions = offsetFunction("inputRow", { shape: [rows], strides: [input.strides[0]!] }, fields);
    const { dtype, descending } = attributes;
    const constants = { IS_FLOAT: dtype === "float32", DESCENDING: descending, FIRST: round === 0 };
    const scratch = rounds > 1 ? 2 * count : 0;
    return elementsDispatch({ label: kernel, text: argsortText, fields, count, functions, constants, scratch });
  });
}

export const SORTING_WEBGPU: Table<keyof typeof SORTING, [], Dispatch[]> = { argsort: lowerArgsort };
