/** The form of a result in a file. */
import * as v from "npm:valibot@1";
import type { SeedResult } from "./result.ts";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** NaN and infinities count too. */
const figure = v.custom<number>((value) => typeof value === "number", "expected a number");
const numbers = v.custom<ArrayLike<number>>(
  (value) => (Array.isArray(value) && value.every((x) => typeof x === "number")) || ArrayBuffer.isView(value),
  "expected numbers",
);
const phase = v.strictObject({
  epoch: whole,
  phase: v.picklist(["train", "eval"]),
  loss: figure,
  accuracy: figure,
  seconds: figure,
});
const layer = v.objectWithRest(
  { name: v.string(), kind: v.string(), mean: numbers, std: numbers, counts: v.array(numbers) },
  v.unknown(),
);
const result = v.strictObject({
  seed: whole,
  phases: v.array(phase),
  losses: numbers,
  activations: v.optional(v.array(layer)),
  every: v.optional(whole),
  diverged: v.optional(v.string()),
  seconds: figure,
});

/** A result that was read from a file. @throws {RangeError} if it has not the form of one */
export function resultOf(value: unknown, path: string): SeedResult {
  const { success, issues } = v.safeParse(result, value, { abortEarly: true });
  // What the statistics of a layer have beyond this is theirs.
  if (success) return value as SeedResult;
  throw new RangeError(
    `Cannot read ${path}: ${v.getDotPath(issues[0]) ?? "all of it"}: ${
      issues[0].message
    }. Remove it, and the run goes ` +
      `on from its checkpoint`,
  );
}
