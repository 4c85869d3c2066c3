import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import {
  Callback,
  CancelFitException,
  findModules,
  Hook,
  Hooks,
  HooksCallback,
  isInstance,
  Learner,
  Recorder,
} from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { randn, tensor } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { setUp } from "../engine/model_a.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { crossEntropy, loaders } from "./helpers.ts";

const net = () => {
  const generator = new Generator(5);
  return new nn.Sequential(
    new nn.Linear(4, 8, { generator }),
    new nn.Sequential(new nn.ReLU(), new nn.Linear(8, 8, { generator })),
    new nn.ReLU(),
    new nn.Linear(8, 3, { generator }),
  );
};

/** How many hooks a module has: counted by what they do. */
function hooked(model: nn.Module, count: { runs: number }): number {
  count.runs = 0;
  model.call(randn([2, 4]));
  return count.runs;
}

Deno.test("findModules() and isInstance()", () => {
  const model = net();
  assert.equal(findModules(model, isInstance(nn.Linear)).length, 3);
  assert.deepEqual(findModules(model, isInstance(nn.Sequential)), [model, model[1]]);
  assert.equal(findModules(model, isInstance(nn.Linear, nn.ReLU)).length, 5);
  assert.throws(() => isInstance("ReLU" as never), /Cannot test modules for string: give classes/);
});

Deno.test("Hook sees each forward, keeps a value, may replace the output, and ends with its scope", async () => {
  const layer = new nn.ReLU();
  {
    using hook = new Hook<number>(layer, (hook, module, inputs, output) => {
      assert.deepEqual([module, inputs.length], [layer, 1]);
      hook.value = (hook.value ?? 0) + 1;
      return output.mul(2);
    });
    assertClose(await flat(layer.call(tensor([-1, 3]))), [0, 6]);
    layer.call(tensor([1]));
    assert.deepEqual([hook.value, String(hook)], [2, "Hook(ReLU)"]);
  }
  assertClose(await flat(layer.call(tensor([-1, 3]))), [0, 3]);
});

Deno.test("Hooks is a container: index, slice, list, mask, iteration, text", () => {
  const model = net();
  using hooks = new Hooks(findModules(model, isInstance(nn.Linear, nn.ReLU)), () => {});
  assert.equal(hooks.length, 5);
  const all = [...hooks];
  assert.equal(hooks.at(0).module, model[0]);
  assert.equal(hooks.at(-1), all[4]);
  assert.deepEqual(hooks.slice(1, 3), [all[1], all[2]]);
  assert.deepEqual(hooks.at([3, 0]), [all[3], all[0]]);
  assert.deepEqual(hooks.at([false, true, false, false, true]), [all[1], all[4]]);
  assert.equal(String(hooks), "Hooks(5) [Hook(Linear), Hook(ReLU), Hook(Linear), Hook(ReLU), Hook(Linear)]");
  assert.equal(Deno.inspect(hooks), String(hooks));
  using many = new Hooks(Array.from({ length: 12 }, () => new nn.ReLU()), () => {});
  assert.match(String(many), /^Hooks\(12\) \[(Hook\(ReLU\), ){10}…\]$/);
  assert.throws(() => hooks.at(5), /Cannot take hook 5: there are 5/);
  assert.throws(() => hooks.at([true]), /by a mask of 1: there are 5 hooks/);
});

Deno.test("Hooks removes what it drops, and the rest at the end of its scope", () => {
  const model = net(), count = { runs: 0 };
  {
    using hooks = new Hooks(model.modules(), () => void count.runs++);
    assert.equal(hooked(model, count), 7);
    hooks.remove(0);
    hooks.remove([-1, 0]);
    assert.deepEqual([hooked(model, count), hooks.length], [4, 4]);
    hooks.remove([true, false, false, false]);
    assert.deepEqual([hooked(model, count), hooks.length], [3, 3]);
  }
  assert.equal(hooked(model, count), 0);
  assert.throws(() => new Hooks([model, 3 as unknown as nn.Module], () => void count.runs++), /Cannot hook number/);
  assert.equal(hooked(model, count), 0);
});

