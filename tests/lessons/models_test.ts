import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findModules, isInstance } from "../../lib/learner/hooks.ts";
import { ConvLayer } from "../../lib/lessons/conv_layer.ts";
import { initCnn, initWeights, isLinLayer } from "../../lib/lessons/init.ts";
import { conv, convLayer, getCnnModel, getModel, mnistResize } from "../../lib/lessons/models.ts";
import { BatchNorm } from "../../lib/lessons/norms/batch.ts";
import { makeModel } from "../../lib/lessons/make_model.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Lambda } from "../../lib/nn/lambda.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { GeneralReLU } from "../../lib/nn/activations.ts";
import { randn } from "../../lib/tensor/create.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";

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

Deno.test("convLayer(): convolution, activation, normalisation, in that order, and a bias when it is wanted", () => {
  const norm = (channels: number) => new BatchNorm(channels, { device: reference });
  const layers = convLayer(1, 4, { norm, bias: false, kernelSize: 5, stride: 1, device: reference });
  assert.deepEqual([...layers].map(({ typeName }) => typeName), ["Conv2d", "ReLU", "BatchNorm"]);
  const [first] = [...layers] as [Conv2d];
  assert.deepEqual([first.bias, first.kernelSize, first.padding, first.stride], [null, [5, 5], [2, 2], [1, 1]]);
  assert.equal([...convLayer(1, 4, { act: null, device: reference })].length, 1);
});

Deno.test("getModel() gives norms and the missing bias to all layers but the last", () => {
  const model = getModel({
    norm: (channels) => new BatchNorm(channels, { device: reference }),
    bias: false,
    device: reference,
  });
  const convolutions = findModules(model, isInstance(Conv2d)) as Conv2d[];
  assert.deepEqual(convolutions.map(({ bias }) => bias !== null), [false, false, false, false, true]);
  assert.equal(findModules(model, isInstance(BatchNorm)).length, 4);
});

Deno.test("getCnnModel(): windows of 5, then of 3, and a linear layer, for images of any size", () => {
  const model = getCnnModel({ device: reference });
  const convolutions = findModules(model, isInstance(Conv2d)) as Conv2d[];
  assert.deepEqual(convolutions.map(({ weight }) => [...weight.shape]), [
    [8, 1, 5, 5],
    [16, 8, 3, 3],
    [32, 16, 3, 3],
    [64, 32, 3, 3],
    [64, 64, 3, 3],
  ]);
  for (const size of [28, 33]) {
    assert.deepEqual(model.call(randn([2, 1, size, size], { device: reference })).shape, [2, 10]);
  }
  assert.deepEqual(
    findModules(model, isLinLayer).map(({ typeName }) => typeName).join(),
    "Conv2d,ReLU,".repeat(5) + "Linear",
  );
  const small = getCnnModel({
    channels: [1, 8, 16, 32, 32],
    classes: 3,
    first: new Lambda(mnistResize),
    device: reference,
  });
  assert.deepEqual(small.call(randn([2, 784], { device: reference })).shape, [2, 3]);
  assert.deepEqual([...small].map(({ typeName }) => typeName).slice(-3), ["AdaptiveAvgPool2d", "Flatten", "Linear"]);
});

Deno.test("ConvLayer: relu(conv(x)) − sub, with sub not among the trained", async () => {
  const layer = new ConvLayer(1, 3, { kernelSize: 5, device: reference });
  assert.ok(Object.is(layer.bias, 0));
  const x = randn([2, 1, 7, 7], { device: reference }), plain = layer.conv.call(x).relu();
  layer.bias = -0.25;
  assert.equal(layer.relu.sub, 0.25);
  assert.equal(await layer.call(x).sub(plain.sub(0.25)).abs().max().item(), 0);
  assert.equal(layer.weight, layer.conv.weight);
  assert.deepEqual([...layer.namedParameters()].map(([name]) => name), ["conv.weight", "conv.bias"]);
  const model = getCnnModel({ layer: (from, to, options) => new ConvLayer(from, to, options), device: reference });
  assert.deepEqual(findModules(model, isInstance(ConvLayer)).length, 5);
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
