import assert from "node:assert/strict";
import { accuracy, Learner, MetricsCB } from "../../../lib/learner/mod.ts";
import { tableLine } from "../../../lib/learner/table.ts";
import { assertClose } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";

Deno.test("MetricsCB weights by samples, the short last batch too", async () => {
  const losses: [Promise<number>, number][] = [];
  const note = new Spy({
    afterLoss: (learn) => {
      if (learn.training) losses.push([learn.batchLoss.item(), learn.batch[0]!.shape[0]!]);
    },
  });
  const metrics = new MetricsCB({ accuracy }, { log: null });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [note, metrics] }).fit(1);
  let sum = 0;
  for (const [loss, n] of losses) sum += await loss * n;
  assert.deepEqual(losses.map(([, n]) => n), [16, 16, 8]);
  const [train, valid] = metrics.rows;
  assertClose([train!.loss], [sum / 40], 1e-6);
  assert.deepEqual(Object.keys(train!), ["accuracy", "loss", "epoch", "train", "seconds"]);
  assert.deepEqual([train!.train, valid!.train, train!.epoch], ["train", "eval", 0]);
  assert.match(metrics.table(), /^accuracy {2}loss {6}epoch {5}train\n0\.\d{3} +\d\.\d{3} +0 +train\n/);
});

Deno.test("MetricsCB hands each row out as its phase ends, and starts anew with each fit", async () => {
  const seen: string[] = [];
  const metrics = new MetricsCB({}, { log: (row) => seen.push(`${row.epoch} ${row.train}`) });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [metrics] });
  await learn.fit(2);
  assert.deepEqual(seen, ["0 train", "0 eval", "1 train", "1 eval"]);
  await learn.fit(1);
  assert.equal(metrics.rows.length, 2);
});

Deno.test("a table's columns keep their width when a loss explodes", () => {
  const columns = ["accuracy", "loss", "epoch", "train"];
  const lines = [63025.456, 5.1e18, -123456.7, NaN, 0.5].map((loss) =>
    tableLine(columns, { accuracy: 0.115, loss, epoch: 0, train: "train" })
  );
  assert.deepEqual(lines.map((line) => line.slice(10, 18).trim()), ["63025", "5.1e18", "-123457", "NaN", "0.500"]);
  assert.ok(lines.every((line) => line.indexOf("train") === tableLine(columns).indexOf("train")));
});

Deno.test("a small loss has digits of its own; a table as a whole has those that tell its rows apart", () => {
  const columns = ["loss", "epoch", "train"];
  const row = (loss: number, epoch: number) => ({ loss, epoch, train: "train" as const, seconds: 1 });
  const shown = [0.0004, 0.00123, 0.0123].map((loss) => tableLine(columns, row(loss, 0)).split(/ +/)[0]);
  assert.deepEqual(shown, ["4.00e-4", "0.00123", "0.012"]);
  const metrics = new MetricsCB({});
  metrics.rows.push(row(0.98701, 0), row(0.98704, 1));
  assert.deepEqual(metrics.cells().rows.map(([loss, epoch]) => [loss, epoch]), [["0.98701", "0"], ["0.98704", "1"]]);
});

Deno.test("MetricsCB names a bad metric", async () => {
  assert.throws(() => new MetricsCB({ loss: accuracy }), /Cannot name a metric "loss"/);
  assert.throws(() => new MetricsCB({ accuracy: 3 as unknown as typeof accuracy }), /a metric is a function/);
  const vague = new MetricsCB({ scores: (preds) => preds });
  await assert.rejects(
    new Learner(model(), loaders(), crossEntropy, { cbs: [vague] }).fit(1),
    /Callback MetricsCB failed in afterBatch: Cannot average "scores": it must be one number/,
  );
});
