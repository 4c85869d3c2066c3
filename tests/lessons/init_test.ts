import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findModules, isInstance } from "../../lib/learner/hooks.ts";
import { initCnn, initWeights } from "../../lib/lessons/init.ts";
import { getCnnModel, getModel } from "../../lib/lessons/models.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";

const reference = device("reference");

Deno.test("initWeights(): Kaiming's scale for weights, biases untouched", async () => {
  setSeed(1);
  const model = getModel({ device: reference });
  const [first] = [...model.modules()].filter((module) => module instanceof Conv2d);
  const bias = await first!.bias!.array();
  assert.equal(initWeights(model, { leak: 0.1 }), model);
  const last = [...model.modules()].filter((module) => module instanceof Conv2d).at(-2)!;
  const std = await last.weight.std().item();
  const wanted = Math.sqrt(2 / (1 + 0.1 ** 2) / (32 * 9));
  assert.ok(Math.abs(std / wanted - 1) < 0.03, `${std} against ${wanted}`);
  assert.deepEqual(await first!.bias!.array(), bias);
});

Deno.test("initCnn(): Kaiming's scale at every depth, biases 0, the linear layer as it was", async () => {
  for (const uniform of [false, true]) {
    const model = getCnnModel({ device: reference });
    const linear = findModules(model, isInstance(Linear))[0] as Linear;
    const before = await linear.weight.array();
    assert.equal(initCnn(model, { uniform, generator: new Generator(3) }), model);
    for (const { weight, bias, inChannels, kernelSize: [k] } of findModules(model, isInstance(Conv2d)) as Conv2d[]) {
      const wanted = Math.sqrt(2 / 1.01 / (inChannels * k * k));
      const [std, max] = [await weight.std().item(), await weight.abs().max().item()];
      assert.ok(Math.abs(std / wanted - 1) < 4 / Math.sqrt(2 * weight.numel), `${std} against ${wanted}`);
      assert.equal(max <= Math.sqrt(3) * wanted * (1 + 1e-6), uniform);
      assert.equal(await bias!.abs().max().item(), 0);
    }
    assert.deepEqual(await linear.weight.array(), before);
  }
});
