import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { buckets } from "../../lib/plot/downsample.ts";

Deno.test("buckets(): mean, least and most of neighbours; what is not finite is left out", () => {
  assert.deepEqual(buckets([1, NaN, 5, 3, Infinity, NaN], 3), [
    { x: 0.5, mean: 1, least: 1, most: 1 },
    { x: 2.5, mean: 4, least: 3, most: 5 },
  ]);
});
