import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { Momentum, optimizerOf, RMSProp } from "../../lib/lessons/optimizers.ts";
import { Adam, AdamW } from "../../lib/optim/adam.ts";
import type { Optimizer } from "../../lib/optim/optimizer.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const START = [1, -2, 0.5], FACTORS = [1, 3, 0.01];

/** Six steps on Σ factor · w², whose gradient is 2 · factor · w. */
async function descend(name: "reference" | "cpu", make: (params: Tensor[]) => Optimizer): Promise<number[]> {
  const on = device(name);
  const w = tensor(START, { requiresGrad: true, device: on }).keep(), factors = tensor(FACTORS, { device: on }).keep();
  const opt = make([w]);
  for (let step = 0; step < 6; step++) {
    w.square().mul(factors).sum().backward();
    opt.step();
    opt.zeroGrad();
  }
  return Array.from(await w.toTypedArray());
}

/** The same in 64 bits, by a rule that is told one weight's gradient and gives the step. */
function byHand(rule: () => (g: number) => number): number[] {
  return START.map((start, i) => {
    const step = rule();
    let w = start;
    for (let k = 0; k < 6; k++) w -= step(2 * FACTORS[i]! * w);
    return w;
  });
}

function assertClose(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((x, i) => assert.ok(Math.abs(x - wanted[i]!) < 1e-5, `${found} for ${wanted}`));
}

for (const name of ["reference", "cpu"] as const) {
  Deno.test(`Momentum averages gradients from 0 on (${name})`, async () => {
    const wanted = byHand(() => {
      let average = 0;
      return (g) => 0.2 * (average = 0.9 * average + 0.1 * g);
    });
    assertClose(await descend(name, (params) => new Momentum(params, { lr: 0.2 })), wanted);
  });

  Deno.test(`RMSProp begins its average with the first square (${name})`, async () => {
    const wanted = byHand(() => {
      let square: number | undefined;
      return (g) => {
        square = 0.9 * (square ?? g * g) + 0.1 * g * g;
        return 0.05 * g / (Math.sqrt(square) + 1e-3);
      };
    });
    assertClose(await descend(name, (params) => new RMSProp(params, { lr: 0.05, alpha: 0.9, eps: 1e-3 })), wanted);
  });
}

Deno.test("Momentum, RMSProp: what they remember is saved, and gone on with", async () => {
  const makers: ((w: Tensor) => Optimizer)[] = [
    (w) => new Momentum([w], { lr: 0.1 }),
    (w) => new RMSProp([w], { lr: 0.1 }),
  ];
  for (const make of makers) {
    const weight = (...values: number[]) => tensor(values, { requiresGrad: true, device: device("cpu") }).keep();
    const step = (w: Tensor, opt: Optimizer) => {
      w.square().sum().backward();
      opt.step();
      opt.zeroGrad();
    };
    const first = weight(1, -2), begun = make(first);
    step(first, begun);
    const [on, anew] = [weight(3, 1), weight(3, 1)], continued = make(on);
    continued.loadStateDict(begun.stateDict());
    step(on, continued);
    step(anew, make(anew));
    assert.notDeepEqual(await on.array(), await anew.array());
  }
});

Deno.test("Momentum, RMSProp: shares are from 0 to below 1", () => {
  const w = tensor([1], { requiresGrad: true });
  assert.throws(() => new Momentum([w], { lr: 0.1, momentum: 1 }), /Cannot set momentum of Momentum to 1/);
  assert.throws(() => new RMSProp([w], { lr: 0.1, alpha: -1 }), /Cannot set alpha of RMSProp to -1/);
  assert.throws(() => new RMSProp([w], { lr: 0.1, eps: -1 }), /Cannot set eps of RMSProp to -1/);
});

Deno.test("optimizerOf(): what set-ups ask for", () => {
  const params = () => [tensor([1], { requiresGrad: true })], settings = { lr: 0.1 };
  const adam = optimizerOf({ kind: "adam", betas: [0.9, 0.99], eps: 1e-5 })(params(), settings);
  assert.ok(adam instanceof Adam && !(adam instanceof AdamW));
  assert.deepEqual([adam.paramGroups[0]!.betas, adam.paramGroups[0]!.eps, adam.lr], [[0.9, 0.99], 1e-5, 0.1]);
  const adamW = optimizerOf({ kind: "adamW" })(params(), settings);
  assert.ok(adamW instanceof AdamW && adamW.paramGroups[0]!.weightDecay === 0.01);
  const momentum = optimizerOf({ kind: "averagedMomentum", momentum: 0.8 })(params(), settings);
  assert.ok(momentum instanceof Momentum && momentum.paramGroups[0]!.momentum === 0.8);
  const rmsProp = optimizerOf({ kind: "rmsProp", alpha: 0.9, eps: 1e-3 })(params(), settings);
  assert.ok(rmsProp instanceof RMSProp);
  assert.deepEqual([rmsProp.paramGroups[0]!.alpha, rmsProp.paramGroups[0]!.eps], [0.9, 1e-3]);
});
