/** The form of a result in a file. */
import { anything, like, list, natural, number, object, oneOf, optional, text } from "../device/form.ts";
import type { SeedResult } from "./result.ts";

const numbers = like(
  "numbers",
  (value) => ArrayBuffer.isView(value) || (Array.isArray(value) && value.every((x) => typeof x === "number")),
);
const phase = object({
  epoch: natural,
  phase: oneOf(["train", "eval"]),
  loss: number,
  accuracy: number,
  seconds: number,
});
const layer = object({ name: text, kind: text, mean: numbers, std: numbers, counts: list(numbers) }, anything);
const result = object({
  seed: natural,
  phases: list(phase),
  losses: numbers,
  activations: optional(list(layer)),
  every: optional(natural),
  averaged: optional(number),
  diverged: optional(text),
  seconds: number,
});

/** A result that was read from a file. @param fail called with what is wrong with it */
export function resultOf(value: unknown, fail: (problem: string) => never): SeedResult {
  const problem = result(value);
  return problem ? fail(problem) : value as SeedResult;
}