for (
  const [phases, expected] of [
    [{}, [3, 3]],
    [{ onValid: true }, [4, 3]],
    [{ onTrain: false, onValid: true }, [1, 0]],
  ] as const
) {
  Deno.test(`HooksCallback with ${JSON.stringify(phases)} sees its batches and keeps its values`, async () => {
    const seen: boolean[] = [];
    const cb = new HooksCallback<Tensor>((hook, module, _inputs, output) => {
      seen.push(module.training);
      hook.value = output.detach().std().keep();
    }, { modules: isInstance(nn.ReLU), ...phases });
    const model = net();
    await new Learner(model, loaders(), crossEntropy, { cbs: [cb] }).fit(1);
    assert.deepEqual([seen.length, seen.filter(Boolean).length], [2 * expected[0], 2 * expected[1]]);
    assert.ok(await cb.hooks.at(1).value!.item() > 0);
    assert.equal(cb.length, 2);
    model.call(randn([2, 4]));
    assert.equal(seen.length, 2 * expected[0]);
  });
}

Deno.test("HooksCallback removes its hooks when the fit is cancelled or fails, and watches leaves by default", async () => {
  const model = net(), count = { runs: 0 };
  const cb = new HooksCallback(() => void count.runs++);
  class Throwing extends Callback {
    constructor(readonly error: Error) {
      super();
    }
    override afterBackward(): void {
      throw this.error;
    }
  }
  const fit = (error: Error) => new Learner(model, loaders(), crossEntropy, { cbs: [cb, new Throwing(error)] }).fit(1);
  await fit(new CancelFitException());
  assert.deepEqual([count.runs, hooked(model, count)], [5, 0]);
  await assert.rejects(fit(new Error("no")), /Throwing failed in afterBackward/);
  assert.deepEqual([cb.length, hooked(model, count)], [5, 0]);
});

Deno.test("a hook that throws, or returns a Promise, is told by its module's path and leaves no hook behind", async () => {
  const model = net(), count = { runs: 0 };
  const fit = (fn: () => void) => {
    const cb = new HooksCallback(fn, { modules: [(model[1] as nn.Sequential)[1]!] });
    return new Learner(model, loaders(), crossEntropy, { cbs: [cb, new HooksCallback(() => void count.runs++)] }).fit(
      1,
    );
  };
  await assert.rejects(
    fit(function broken() {
      throw new Error("no room");
    }),
    /^HookError: Forward hook "broken" of 1\.1 \(Linear\) failed: no room/,
  );
  assert.equal(hooked(model, count), 0);
  await assert.rejects(fit(async () => {}), /of 1\.1 \(Linear\) returned a Promise: hooks are synchronous/);
  assert.equal(hooked(model, count), 0);
});

Deno.test("HooksCallback names a predicate that fits no module", async () => {
  const cb = new HooksCallback(() => {}, { modules: isInstance(nn.Conv2d) });
  await assert.rejects(
    new Learner(net(), loaders(), crossEntropy, { cbs: [cb] }).fit(1),
    /no module was chosen. It has Sequential, Linear, ReLU/,
  );
});

Deno.test("hooks that compute statistics change no loss by a bit on cpu", async () => {
  const fit = async (cbs: Callback[]) => {
    using device = new Device("cpu", { threads: 1 });
    const { model, dls } = setUp(device, { count: 160 });
    const recorder = new Recorder();
    await new Learner(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [...cbs, recorder] }).fit(1);
    return recorder.losses;
  };
  const kept: Tensor[] = [];
  const watching = new HooksCallback((_hook, _module, _inputs, output) => {
    const x = output.detach();
    kept.push(x.mean().keep(), x.std().keep(), x.abs().histc(40, 0, 10).keep());
  });
  assert.deepEqual(await fit([watching]), await fit([]));
  assert.ok(kept.length > 20);
});

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
