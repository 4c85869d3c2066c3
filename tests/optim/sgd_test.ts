import assert from "node:assert/strict";
import { noGrad } from "../../lib/graph/context.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD, type SGDOptions } from "../../lib/optim/mod.ts";
import { ones, tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { assertClose, flat, goldens, reference } from "../nn/helpers.ts";

const start = () =>
  [tensor([1, -2, 0.5], { requiresGrad: true }).keep(), tensor([[0.25]], { requiresGrad: true }).keep()] as const;

function objective(p: Tensor, q: Tensor): Tensor {
  return p.sub(0.3).pow(4).sum().div(4).add(q.mul(p.sum()).sub(1).square().sum());
}

interface Golden {
  options: { lr: number; momentum?: number; dampening?: number; weight_decay?: number; nesterov?: boolean };
  steps: number[][];
}

for (const { options, steps } of goldens.sgd as Golden[]) {
  Deno.test(`SGD takes PyTorch's steps with ${JSON.stringify(options)}`, async () => {
    const { weight_decay, ...others } = options;
    const settings: SGDOptions = weight_decay === undefined ? others : { ...others, weightDecay: weight_decay };
    const [p, q] = start();
    const opt = new SGD([p, q], settings);
    for (let i = 0; i < 10; i++) {
      if (i === 6) opt.lr = 0.02;
      objective(p, q).backward();
      opt.step();
      opt.zeroGrad();
      assertClose([...await flat(p), ...await flat(q)], steps[i]!, 1e-6);
    }
  });
}

Deno.test("SGD does not compile again when its settings change, nor after its first steps", () => {
  const [p, q] = start();
  const opt = new SGD([p, q], { lr: 0.1, momentum: 0.9 });
  const step = () => {
    objective(p, q).backward();
    opt.step();
    opt.zeroGrad();
  };
  for (let i = 0; i < 3; i++) step();
  const { compiled } = planStatistics(reference);
  for (let i = 0; i < 5; i++) {
    opt.lr = 0.1 / (i + 2);
    opt.paramGroups[0]!.momentum = 0.5 + i / 100;
    step();
  }
  assert.equal(planStatistics(reference).compiled, compiled);
});

Deno.test("groups have their own settings, and parameters without a gradient stay", async () => {
  const a = tensor([1], { requiresGrad: true }).keep(), b = tensor([1], { requiresGrad: true }).keep();
  const idle = tensor([1], { requiresGrad: true }).keep();
  const opt = new SGD([{ params: [a], lr: 0.5 }, { params: [b, idle] }], { lr: 0.1 });
  a.add(b).sum().backward();
  opt.step();
  assertClose([...await flat(a), ...await flat(b), ...await flat(idle)], [0.5, 0.9, 1]);
  opt.lr = 0.2;
  assert.deepEqual(opt.paramGroups.map((g) => g.lr), [0.2, 0.2]);
});

Deno.test("a state continues the same steps", async () => {
  const run = (restart: boolean) => {
    const [p, q] = start();
    let opt = new SGD([p, q], { lr: 0.05, momentum: 0.9 });
    for (let i = 0; i < 6; i++) {
      if (restart && i === 3) {
        const state = opt.stateDict();
        opt = new SGD([p, q], { lr: 7 });
        opt.loadStateDict(state);
      }
      objective(p, q).backward();
      opt.step();
      opt.zeroGrad();
    }
    return flat(p);
  };
  assert.deepEqual(await run(true), await run(false));
});

Deno.test("SGD names what it cannot take", () => {
  const [p] = start();
  assert.throws(() => new SGD([], { lr: 0.1 }), /without parameters/);
  assert.throws(
    () => new SGD(tensor(1) as never, { lr: 0.1 }),
    /Cannot make SGD of Tensor: give parameters, such as model/,
  );
  assert.throws(() => new SGD(undefined as never, { lr: 0.1 }), /Cannot make SGD of undefined: give parameters/);
  assert.throws(() => new SGD([p.mul(2)], { lr: 0.1 }), /computed from others/);
  assert.throws(() => new SGD([p, p], { lr: 0.1 }), /twice/);
  assert.throws(() => new SGD([p], { lr: -1 }), /lr of SGD to -1/);
  assert.throws(() => new SGD([p], { lr: 1, nesterov: true }), /nesterov/);
  assert.throws(() => new SGD([p], {} as SGDOptions), /lr of SGD to undefined/);
  assert.throws(() => new SGD([p], { lr: 1, momentum: 0.9, dampening: NaN }), /dampening of SGD to NaN/);
});

Deno.test("a loop by hand keeps what it learned without an explicit flush", async () => {
  const layer = new nn.Linear(3, 1);
  const opt = new SGD(layer.parameters(), { lr: 0.1 });
  const x = randn([16, 3]), y = noGrad(() => x.matmul(ones([3, 1])));
  const losses: number[] = [];
  for (let i = 0; i < 60; i++) {
    const loss = nn.functional.mseLoss(layer.call(x), y);
    loss.backward();
    losses.push(await loss.item());
    opt.step();
    opt.zeroGrad();
  }
  assert.ok(losses.at(-1)! < losses[0]! / 10);
});
