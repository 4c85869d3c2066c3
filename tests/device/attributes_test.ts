import assert from "node:assert/strict";
import { type Attributes, attributes, choice, flag, int, ints, pair } from "../../lib/device/attributes.ts";
import { convolution } from "../../lib/device/steps/conv.ts";
import { along } from "../../lib/device/steps/indexing.ts";
import { maxPooling } from "../../lib/device/steps/max_pool.ts";
import { SIGNATURES } from "../../lib/device/steps/mod.ts";
import { keeping } from "../../lib/device/steps/normalisation.ts";
import { avgPooling } from "../../lib/device/steps/pool.ts";
import { reduction, scan } from "../../lib/device/steps/reductions.ts";
import { ordering } from "../../lib/device/steps/sorting.ts";
import { drawing, range } from "../../lib/device/steps/sources.ts";
import type { Signature } from "../../lib/device/steps/step.ts";
import { counting } from "../../lib/device/steps/statistics.ts";

/** The first value of each field, and what it may be instead. */
type Variants<V> = { readonly [F in keyof V]: readonly V[F][] };

/** Makers whose fields were varied. */
const varied = new Set<unknown>();

/** Every field of what `make` makes is there, and shows in the key; equal fields give equal keys. */
function everyFieldCounts<V extends object>(make: (values: V) => Attributes & V, variants: Variants<V>): void {
  varied.add(make);
  const fields = Object.keys(variants) as (keyof V)[];
  const first = () => Object.fromEntries(fields.map((field) => [field, variants[field][0]])) as V;
  const seen = new Map([[String(make(first()).key), "the first values"]]);
  assert.ok(seen.has(String(make(first()).key)), "equal fields, another key");
  for (const field of fields) {
    for (const value of variants[field].slice(1)) {
      const made = make({ ...first(), [field]: value }), key = String(made.key);
      assert.deepEqual(made[field], value);
      const other = seen.get(key), what = `${String(field)} ${value}`;
      assert.equal(other, undefined, `${what} and ${other} have the key ${key}`);
      seen.set(key, what);
    }
  }
}

const PAIRS = [[1, 2], [2, 1], [1, 1]] as const;

Deno.test("every field of every kernel's attributes is part of their key", () => {
  everyFieldCounts(convolution, { stride: PAIRS, padding: PAIRS, dilation: PAIRS, groups: [1, 2, 4] });
  everyFieldCounts(maxPooling, { kernelSize: PAIRS, stride: PAIRS, padding: PAIRS, dilation: PAIRS });
  everyFieldCounts(avgPooling, {
    adaptive: [false, true],
    kernelSize: PAIRS,
    stride: PAIRS,
    padding: PAIRS,
    countIncludePad: [false, true],
    divisor: [0, 2, -2],
  });
  everyFieldCounts(reduction, {
    op: ["sum", "prod", "max", "min", "any", "all", "argmax", "argmin"],
    dtype: ["float32", "int32", "bool", "uint8"],
    kept: [0, 1, 2],
  });
  everyFieldCounts(scan, { axis: [0, 1], reverse: [false, true], dtype: ["float32", "int32"] });
  everyFieldCounts(ordering, { dtype: ["float32", "int32", "bool"], descending: [false, true] });
  everyFieldCounts(along, { axis: [0, 1] });
  everyFieldCounts(keeping, { kept: [0, 1] });
  everyFieldCounts(counting, { absolute: [false, true] });
  everyFieldCounts(drawing, { distribution: ["uniform", "normal"] });
  everyFieldCounts(range, { dtype: ["float32", "int32"] });
  const makers = Object.values<Signature>(SIGNATURES).flatMap(({ attributes }) => attributes ?? []);
  assert.deepEqual(makers.filter((maker) => !varied.has(maker)), [], "vary these too");
});

Deno.test("attributes() writes each kind so that lists of different lengths never look the same", () => {
  const make = attributes({ a: ints, b: ints, c: pair, d: flag, e: int, f: choice("x", "y") });
  const rest = { c: [7, 8], d: true, e: -5, f: "y" } as const;
  assert.deepEqual(make({ a: [1], b: [2, 3], ...rest }).key, [1, 1, 2, 2, 3, 7, 8, 1, -5, 1]);
  assert.notDeepEqual(make({ a: [1, 2], b: [3], ...rest }).key, make({ a: [1], b: [2, 3], ...rest }).key);
});
