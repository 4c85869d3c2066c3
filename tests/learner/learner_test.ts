import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import {
  accuracy,
  Learner,
  type LossFunction,
  MetricsCB,
  MomentumLearner,
  Recorder,
  TrainLearner,
} from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { reference } from "../nn/helpers.ts";
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

Deno.test("a loss may be a module: it is named, moves with the model, and is what the function is", async () => {
  const losses = async (loss: LossFunction) => {
    const learn = new Learner(model(), loaders(), loss, { cbs: [new Recorder()] });
    await learn.to(reference);
    await learn.fit(1);
    return learn.find(Recorder)!.losses;
  };
  const weight = tensor([1, 2, 0.5], { device: device("cpu", { threads: 1 }) });
  const module = new nn.CrossEntropyLoss({ weight, labelSmoothing: 0.1 });
  const found = await losses(module);
  assert.equal(module.weight!.device, reference);
  const options = { weight: tensor([1, 2, 0.5], { device: reference }), labelSmoothing: 0.1 };
  assert.deepEqual(found, await losses((preds, y: Tensor) => nn.functional.crossEntropy(preds, y, options)));
  assert.match(String(new Learner(model(), loaders(), module)), /loss {7}CrossEntropyLoss\(\)/);
  await assert.rejects(
    new Learner(model(), loaders(), {} as LossFunction).fit(1),
    /the loss must be a function, such as F\.crossEntropy, or a module, found object/,
  );
});

Deno.test("fit refuses one and the same callback twice, which would record each batch twice", async () => {
  const recorder = new Recorder(), learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder] });
  await assert.rejects(learn.fit(1, { cbs: [recorder] }), {
    name: "TypeError",
    message: /the callback Recorder is given twice, and would record each batch twice/,
  });
  await learn.fit(1);
  assert.equal(recorder.losses.length, 3);
});
