import assert from "node:assert/strict";
import { figure, figureFormat, probability, rough } from "../../lib/plot/figures.ts";
import { Labels, numberLabels, valueLabels } from "../../lib/sweep/labels.ts";
import { levels } from "../../lib/sweep/report/levels.ts";

Deno.test("numberLabels(): no two values have one label, and what is short stands whole", () => {
  assert.deepEqual(numberLabels([0.10001, 0.10002]), ["0.10001", "0.10002"]);
  assert.deepEqual(numberLabels([65536, 123456]), ["65536", "123456"]);
  assert.deepEqual(numberLabels([1e-5, 0, -3]), ["0.00001", "0", "-3"]);
  assert.deepEqual(numberLabels([0.012345678901, 0.5]), ["0.01235", "0.5"]);
  assert.deepEqual(numberLabels([0.012345678901, 0.012345678955]), ["0.0123456789", "0.012345679"]);
  const near = [0.1 + 0.2, 0.3, 1 / 3, 1 / 3 + 2 ** -54];
  assert.equal(new Set(numberLabels(near)).size, 4);
});

Deno.test("valueLabels(): a text that reads as another value is quoted", () => {
  const labels = valueLabels(["1", 1, "true", true, null, "null", undefined, "–", "relu", ""]);
  assert.equal(new Set(labels.values()).size, labels.size);
  assert.equal(labels.get("1"), '"1"');
  assert.equal(labels.get(1), "1");
  assert.equal(labels.get("null"), '"null"');
  assert.equal(labels.get(undefined), "–");
  assert.equal(labels.get("–"), '"–"');
  assert.equal(labels.get("relu"), "relu");
});

Deno.test("Labels.words(): parameters in words", () => {
  const labels = new Labels([{ lr: 0.10001, kind: "1" }, { lr: 0.10002, kind: 1 }, { lr: 0.10002 }]);
  assert.equal(labels.words({ lr: 0.10002, kind: "1" }), 'lr 0.10002, kind "1"');
  assert.equal(labels.words({ lr: 0.10002 }, ["lr", "kind"]), "lr 0.10002, kind –");
});

Deno.test("levels(): the ends of ranges that differ look different", () => {
  const trials = Array.from({ length: 50 }, (_, i) => ({ params: { lr: 0.1 + i / 1e6 } }));
  const labels = levels(trials as never, "lr").map(({ label }) => label);
  assert.equal(new Set(labels.flatMap((label) => label.split(" to "))).size, 10, labels.join());
});

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
