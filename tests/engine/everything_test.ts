/** A fit under every kind of observation at once, on the devices that people train on. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import * as learner from "../../lib/learner/mod.ts";
import { GeneralReLU, ReLU } from "../../lib/nn/activations.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";
import { setUp } from "./model_a.ts";

const { ActivationStats, accuracy, HooksCallback, isInstance, MetricsCB, Recorder } = learner;

/** Two epochs of model A; `observe` adds callbacks, and what is called around the fit. */
async function losses(device: Device, cbs: learner.Callback[], observe = false): Promise<number[]> {
  const { model, dls } = setUp(device);
  const recorder = new Recorder();
  const learn = new learner.Learner(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [recorder, ...cbs] });
  if (observe) {
    await learn.summary();
    await learn.lrFind({ maxIter: 5 });
  }
  await learn.fit(2);
  return recorder.losses;
}

for (const kind of testDevices().filter((name) => name !== "reference")) {
  Deno.test(`a fit watched by everything has the losses of a fit that is not (${kind})`, async () => {
    using plain = new Device(kind), watched = new Device(kind);
    const expected = await losses(plain, []);

    const layers = isInstance(ReLU, GeneralReLU);
    const activations = new ActivationStats(layers, { onValid: true });
    const gradients = new ActivationStats(undefined, { of: "gradients" });
    const updates = new ActivationStats(undefined, { of: "updates" });
    const norms: Tensor[] = [];
    const hooks = new HooksCallback((_hook, _module, _inputs, output) => {
      norms.push(output.detach().norm().keep());
    });
    const stopping = new learner.EarlyStoppingCB({ patience: 2 });
    const cbs = [
      activations,
      gradients,
      updates,
      hooks,
      new MetricsCB({ accuracy }, { log: null }),
      new learner.ProgressCB({ plot: true, bar: false }),
      new learner.NonFiniteCB(),
      stopping,
    ];
    const found = await losses(watched, cbs, true);
    assert.equal(found.length, 10);
    if (kind === "cpu") assert.deepEqual(found, expected);
    else found.forEach((loss, i) => assert.ok(Math.abs(loss / expected[i]! - 1) < 1e-4, `${found} ≠ ${expected}`));

    assert.deepEqual(activations.layers.map(({ mean }) => mean.length), [12, 12, 12, 12]);
    assert.deepEqual(gradients.layers.map(({ mean }) => mean.length), Array(10).fill(10));
    assert.deepEqual(updates.layers.map(({ mean }) => mean.length), Array(10).fill(10));
    assert.ok((await Promise.all(norms.map((norm) => norm.item()))).every((norm) => norm > 0));
    for (const chart of [activations.colorDim(), activations.deadChart(), gradients.plotStats(), updates.plotStats()]) {
      assert.match(await chart.svg(), /^<svg/);
    }
    const { readsMidStep } = planStatistics(watched);
    assert.equal(readsMidStep, 0, "nothing that observes splits a step");
  });
}
