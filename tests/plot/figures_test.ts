import assert from "node:assert/strict";
import { figure, figureFormat, probability, rough } from "../../lib/plot/figures.ts";
import { shortNumber } from "../../lib/plot/format.ts";

Deno.test("figureFormat(): a column's figures get the digits that tell them apart", () => {
  const write = (...values: number[]) => values.map(figureFormat(values));
  assert.deepEqual(write(0.5, 0.25), ["0.500", "0.250"]);
  assert.deepEqual(write(0.94701, 0.94702), ["0.94701", "0.94702"]);
  assert.deepEqual(write(0.0004, 0.0021), ["0.00040", "0.00210"]);
  assert.deepEqual(write(0.0004, 17599), ["0.0004000", "17599"]);
  assert.deepEqual(write(123456, 123457), ["123456", "123457"]);
  assert.deepEqual(write(3e-7, 2e9), ["3.000e-7", "2.000e9"]);
  assert.deepEqual(write(1, NaN), ["1.000", "NaN"]);
  assert.deepEqual(write(0, 0), ["0.000", "0.000"]);
  // What differs beyond nine digits is one figure.
  assert.deepEqual(write(0.1 + 0.2, 0.3), ["0.300", "0.300"]);
});

Deno.test("figure(), rough(), probability(): small values are never 0", () => {
  assert.deepEqual([0.0004, 123.456, 3e-9, NaN].map(figure), ["0.0004000", "123.5", "3.000e-9", "NaN"]);
  assert.deepEqual([0.00712, 3935.4, 12.3].map(rough), ["0.0071", "3935", "12"]);
  assert.deepEqual([0.25, 0.0004, 1e-9, NaN].map(probability), ["0.250", "4e-4", "<1e-6", "–"]);
});

Deno.test("shortNumber(): so many digits, in powers of ten where there would be rows of zeros", () => {
  const two = (value: number) => shortNumber(value, 2);
  assert.deepEqual([79000000000000000, 0.25, 1234567, 12345678, 0.00001234, -3e-9, 0, NaN, -Infinity].map(two), [
    "7.9e16",
    "0.25",
    "1200000",
    "1.2e7",
    "1.2e-5",
    "-3e-9",
    "0",
    "NaN",
    "-Infinity",
  ]);
});
