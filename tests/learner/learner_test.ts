import assert from "node:assert/strict";
import { accuracy, Learner, MetricsCB, MomentumLearner, TrainLearner } from "../../lib/learner/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

Deno.test("one fit at a time, and no fluent step during it", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy);
  const fitting = learn.fit(1);
  await assert.rejects(learn.fit(1), /a fit of this Learner is going on/);
  assert.throws(() => learn.lr(0.1), /Cannot call lr\(\) during a fit/);
  assert.throws(() => learn.callbacks([]), /during a fit/);
  await fitting;
  learn.lr(0.1);
});

Deno.test("fluent steps configure and return the same Learner", async () => {
  const learn = Learner.of(model(), loaders());
  const same = learn.loss(crossEntropy).momentum(0.85).lr(0.2).callbacks([new MetricsCB({ accuracy }, { log: null })]);
  assert.equal(same, learn);
  await learn.fit(1);
  const { lr, momentum } = (learn.opt as SGD).paramGroups[0]!;
  assert.deepEqual([lr, momentum], [0.2, 0.85]);
  assert.equal(learn.find(MetricsCB)!.rows.length, 2);
  await learn.fit(1, { lr: 0.05 });
  assert.equal(learn.opt.lr, 0.05);
  assert.equal(learn.options.lr, 0.2);
  assert.ok(MomentumLearner.of(model(), loaders()) instanceof MomentumLearner);
  assert.equal(TrainLearner, Learner);
});
