import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { Learner, Recorder } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { setUp } from "../engine/model_a.ts";
import { assertClose, flat } from "./helpers.ts";
import { crossEntropy } from "../learner/helpers.ts";

const net = () => {
  const generator = new Generator(5);
  return new nn.Sequential(
    new nn.Linear(4, 8, { generator }),
    new nn.Sequential(new nn.ReLU(), new nn.Linear(8, 8, { generator })),
    new nn.ReLU(),
    new nn.Linear(8, 3, { generator }),
  );
};

Deno.test("a backward hook sees, and may replace, the gradient of its module's output", async () => {
  const model = net(), x = randn([5, 4], { generator: new Generator(1) });
  const seen: Tensor[] = [];
  const relu = model[2]!;
  const grads = async () => {
    model.zeroGrad();
    model.call(x).sum().backward();
    return (await Promise.all([...model.parameters()].map((p) => flat(p.grad!)))).flat();
  };
  const plain = await grads();
  {
    using _hook = relu.registerBackwardHook((module, gradient) => {
      assert.equal(module, relu);
      seen.push(gradient.keep());
    });
    assert.deepEqual(await grads(), plain);
    // The output's gradient is the last layer's weight, summed over its rows.
    const weight = (model[3] as nn.Linear).weight;
    assertClose(await flat(seen[0]!), await flat(weight.detach().sum(0).expand(5, 8)), 1e-9);
    noGrad(() => model.call(x));
    model.call(x);
    assert.equal(seen.length, 1);
  }
  {
    using _hook = relu.registerBackwardHook((_module, gradient) => gradient.mul(2));
    const doubled = await grads();
    const last = 8 * 3 + 3; // the layer behind the hook
    assertClose(doubled.slice(0, -last), plain.slice(0, -last).map((g) => 2 * g), 1e-9);
    assert.deepEqual(doubled.slice(-last), plain.slice(-last));
  }
  assert.deepEqual(await grads(), plain);
});

Deno.test("a backward hook sees the whole gradient where its output is used twice, once for each forward", () => {
  const layer = new nn.Linear(4, 4);
  let runs = 0;
  using _hook = layer.registerBackwardHook(() => void runs++);
  const once = layer.call(randn([2, 4]));
  once.add(once.relu()).sum().backward();
  assert.equal(runs, 1);
  layer.call(layer.call(randn([2, 4]))).sum().backward();
  assert.equal(runs, 3);
});

Deno.test("a backward hook that throws, returns a Promise or another shape is told by its module's path", () => {
  const model = net();
  const run = (hook: nn.BackwardHook) => {
    using _hook = (model[1] as nn.Sequential)[1]!.registerBackwardHook(hook);
    model.call(randn([2, 4])).sum().backward();
  };
  const broken: nn.BackwardHook = () => {
    throw new Error("no room");
  };
  assert.throws(() => run(broken), /^HookError: Backward hook "broken" of 1\.1 \(Linear\) failed: no room/);
  assert.throws(() => run((async () => {}) as never), /returned a Promise: hooks are synchronous/);
  assert.throws(() => run(() => randn([3])), /Cannot replace a gradient of shape \[2, 8\] by one of \[3\]/);
  assert.throws(() => model.registerBackwardHook(3 as never), /Cannot register number as a backward hook/);
});

Deno.test("backward hooks change no loss by a bit on cpu", async () => {
  const fit = async (watch: boolean) => {
    using device = new Device("cpu", { threads: 1 });
    const { model, dls } = setUp(device, { count: 160 });
    const recorder = new Recorder(), kept: Tensor[] = [];
    if (watch) {
      for (const module of model.modules()) module.registerBackwardHook((_, g) => void kept.push(g.std().keep()));
    }
    await new Learner(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [recorder] }).fit(1);
    assert.equal(kept.length > 0, watch);
    return recorder.losses;
  };
  assert.deepEqual(await fit(true), await fit(false));
});
