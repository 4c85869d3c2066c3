import assert from "node:assert/strict";
import { Learner, MomentumLearner, ParamScheduler, Recorder } from "../../lib/learner/mod.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { combineScheds, oneCycle, schedCos, schedExp, schedLin, schedNo } from "../../lib/optim/schedules.ts";
import { assertClose, reference } from "../nn/helpers.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

Deno.test("schedules have their ends and their middle", () => {
  const at = (schedule: (p: number) => number) => [0, 0.5, 1].map(schedule);
  assertClose(at(schedLin(2, 4)), [2, 3, 4]);
  assertClose(at(schedCos(2, 4)), [2, 3, 4]);
  assertClose([schedCos(0, 1)(0.25)], [(1 - Math.SQRT1_2) / 2]);
  assertClose(at(schedExp(0.01, 1)), [0.01, 0.1, 1]);
  assertClose(at(schedNo(3, 9)), [3, 3, 3]);
});

Deno.test("combineScheds() stretches each schedule over its share", () => {
  const rate = combineScheds([0.3, 0.7], [schedLin(0.6, 2), schedLin(2, 0.1)]);
  assertClose([0, 0.15, 0.3, 0.65, 1].map(rate), [0.6, 1.3, 2, 1.05, 0.1]);
  const thirds = combineScheds(Array(3).fill(1 / 3), [schedNo(1), schedNo(2), schedLin(3, 4)]);
  assertClose([0, 0.32, 0.34, 0.66, 0.67, 1].map(thirds), [1, 1, 2, 2, 3.01, 4], 1e-9);
});

Deno.test("oneCycle() rises for its share and falls to its end", () => {
  assertClose([0, 0.25, 1].map(oneCycle(1)), [0.04, 1, 1e-5]);
  const momentum = oneCycle(0.85, { start: 0.95, end: 0.95, pct: 0.5 });
  assertClose([0, 0.25, 0.5, 1].map(momentum), [0.95, 0.9, 0.85, 0.95]);
});

Deno.test("schedules name what is wrong", () => {
  assert.throws(() => combineScheds([0.3, 0.3], [schedNo(1), schedNo(1)]), /add up to 1/);
  assert.throws(() => combineScheds([1], []), /found 0 schedules and 1 shares/);
  assert.throws(() => schedExp(0, 1), /both must be above 0/);
  assert.throws(() => schedLin("1" as unknown as number, 2), /start must be a number, found string/);
  assert.throws(() => oneCycle(1, { pct: 1 }), /pct must lie between 0 and 1/);
});

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

Deno.test("Recorder draws losses and rates", async () => {
  const recorder = new Recorder();
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder] });
  await learn.fit(2, { cbs: [new ParamScheduler("lr", schedExp(0.01, 0.5))] });
  // deno-lint-ignore no-explicit-any -- a Vega-Lite spec
  const spec = recorder.plotLoss().spec as any;
  // deno-lint-ignore no-explicit-any -- its data
  assert.deepEqual(spec.layer[0].data.values.map((v: any) => v.x), [1, 2, 3, 4, 5, 6]);
  // deno-lint-ignore no-explicit-any -- its data
  assert.deepEqual(spec.layer[1].data.values.map((v: any) => v.x), [3, 6]);
  // deno-lint-ignore no-explicit-any -- a Vega-Lite spec
  const against = recorder.plot().spec as any;
  assert.equal(against.layer[0].encoding.x.scale.type, "log");
  assert.equal(against.layer[0].data.values.length, 6);
  assert.match(await recorder.plotLr().svg(), /^<svg/);
  assert.throws(() => recorder.plotValue("momentum"), /recorded are lr. Ask for it: { values: \["momentum"\] }/);
});
