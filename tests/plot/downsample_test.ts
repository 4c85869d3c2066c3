import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { buckets, titleWith, withGaps } from "../../lib/plot/downsample.ts";

Deno.test("buckets(): mean, least and most of neighbours; what is not finite is left out, and a bucket of nothing else says so", () => {
  assert.deepEqual(buckets([1, NaN, 5, 3, Infinity, NaN], 3), [
    { x: 0.5, mean: 1, least: 1, most: 1 },
    { x: 2.5, mean: 4, least: 3, most: 5 },
    { x: 4.5, mean: NaN, least: NaN, most: NaN },
  ]);
});

Deno.test("withGaps(): one gap for several in a row, none at the ends, and points that stand alone", () => {
  assert.deepEqual(withGaps([NaN, 1, 2, NaN, NaN, 5, NaN], Number.isFinite), { points: [1, 2, NaN, 5], alone: [5] });
  assert.deepEqual(withGaps([NaN, NaN], Number.isFinite), { points: [], alone: [] });
  assert.deepEqual(withGaps([7], Number.isFinite), { points: [7], alone: [7] });
});

Deno.test("titleWith(): says what a logarithmic axis has no place for", () => {
  assert.equal(titleWith("loss", 0), "loss");
  assert.equal(titleWith("loss", 1200), "loss (1,200 of 0 or less not shown)");
});
