import assert from "node:assert/strict";
import { format, indexAt, lastStep, outline, summaryOf, tickLabels, ticks } from "../../../pages/live/scale.ts";

Deno.test("outline: of 100,000 values no more than two a pixel, the lowest and the highest among them", () => {
  const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 50));
  values[12_345] = 7;
  values[54_321] = -7;
  const [points, ...more] = outline({ values }, 0, values.length - 1, 500);
  assert.equal(more.length, 0);
  assert.ok(points!.length <= 1002, `${points!.length}`);
  assert.ok(points!.some(([step, value]) => step === 12_345 && value === 7));
  assert.ok(points!.some(([step, value]) => step === 54_321 && value === -7));
  assert.ok(points!.every(([step], i) => i === 0 || step > points![i - 1]![0]));
});

Deno.test("outline: a range, with steps of its own; what is not finite parts the line", () => {
  const values = [0, 1, NaN, 3, Infinity, 5, 6];
  assert.deepEqual(outline({ values }, 0, 6, 100), [[[0, 0], [1, 1]], [[3, 3]], [[5, 5], [6, 6]]]);
  assert.deepEqual(outline({ values }, 3, 5, 100), [[[3, 3]], [[5, 5]]]);
  const steps = [0, 10, 20, 30, 40, 50, 60];
  // The neighbours on both sides, so that the line leaves the picture.
  assert.deepEqual(outline({ values: steps, steps }, 15, 35, 100), [[[10, 10], [20, 20], [30, 30], [40, 40]]]);
  assert.deepEqual(outline({ values: [] }, 0, 1, 100), []);
});

Deno.test("indexAt, lastStep, summaryOf: by place, and by steps", () => {
  const steps = [0, 4, 8], values = [1, 2, 6];
  assert.deepEqual([-1, 0, 3, 4, 100].map((step) => indexAt({ values, steps }, step)), [-1, 0, 0, 1, 2]);
  assert.deepEqual([0, 2, 3].map((step) => indexAt({ values }, step)), [0, 2, -1]);
  assert.deepEqual([lastStep({ values, steps }), lastStep({ values }), lastStep({ values: [], steps: [] })], [8, 2, 0]);
  assert.deepEqual(summaryOf({ values, steps }, 3, 8), { mean: 4, low: 2, high: 6 });
  assert.deepEqual(summaryOf({ values: [1, NaN, 3] }, 0, 9), { mean: 2, low: 1, high: 3 });
  assert.equal(summaryOf({ values: [NaN] }, 0, 9), undefined);
});

Deno.test("ticks, format: round numbers", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-3, 12, 3), [0, 5, 10]);
  assert.deepEqual([undefined, NaN, -Infinity, 0.123456, 1e-9, 12345].map(format), [
    "–",
    "NaN",
    "-Infinity",
    "0.1235",
    "1e-9",
    "12350",
  ]);
});

Deno.test("tickLabels: two places never have the same name, and none is longer than its axis is wide", () => {
  const named = (low: number, high: number) => tickLabels(ticks(low, high, 6));
  assert.deepEqual(named(2.3025, 2.3027), ["2.3025", "2.30255", "2.3026", "2.30265", "2.3027"]); // at chance, of ten classes
  assert.deepEqual(named(1e-5, 2e-5), ["1e-5", "1.2e-5", "1.4e-5", "1.6e-5", "1.8e-5", "2e-5"]);
  assert.deepEqual(named(0, 1.5e21), ["0", "5e20", "1e21", "1.5e21"]); // a run that diverged
  assert.deepEqual(named(-1, 1), ["-1", "-0.5", "0", "0.5", "1"]);
  assert.deepEqual(tickLabels([]), []);
});

Deno.test("format: powers of ten where zeros would have to be counted", () => {
  const written = [3.47e19, -28_829_480, 9_999_000, 1.995e-5, -0.00015].map(format);
  assert.deepEqual(written, ["3.47e19", "-2.883e7", "9999000", "1.995e-5", "-0.00015"]);
});
