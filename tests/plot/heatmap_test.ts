import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { heatMap } from "../../lib/plot/heatmap.ts";
import { pngPixels } from "./snapshot.ts";

Deno.test("heatMap(): the origin is at the bottom, the colour the logarithm of 1 + count", () => {
  const chart = heatMap({ counts: [[99, 0, 9], [9, 99, 0], [NaN, NaN, NaN]], range: [0, 3], legend: false });
  const { mark } = (chart.spec["layer"] as { mark: { url: string } }[])[0]!;
  const { width, height, rows } = pngPixels(mark.url);
  assert.deepEqual([width, height], [3, 3]);
  // Each row has its filter, 0, before it. 254 is the greatest, 255 what is not there; log1p(9) is half of log1p(99).
  assert.deepEqual([...rows], [0, 127, 0, 255, 0, 0, 254, 255, 0, 254, 127, 255]);
  assert.throws(() => heatMap({ counts: [[1], [1, 2]], range: [0, 1] }), /histograms of 1 and of 2 bins/);
});
