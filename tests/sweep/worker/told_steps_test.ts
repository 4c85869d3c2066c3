import assert from "node:assert/strict";
import type { StepRow } from "../../../lib/sweep/record.ts";
import { ToldSteps } from "../../../lib/sweep/worker/told_steps.ts";

Deno.test("ToldSteps: the first rows at once, later ones together, a few of many, and the last of each metric", () => {
  const sent: (readonly StepRow[])[] = [], told = new ToldSteps((rows) => sent.push(rows));
  told.add([[0, "loss", 2]]);
  assert.deepEqual(sent, [[[0, "loss", 2]]]);
  for (let step = 1; step < 1000; step++) told.add([[step, "loss", step]]);
  told.add([[5, "accuracy", null]]);
  told.flush();
  const rows = sent.slice(1).flat();
  assert.ok(rows.length >= 16 && sent.every((one) => one.length <= 2 * 34), String(sent.map(({ length }) => length)));
  assert.deepEqual(rows.filter(([, name]) => name === "loss").at(-1), [999, "loss", 999]);
  assert.deepEqual(rows.filter(([, name]) => name === "accuracy"), [[5, "accuracy", null]]);
  const before = sent.length;
  told.flush();
  assert.equal(sent.length, before);
});
