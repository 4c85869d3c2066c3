import assert from "node:assert/strict";
import { lineChart, MOST_POINTS, thin } from "../../lib/plot/lines.ts";
import { seriesChart } from "../../lib/plot/series.ts";
import { hue } from "../../lib/plot/theme.ts";
import { oneTwoFive } from "../../lib/plot/ticks.ts";

const AXES = { x: { title: "epochs" }, y: { title: "loss", scale: "log" } } as const;

Deno.test("thin(): keeps short lines, and the mean of neighbours of long ones", () => {
  assert.deepEqual(thin([3, 1, 2]), [[0, 3], [1, 1], [2, 2]]);
  const long = thin(Array.from({ length: 5000 }, (_, i) => i));
  assert.ok(long.length <= MOST_POINTS);
  // 5000 values in runs of 21: the first run is 0 … 20 at the same steps.
  assert.deepEqual(long[0], [10, 10]);
  assert.ok(long.every(([step, mean]) => Math.abs(step - mean) < 1e-9));
});

Deno.test("thin(): NaN where nothing is finite", () => {
  assert.deepEqual(thin([1, NaN, Infinity, 4]), [[0, 1], [1, NaN], [2, NaN], [3, 4]]);
});

Deno.test("oneTwoFive(): a few ticks over any range", () => {
  assert.deepEqual(oneTwoFive(0.3, 2.5), [0.5, 1, 2]);
  assert.deepEqual(oneTwoFive(0.1, 10), [0.1, 0.2, 0.5, 1, 2, 5, 10]);
  assert.deepEqual(oneTwoFive(0.05, 2000), [0.1, 1, 10, 100, 1000]);
  assert.ok(oneTwoFive(1e-6, 1e30).length <= 8);
});

Deno.test("oneTwoFive() and hue() say which numbers they take", () => {
  assert.throws(
    () => oneTwoFive(0, 5),
    /Cannot divide a logarithmic axis from 0 to 5: both ends are finite and above 0/,
  );
  assert.throws(() => oneTwoFive(1, Infinity), RangeError);
  assert.throws(() => hue(-1), /Cannot take hue -1: they are numbered from 0/);
});

/** The paths of a picture's lines, each as its number of strokes and of points. */
const strokes = (svg: string) =>
  [...svg.matchAll(/ d="(M-?[\d.]+,-?[\d.]+(?:[MLZ](?:-?[\d.]+,-?[\d.]+)?)*)"[^>]*stroke-width="1\.75"/g)].map((
    [, d],
  ) => [
    d!.match(/M/g)!.length,
    d!.match(/[ML]/g)!.length,
  ]);

Deno.test("lineChart(): a gap where an axis cannot show a point, which the axis says", async () => {
  const points = [[1, 2], [2, 3], [3, NaN], [4, 0], [5, 2], [6, 0.123456789]] as const;
  const chart = lineChart({ ...AXES, lines: [{ label: "a", color: "red", points }] });
  const [layer, ...more] = chart.spec["layer"] as { data: { values: unknown } }[];
  assert.deepEqual(layer!.data.values, [
    { x: 1, y: 2 },
    { x: 2, y: 3 },
    { x: 3, y: null },
    { x: 5, y: 2 },
    { x: 6, y: 0.12346 },
  ]);
  assert.equal(more.length, 0);
  const svg = await chart.svg();
  assert.deepEqual(strokes(svg), [[2, 4]]);
  assert.match(svg, />loss \(1 of 0 or less not shown\)</);
  assert.match(svg, />epochs</);
});

Deno.test("lineChart(): x of 0 on a logarithmic axis is said, and no place for it squeezed", async () => {
  const points = [[0, 1], [1, 2], [10, 3], [100, 4]] as const;
  const chart = lineChart({
    x: { title: "batch", scale: "log" },
    y: { title: "loss" },
    lines: [{ label: "a", points }],
  });
  const svg = await chart.svg();
  assert.deepEqual(strokes(svg), [[1, 3]]);
  assert.match(svg, />batch \(1 of 0 or less not shown\)</);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("lineChart(): Infinity and a NaN in x leave gaps too; what a gap cuts off is a dot", async () => {
  const lines = [{ label: "a", points: [[1, 1], [2, 2], [NaN, 3], [4, 4], [5, Infinity], [6, 6], [7, 7]] as const }];
  const chart = lineChart({ x: { title: "x" }, y: { title: "y" }, lines });
  const layers = chart.spec["layer"] as { data: { values: unknown }; mark: { type: string } }[];
  assert.deepEqual(layers.map(({ mark }) => mark.type), ["line", "point"]);
  assert.deepEqual(layers[1]!.data.values, [{ x: 4, y: 4 }]);
  assert.equal(strokes(await chart.svg())[0]![0], 3);
});

Deno.test("lineChart(): one point, as of one epoch, is a dot; dashed lines have gaps, rings need none", async () => {
  const one = lineChart({ ...AXES, lines: [{ label: "a", points: [[1, 2]] }] });
  assert.match(await one.svg(), /aria-roledescription="point"/);
  const points = [[1, 1], [2, 2], [3, NaN], [4, 4], [5, 5]] as const;
  const looks = (["dashed", "hollow"] as const).map((look) => ({ label: look, points, look }));
  const chart = lineChart({ x: { title: "x" }, y: { title: "y" }, lines: looks });
  const layers = chart.spec["layer"] as { data: { values: unknown[] } }[];
  assert.deepEqual(layers.map(({ data }) => data.values.length), [5, 4]);
  assert.deepEqual(strokes(await chart.svg())[0], [2, 4]);
});

Deno.test("lineChart(): a legend names the lines, in the theme's colours unless told otherwise", async () => {
  const points: [number, number][] = [[0, 1], [1, 0.5]];
  const lines = [{ label: "mean", points }, { label: "deviation", points, color: "red", look: "dashed" }] as const;
  const svg = await lineChart({ ...AXES, lines, legend: "top" }).svg();
  for (const name of ["mean", "deviation"]) assert.match(svg, new RegExp(`<text[^>]*>${name}</text>`));
  for (const color of ["var\\(--sonde-hue-0, #0072b2\\)", "red"]) {
    assert.equal(
      svg.match(new RegExp(`stroke="${color}"`, "g"))!.length,
      3,
      `${color}: once as a line, once in the legend, and once unseen, in what the legend is made from`,
    );
  }
  assert.doesNotMatch(await lineChart({ ...AXES, lines }).svg(), /<text[^>]*>mean<\/text>/);
});

Deno.test("seriesChart(): a gap at NaN, also of a whole bucket in a long run, in line and band", async () => {
  const short = seriesChart({ y: { title: "y" }, series: [{ label: "a", values: [1, 2, NaN, NaN, 5, 6] }] });
  assert.deepEqual(strokes(await short.svg()), [[2, 4]]);
  const values = Array.from({ length: 1000 }, (_, i) => i >= 500 && i < 600 ? NaN : i);
  const long = seriesChart({ y: { title: "y" }, series: [{ label: "a", values }] });
  assert.equal(strokes(await long.svg())[0]![0], 2);
  const data = (long.spec["data"] as { values: { y: number | null; a: number | null }[] }).values;
  assert.deepEqual(data.filter(({ y }) => y === null).map(({ a }) => a), [null]);
});

Deno.test("seriesChart(): a logarithmic axis says how many values it has no place for", async () => {
  const series = [{ label: "a", values: [1, 0, 3] }, { label: "b", values: [1, -1, NaN] }];
  const svg = await seriesChart({ y: { title: "size", scale: "log" }, series }).svg();
  assert.match(svg, />size \(2 of 0 or less not shown\)</);
});
