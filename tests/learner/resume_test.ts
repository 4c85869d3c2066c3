import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { Device } from "../../lib/device/device.ts";
import { Learner, MomentumLearner } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { Adam, RMSProp, SGD } from "../../lib/optim/mod.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { testDevices } from "../oracle/golden.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

const weights = (learn: Learner) => Promise.all([...learn.model.parameters()].map((p) => p.array()));

const kinds: Record<
  string,
  [typeof Learner, (params: Iterable<Tensor>, s: { lr: number; momentum?: number }) => SGD | Adam | RMSProp]
> = {
  "SGD with momentum": [Learner, (params, s) => new SGD(params, { ...s, momentum: 0.9 })],
  Adam: [Learner, (params, s) => new Adam(params, s)],
  RMSProp: [Learner, (params, { lr }) => new RMSProp(params, { lr, momentum: 0.5, centered: true })],
  "groups of parameters": [Learner, (params, s) => {
    const [weight, bias] = params;
    return new Adam([{ params: [weight!], lr: s.lr / 2 }, { params: [bias!] }], s);
  }],
  MomentumLearner: [MomentumLearner, (params, s) => new SGD(params, s)],
};

for (const device of testDevices()) {
  for (const [name, [kind, optFunc]] of Object.entries(kinds)) {
    Deno.test(`fit(1) twice with resume trains as fit(2), to the bit: ${name} on ${device}`, async () => {
      using on = await new Device(device, device === "cpu" ? { threads: 1 } : {}).ready;
      const train = async (...fits: [number, { resume?: boolean }][]) => {
        const generator = new Generator(3);
        const y = Int32Array.from({ length: 40 }, (_, i) => i % 3);
        const x = Float32Array.from({ length: 160 }, (_, i) => (i % 4 === y[i >> 2] ? 2 : 0) + generator.uniform());
        const set = new data.TensorDataset(tensor(x, { shape: [40, 4], device: on }), tensor(y, { device: on }));
        const dls = data.DataLoaders.of(set, set, { batchSize: 16, generator });
        const net = new nn.Linear(4, 3, { generator: new Generator(5), device: on });
        const learn = new kind(net, dls, crossEntropy, { lr: 0.05, optFunc });
        for (const [epochs, options] of fits) await learn.fit(epochs, options);
        return await weights(learn);
      };
      const whole = await train([3, {}]);
      assert.deepEqual(await train([1, {}], [2, { resume: true }]), whole);
      assert.deepEqual(await train([1, {}], [1, { resume: true }], [1, { resume: true }]), whole);
      // The gradients that a MomentumLearner keeps are the model's, and stay in any case.
      if (kind === Learner) assert.notDeepEqual(await train([1, {}], [2, {}]), whole);
    });
  }
}

Deno.test("a fit that resumes takes its settings anew, and a search for a rate in between is none", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy, { lr: 0.2, optFunc: Adam });
  await learn.fit(1, { lr: 1e-3 });
  const first = learn.opt;
  await learn.lrFind({ maxEpochs: 100 });
  assert.equal(learn.opt, first);
  await learn.fit(1, { resume: true });
  assert.notEqual(learn.opt, first);
  assert.equal(learn.opt.lr, 0.2);
  await learn.fit(1, { resume: true, lr: 0.3 });
  assert.equal(learn.opt.lr, 0.3);
  assert.equal(learn.opt.stateDict().state[0]!.step, 9);
});

Deno.test("an optimiser that a function hands out again goes on in any case", async () => {
  const layers = model();
  const opt = new Adam(layers.parameters(), { lr: 0.1 });
  const learn = new Learner(layers, loaders(), crossEntropy, { optFunc: () => opt });
  await learn.fit(1);
  await learn.fit(1, { resume: true });
  assert.equal(opt.stateDict().state[0]!.step, 6);
});

Deno.test("what cannot be resumed says why", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy);
  await assert.rejects(learn.fit(1, { resume: true }), /TypeError: Cannot resume: there was no fit yet/);
  await learn.fit(1);
  await assert.rejects(
    learn.optimizer(Adam).fit(1, { resume: true }),
    /the last fit was with SGD, this one is with Adam/,
  );
  await learn.fit(1);
  (learn.model as nn.Sequential).append(new nn.Linear(3, 3));
  await assert.rejects(learn.fit(1, { resume: true }), /parameters are not those of the last fit \(4, then 2\)/);
});
