import assert from "node:assert/strict";
import { lineChart, MOST_POINTS, oneTwoFive, thin } from "../../lib/plot/lines.ts";
import { hue } from "../../lib/plot/theme.ts";

const AXES = { x: { title: "epochs" }, y: { title: "loss", scale: "log" } } as const;

Deno.test("thin(): keeps short lines, and the mean of neighbours of long ones", () => {
  assert.deepEqual(thin([3, 1, 2]), [[0, 3], [1, 1], [2, 2]]);
  const long = thin(Array.from({ length: 5000 }, (_, i) => i));
  assert.ok(long.length <= MOST_POINTS);
  // 5000 values in runs of 21: the first run is 0 … 20 at the same steps.
  assert.deepEqual(long[0], [10, 10]);
  assert.ok(long.every(([step, mean]) => Math.abs(step - mean) < 1e-9));
});

Deno.test("thin(): leaves out what is not finite", () => {
  assert.deepEqual(thin([1, NaN, Infinity, 4]), [[0, 1], [3, 4]]);
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

Deno.test("lineChart(): leaves out points that an axis cannot show", () => {
  const chart = lineChart({
    ...AXES,
    lines: [{ label: "a", color: "red", points: [[1, 2], [2, NaN], [3, 0], [4, 0.123456789]] }],
  });
  const [layer] = chart.spec["layer"] as { data: { values: unknown } }[];
  assert.deepEqual(layer!.data.values, [{ x: 1, y: 2 }, { x: 4, y: 0.12346 }]);
});

Deno.test("lineChart(): a legend names the lines, in the theme's colours unless told otherwise", async () => {
  const points: [number, number][] = [[0, 1], [1, 0.5]];
  const lines = [{ label: "mean", points }, { label: "deviation", points, color: "red", look: "dashed" }] as const;
  const svg = await lineChart({ ...AXES, lines, legend: "top" }).svg();
  for (const name of ["mean", "deviation"]) assert.match(svg, new RegExp(`<text[^>]*>${name}</text>`));
  for (const color of ["var\\(--sonde-hue-0, #0072b2\\)", "red"]) {
    assert.equal(
      svg.match(new RegExp(`stroke="${color}"`, "g"))!.length,
      2,
      `${color}: once as a line, once in the legend`,
    );
  }
  assert.doesNotMatch(await lineChart({ ...AXES, lines }).svg(), /<text[^>]*>mean<\/text>/);
});
