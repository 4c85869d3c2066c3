import assert from "node:assert/strict";
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

Deno.test("valueLabels(): a text that reads as a quoted one is quoted too", () => {
  const labels = valueLabels(["–", '"–"', undefined]);
  assert.equal(new Set(labels.values()).size, 3);
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
