import assert from "node:assert/strict";
import { Learner, ParamScheduler, Recorder } from "../../../lib/learner/mod.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";
import { schedExp } from "../../../lib/optim/schedules.ts";

Deno.test("Recorder has the loss and rate of every batch, and changes none", async () => {
  const found: Promise<number>[] = [];
  const note = new Spy({ afterLoss: (learn) => void (learn.training && found.push(learn.batchLoss.item())) });
  const recorder = new Recorder();
  await new Learner(model(), loaders(), crossEntropy, { cbs: [recorder] }).fit(2);
  await new Learner(model(), loaders(), crossEntropy, { cbs: [note] }).fit(2);
  assert.deepEqual(recorder.losses, await Promise.all(found));
  assert.equal(recorder.validLosses.length, 2);
  assert.deepEqual(recorder.lrs, Array(6).fill(0.1));
});

Deno.test("Recorder draws losses and rates", async () => {
  const recorder = new Recorder();
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder] });
  await learn.fit(2, { cbs: [new ParamScheduler("lr", schedExp(0.01, 0.5))] });
  // deno-lint-ignore no-explicit-any -- a Vega-Lite spec
  const spec = recorder.plotLoss().spec as any;
  // deno-lint-ignore no-explicit-any -- its data
  assert.deepEqual(spec.layer[0].data.values.map((v: any) => v.x), [0, 1, 2, 3, 4, 5]);
  // deno-lint-ignore no-explicit-any -- its data
  assert.deepEqual(spec.layer[1].data.values.map((v: any) => v.x), [3, 6]);
  // deno-lint-ignore no-explicit-any -- a Vega-Lite spec
  const against = recorder.plot().spec as any;
  assert.equal(against.layer[0].encoding.x.scale.type, "log");
  assert.equal(against.layer[0].data.values.length, 6);
  assert.match(await recorder.plotLr().svg(), /^<svg/);
  assert.throws(() => recorder.plotValue("momentum"), /recorded are lr. Ask for it: { values: \["momentum"\] }/);
});

Deno.test("the chart of losses names a validation only if there was one", async () => {
  const { train, valid } = loaders(), titles: unknown[] = [];
  for (const dls of [{ train }, { train, valid }]) {
    const recorder = new Recorder();
    await new Learner(model(), dls, crossEntropy, { cbs: [recorder] }).fit(1);
    titles.push((recorder.plotLoss().spec as { readonly title?: unknown }).title);
  }
  assert.deepEqual(titles, ["Loss of training", "Loss: training as a line, validation with dots"]);
});
