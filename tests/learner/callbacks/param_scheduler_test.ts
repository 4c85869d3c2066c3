import assert from "node:assert/strict";
import { Learner, MomentumLearner, ParamScheduler, Recorder } from "../../../lib/learner/mod.ts";
import { planStatistics } from "../../../lib/tensor/mod.ts";
import { schedCos, schedLin, schedNo } from "../../../lib/optim/schedules.ts";
import { assertClose, reference } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model } from "../helpers.ts";

Deno.test("ParamScheduler sets each batch's value, and no step is planned anew", async () => {
  const recorder = new Recorder({ values: ["momentum"] });
  const cbs = [
    new ParamScheduler("lr", schedLin(0.6, 0)),
    new ParamScheduler("momentum", schedCos(0.5, 0.9)),
    recorder,
  ];
  const learn = new Learner(model(), loaders(), crossEntropy, { momentum: 0.5, cbs });
  await learn.fit(2);
  assertClose(recorder.lrs, [0, 1, 2, 3, 4, 5].map((i) => 0.6 * (1 - i / 6)), 1e-12);
  assertClose(recorder.values.momentum!, [0, 1, 2, 3, 4, 5].map((i) => schedCos(0.5, 0.9)(i / 6)), 1e-12);
  await learn.fit(1); // its first step begins with weights that are stored
  const { compiled } = planStatistics(reference);
  await learn.fit(3);
  assert.equal(planStatistics(reference).compiled, compiled);
});

Deno.test("ParamScheduler schedules the momentum of a MomentumLearner for one fit", async () => {
  const learn = new MomentumLearner(model(), loaders(), crossEntropy);
  const recorder = new Recorder({ values: ["momentum"] });
  await learn.fit(1, { cbs: [new ParamScheduler("momentum", schedLin(0.9, 0.6)), recorder] });
  assertClose(recorder.values.momentum!, [0.9, 0.8, 0.7], 1e-12);
  await learn.fit(1, { cbs: [recorder] });
  assertClose(recorder.values.momentum!, [0.85, 0.85, 0.85]);
});

Deno.test("ParamScheduler names a setting that is not there, and a loader without length", async () => {
  const fit = (setting: string, dls: object = loaders()) =>
    new Learner(model(), dls, crossEntropy, { cbs: [new ParamScheduler(setting, schedNo(0.1))] }).fit(1);
  await assert.rejects(fit("beta"), /Cannot find beta in SGD: its settings are lr, momentum, dampening, weightDecay/);
  const { train } = loaders();
  const endless = {
    async *[Symbol.asyncIterator]() {
      yield* train;
    },
  };
  await assert.rejects(fit("lr", { train: endless }), /dls.train has no length/);
});
