import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findModules, isInstance } from "../../lib/learner/hooks.ts";
import { isLinLayer } from "../../lib/lessons/init.ts";
import { conv, convLayer, getCnnModel, getModel, mnistResize } from "../../lib/lessons/models.ts";
import { BatchNorm } from "../../lib/lessons/norms/batch.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Lambda } from "../../lib/nn/lambda.ts";
import { GeneralReLU } from "../../lib/nn/activations.ts";
import { randn } from "../../lib/tensor/create_random.ts";

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
