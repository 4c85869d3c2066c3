import assert from "node:assert/strict";
import { meanAndStd } from "../../lib/lessons/result.ts";
import { formatFigure, formatSeconds } from "../../lib/lessons/tables.ts";

Deno.test("formatFigure(): three decimals, three digits of small ones, short when huge", () => {
  assert.deepEqual([0.1234, 12, 0, 0.0004, -0.00123, NaN, 123456, 7.91e16, Infinity].map(formatFigure), [
    "0.123",
    "12.000",
    "0.000",
    "4.00e-4",
    "-0.00123",
    "NaN",
    "123456",
    "7.91e16",
    "Infinity",
  ]);
});

Deno.test("formatSeconds(): for people", () => {
  assert.deepEqual([0.04, 8.25, 59.9, 125].map(formatSeconds), ["0.0 s", "8.3 s", "59.9 s", "2 min 05 s"]);
});

Deno.test("meanAndStd(): the deviation is unbiased, and undefined for one value", () => {
  const { mean, std } = meanAndStd([1, 2, 4, 18]);
  assert.equal(mean, 6.25);
  assert.ok(Math.abs(std - 7.932) < 1e-3);
  assert.ok(Number.isNaN(meanAndStd([3]).std));
});
