import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { Chart } from "../../lib/plot/chart.ts";
import { confusionMatrix } from "../../lib/plot/confusion.ts";
import { binShare, deadShareChart } from "../../lib/plot/dead.ts";
import { buckets } from "../../lib/plot/downsample.ts";
import { plotFunc } from "../../lib/plot/function.ts";
import { grid } from "../../lib/plot/grid.ts";
import { heatMap } from "../../lib/plot/heatmap.ts";
import { showImages } from "../../lib/plot/images.ts";
import { ModelGraph } from "../../lib/plot/model_graph.ts";
import { encodePng, pngUrl } from "../../lib/plot/png.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { graph, histograms, meanAndStd, samples } from "./samples.ts";
import { assertSnapshot, pngPixels } from "./snapshot.ts";

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

Deno.test("heatMap(): the origin is at the bottom, the colour the logarithm of 1 + count", () => {
  const chart = heatMap({ counts: [[99, 0, 9], [9, 99, 0], [NaN, NaN, NaN]], range: [0, 3], legend: false });
  const { mark } = (chart.spec["layer"] as { mark: { url: string } }[])[0]!;
  const { width, height, rows } = pngPixels(mark.url);
  assert.deepEqual([width, height], [3, 3]);
  // Each row has its filter, 0, before it. 254 is the greatest, 255 what is not there; log1p(9) is half of log1p(99).
  assert.deepEqual([...rows], [0, 127, 0, 255, 0, 0, 254, 255, 0, 254, 127, 255]);
  assert.throws(() => heatMap({ counts: [[1], [1, 2]], range: [0, 1] }), /histograms of 1 and of 2 bins/);
});

Deno.test("charts of nothing, of zeros and of one batch are charts", async () => {
  for (const counts of [[], [[0, 0]], [[3, 0]]]) {
    assert.match(await heatMap({ counts, range: [0, 1] }).svg(), /^<svg/);
    assert.match(await deadShareChart({ shares: binShare(counts, [0, 0]) }).svg(), /^<svg/);
  }
  assert.match(await grid([]).svg(), /^<svg/);
});

Deno.test("buckets(): mean, least and most of neighbours; what is not finite is left out", () => {
  assert.deepEqual(buckets([1, NaN, 5, 3, Infinity, NaN], 3), [
    { x: 1.5, mean: 1, least: 1, most: 1 },
    { x: 3.5, mean: 4, least: 3, most: 5 },
  ]);
});

Deno.test("binShare(): values outside the bins count among all", () => {
  assert.deepEqual([...binShare([[6, 2, 2], [0, 0, 0]], [0, 0], [2, 0])], [0.5, NaN]);
  assert.deepEqual([...binShare([[6, 2, 2]], [1, 2])], [0.4]);
  assert.throws(() => binShare([[1, 2]], [1, 0]), /the lower first/);
});

Deno.test("encodePng(): another program's decoder agrees, with palette, transparency, grey and colours", async () => {
  const grey = encodePng({ width: 3, height: 2, data: Uint8Array.of(0, 50, 100, 150, 200, 250) });
  const { decode } = await import("npm:fast-png@^8.0.0");
  assert.deepEqual([...decode(grey).data], [0, 50, 100, 150, 200, 250]);
  const color = encodePng({ width: 1, height: 2, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  assert.deepEqual([...decode(color).data], [1, 2, 3, 4, 5, 6]);
  const { palette } = decode(
    encodePng({ width: 2, height: 1, data: Uint8Array.of(1, 0), palette: ["#010203", "#fffefd"], transparent: 1 }),
  );
  assert.deepEqual(palette, [[1, 2, 3, 255], [255, 254, 253, 0]]);
  assert.throws(() => encodePng({ width: 2, height: 2, data: new Uint8Array(3) }), /found 3 bytes/);
  assert.match(pngUrl({ width: 1, height: 1, data: Uint8Array.of(7) }), /^data:image\/png;base64,iVBORw0KGgo/);
});

Deno.test("bad data for pictures is told", async () => {
  await assert.rejects(showImages(zeros([2, 5, 4, 4])), /Cannot show \[2, 5, 4, 4\] as images/);
  await assert.rejects(plotFunc((x) => x.sum()), /one number for each is wanted/);
  assert.throws(() => confusionMatrix([[1, 2]]), /it is square/);
  assert.throws(() => confusionMatrix([[1]], { classes: ["a", "b"] }), /Cannot name 1 classes with 2 names/);
  const node = { name: "a", kind: "ReLU", shape: [1], parameters: 0 };
  assert.throws(() => new ModelGraph([node, node]), /one name/);
  assert.throws(() => new ModelGraph([{ ...node, from: ["b"] }]), /its input b is not there/);
});

Deno.test("modelGraph(): boxes, arrows, side ways; names are escaped", async () => {
  assert.match(graph.dot, /"0.1" -> "pool"/);
  const svg = await graph.svg();
  assert.match(svg, /^<svg width="[\d.]+" height="[\d.]+"/);
  for (const text of ["Conv2d", "body.conv&lt;1&gt;", "584 parameters", "n × 8 × 14 × 14", "A small network"]) {
    assert.ok(svg.includes(text), text);
  }
  assert.doesNotMatch(svg, /#01020\d|pt"/);
  await assertSnapshot("graph", { nodes: graph.nodes, dot: graph.dot.split("\n") });
});

Deno.test("Picture.save(): svg, png in light and dark, html, json; other names are refused", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-picture-" });
  try {
    const chart = deadShareChart({ title: "dead", shares: [0.1, 0.2] });
    for (const name of ["a.svg", "a.png", "a.html", "a.json"]) await chart.save(`${folder}/${name}`);
    await chart.save(`${folder}/dark.png`, { scheme: "dark", scale: 1 });
    await graph.save(`${folder}/graph.png`);
    const { decode } = await import("npm:fast-png@^8.0.0");
    const [light, dark] = [
      decode(await Deno.readFile(`${folder}/a.png`)),
      decode(await Deno.readFile(`${folder}/dark.png`)),
    ];
    assert.deepEqual([light.width, light.height, dark.width, dark.height], [840, 480, 420, 240]);
    assert.deepEqual([...light.data.slice(0, 3)], [255, 255, 255]);
    assert.deepEqual([...dark.data.slice(0, 3)], [0x1a, 0x20, 0x27]);
    assert.match(await Deno.readTextFile(`${folder}/a.html`), /^<!doctype html>[^]*<svg/);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/a.json`));
    assert.match(json.$schema, /vega-lite/);
    assert.doesNotMatch(JSON.stringify(json), /var\(--/);
    await assert.rejects(chart.save(`${folder}/a.gif`), /must end in .svg, .png, .html or .json/);
    await assert.rejects(graph.save(`${folder}/a.json`), /must end in .svg, .png, .html$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("in a notebook a chart shows itself as Vega-Lite and SVG, whose style is its own", async () => {
  const show = (picture: unknown) =>
    (picture as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")]!();
  const shown = await show(new Chart({ title: "t", mark: "point", data: { values: [] } }));
  assert.deepEqual(Object.keys(shown), ["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
  assert.match(shown["image/svg+xml"]!, /<style>\.sonde\{/);
  assert.doesNotMatch(shown["image/svg+xml"]!, /:root/);
  assert.equal(shown["text/plain"], 'Chart("t")');
  assert.deepEqual(Object.keys(await show(graph)), ["image/svg+xml", "text/plain"]);
});
