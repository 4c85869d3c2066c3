import assert from "node:assert/strict";
import { meanAndStd } from "../../lib/lessons/result.ts";
import { formatFigure, formatSeconds } from "../../lib/lessons/tables.ts";

Deno.test("formatFigure(): three decimals, short when huge", () => {
  assert.deepEqual([0.1234, 12, NaN, 1.6e5, 7e14, Infinity].map(formatFigure), [
    "0.123",
    "12.000",
    "NaN",
    "1.6e5",
    "7.0e14",
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
