import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { conv, getModel, initWeights } from "../../lib/lessons/models.ts";
import { makeModel } from "../../lib/lessons/run.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { GeneralReLU } from "../../lib/nn/activations.ts";
import { randn } from "../../lib/tensor/create.ts";
import { setSeed } from "../../lib/tensor/random.ts";

const reference = device("reference");

Deno.test("getModel(): five convolutions with a bias, the last one bare", () => {
  const model = getModel({ device: reference });
  const convolutions = [...model.modules()].filter((module) => module instanceof Conv2d);
  assert.deepEqual(convolutions.map(({ weight }) => [...weight.shape]), [
    [8, 1, 3, 3],
    [16, 8, 3, 3],
    [32, 16, 3, 3],
    [64, 32, 3, 3],
    [10, 64, 3, 3],
  ]);
  assert.ok(convolutions.every(({ bias }) => bias !== null));
  assert.equal([...model.parameters()].reduce((sum, { numel }) => sum + numel, 0), 30_154);
  assert.deepEqual(model.call(randn([2, 1, 28, 28], { device: reference })).shape, [2, 10]);
});

Deno.test("conv(): convolution, normalisation, activation, in that order", () => {
  const norm = (channels: number) => new Conv2d(channels, channels, 1, { device: reference });
  const layers = conv(1, 4, { act: () => new GeneralReLU(), norm, device: reference });
  assert.deepEqual([...layers.children()].map((module) => module.constructor.name), [
    "Conv2d",
    "Conv2d",
    "GeneralReLU",
  ]);
});

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

Deno.test("makeModel(): the same seed gives the same model", async () => {
  const weights = async () => {
    setSeed(5);
    const model = makeModel(findRun("A4")!.setup, reference);
    return await Promise.all([...model.parameters()].map((parameter) => parameter.array()));
  };
  assert.deepEqual(await weights(), await weights());
});
