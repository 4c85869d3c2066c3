import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import {
  Callback,
  CancelFitException,
  HooksCallback,
  isInstance,
  Learner,
  Recorder,
} from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { randn } from "../../../lib/tensor/create_random.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { setUp } from "../../engine/model_a.ts";
import { crossEntropy, hooked, loaders, net } from "../helpers.ts";

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
