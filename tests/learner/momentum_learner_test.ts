import assert from "node:assert/strict";
import { Learner, MomentumLearner } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { flat } from "../nn/helpers.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

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
