import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { confusionMatrix } from "../../lib/plot/confusion.ts";
import { binShare, deadShareChart } from "../../lib/plot/dead.ts";
import { plotFunc } from "../../lib/plot/function.ts";
import { grid } from "../../lib/plot/grid.ts";
import { heatMap } from "../../lib/plot/heatmap.ts";
import { showImages } from "../../lib/plot/images.ts";
import { ModelGraph } from "../../lib/plot/model_graph.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { histograms, meanAndStd, samples } from "./samples.ts";
import { assertSnapshot } from "./snapshot.ts";

Deno.test("every chart is as on record, and draws", async (t) => {
  for (const [name, chart] of Object.entries(await samples())) {
    await t.step(name, async () => {
      await assertSnapshot(name, chart.spec);
      const svg = await chart.svg();
      assert.match(svg, /^<svg[^>]* class="sonde"/);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    });
  }
});

Deno.test("charts of 5,000 batches stay under 300 kB, described or drawn", async () => {
  const counts = histograms(5000);
  const maps = grid(Array.from({ length: 4 }, () => heatMap({ counts, range: [0, 10], legend: false })));
  const shares = grid(Array.from({ length: 4 }, () => deadShareChart({ shares: binShare(counts, [0, 0]) })));
  for (const chart of [maps, shares, meanAndStd(5000)]) {
    for (const text of [JSON.stringify(chart.spec), await chart.svg()]) {
      assert.ok(text.length < 300_000, `${chart}: ${text.length}`);
    }
  }
});

Deno.test("charts of nothing, of zeros and of one batch are charts", async () => {
  for (const counts of [[], [[0, 0]], [[3, 0]]]) {
    assert.match(await heatMap({ counts, range: [0, 1] }).svg(), /^<svg/);
    assert.match(await deadShareChart({ shares: binShare(counts, [0, 0]) }).svg(), /^<svg/);
  }
  assert.match(await grid([]).svg(), /^<svg/);
});

Deno.test("bad data for pictures is told", async () => {
  const some = await showImages(zeros([4, 1, 4, 4]), { titles: ["one", "", "three", ""] });
  assert.equal(`${some}`, 'Chart("Images: 4 of 4 × 4 pixels, one; three")');
  await assert.rejects(showImages(zeros([2, 5, 4, 4])), /Cannot show \[2, 5, 4, 4\] as images/);
  await assert.rejects(plotFunc((x) => x.sum()), /one number for each is wanted/);
  assert.throws(() => confusionMatrix([[1, 2]]), /it is square/);
  assert.throws(() => confusionMatrix([[1]], { classes: ["a", "b"] }), /Cannot name 1 classes with 2 names/);
  const node = { name: "a", kind: "ReLU", shape: [1], parameters: 0 };
  assert.throws(() => new ModelGraph([node, node]), /one name/);
  assert.throws(() => new ModelGraph([{ ...node, from: ["b"] }]), /its input b is not there/);
});
