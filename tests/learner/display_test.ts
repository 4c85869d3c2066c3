/** What shows itself. */
import assert from "node:assert/strict";
import { accuracy, Learner, MetricsCB, MomentumLearner, ProgressCB } from "../../lib/learner/mod.ts";
import { DISPLAY, inJupyter, LiveDisplay } from "../../lib/plot/notebook.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

Deno.test("a Learner prints model, data, loss, optimiser and callbacks", () => {
  const learn = MomentumLearner.of(model(), loaders()).loss(crossEntropy).lr(0.2).momentum(0.85)
    .metrics({ accuracy }).progress();
  assert.equal(
    String(learn),
    `MomentumLearner
  model      Sequential, 15 parameters, on reference
  data       train 3 batches of 16, valid 1 batch of 32
  loss       crossEntropy
  optimiser  SGD, lr 0.2, momentum 0.85
  callbacks  MetricsCB, ProgressCB`,
  );
  assert.equal(Deno.inspect(learn), String(learn));
  assert.match(
    String(new Learner(model(), { train: [] })),
    /train 0 batches, valid none\n {2}loss {7}none\n.*callbacks {2}none$/s,
  );
});

Deno.test("MetricsCB and a search for a rate show themselves in a notebook", async () => {
  const metrics = new MetricsCB({ accuracy }, { log: null });
  const learn = Learner.of(model(), loaders()).loss(crossEntropy).callbacks([metrics]);
  await learn.fit(1);
  const shown = metrics[DISPLAY]();
  assert.equal(shown["text/plain"], metrics.table());
  assert.equal(String(shown["text/html"]).match(/<tr>/g)!.length, 3);
  assert.match(Deno.inspect(metrics), /^accuracy {2}loss/);

  const found = await learn.lrFind({ gamma: 2 }) as unknown as Record<symbol, () => Promise<Record<string, unknown>>>;
  assert.deepEqual(Object.keys(found), ["lr", "loss", "suggestion", "ended", "reason", "chart"]);
  assert.match(String((await found[DISPLAY]!())["image/svg+xml"]), /^<svg/);
});

Deno.test("outside a notebook a live display shows nothing, and metrics are printed as ever", async () => {
  assert.equal(inJupyter(), false);
  const display = new LiveDisplay();
  await display.show({ "text/plain": "text" });
  assert.equal(display.shown, 0);
  const rows: unknown[] = [];
  const metrics = new MetricsCB();
  assert.ok(metrics.prints);
  metrics.log = (row) => rows.push(row);
  assert.ok(!metrics.prints);
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([metrics, new ProgressCB({ plot: true })]).fit(1);
  assert.equal(rows.length, 2);
});
