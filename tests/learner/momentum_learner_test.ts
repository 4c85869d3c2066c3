import assert from "node:assert/strict";
import { CheckpointCB, Learner, MomentumLearner } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { flat } from "../nn/helpers.ts";
import { inFolder } from "../in_folder.ts";
import { crossEntropy, loaders, model, Spy } from "./helpers.ts";

Deno.test("MomentumLearner takes SGD's steps with momentum, to the bit", async () => {
  const run = async (make: (net: nn.Module) => Learner, fits: number) => {
    const net = model();
    const learn = make(net);
    for (let i = 0; i < fits; i++) await learn.fit(2, { valid: false });
    return flat(
      (net as nn.Sequential)[0] instanceof nn.Linear ? ((net as nn.Sequential)[0] as nn.Linear).weight : tensor(0),
    );
  };
  const momentum = (net: nn.Module) => new MomentumLearner(net, loaders(), crossEntropy, { lr: 0.2, momentum: 0.85 });
  const plain = (net: nn.Module) => new Learner(net, loaders(), crossEntropy, { lr: 0.2, momentum: 0.85 });
  assert.deepEqual(await run(momentum, 1), await run(plain, 1));
  assert.notDeepEqual(await run(momentum, 2), await run(plain, 2), "gradients persist across fits, velocities do not");
});

Deno.test("the default momentum of MomentumLearner is 0.85, and fluent momentum sets it", () => {
  assert.equal(new MomentumLearner(model(), loaders()).options.momentum, 0.85);
  assert.equal(new MomentumLearner(model(), loaders()).momentum(0.5).options.momentum, 0.5);
});

Deno.test("a MomentumLearner goes on from a checkpoint with the momentum that a callback has set", () =>
  inFolder(async (folder) => {
    const make = (stop: boolean) => {
      const spy = new Spy({
        beforeBatch: (learn) => {
          if (learn.training && learn.epoch === 0 && learn.iter === 1) learn.setHyper("momentum", 0.3);
        },
        afterBatch: (learn) => {
          if (stop && learn.training && learn.epoch === 1) learn.stop();
        },
      });
      const cbs = [spy, new CheckpointCB(folder, { batches: 1 })];
      return new MomentumLearner(model(), loaders(), crossEntropy, { lr: 0.2, momentum: 0.9, cbs });
    };
    const whole = make(false);
    await whole.fit(3);
    await make(true).fit(3);
    const again = await make(false).load(folder);
    await again.fit(3, { resume: true });
    assert.equal(again.hyper("momentum"), 0.3);
    const weights = (learn: Learner) => Promise.all([...learn.model.parameters()].map(flat));
    assert.deepEqual(await weights(again), await weights(whole));
  }));
