import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { makeModel } from "../../lib/lessons/make_model.ts";
import { ResBlock } from "../../lib/lessons/res_block.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { constant_, zeros_ } from "../../lib/nn/fill.ts";
import { summarize } from "../../lib/learner/summary.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const cpu = device("cpu");

/** What the course counts: the weights of a layer of the model, times the pixels of what the layer gives; biases and norms once. */
function flops(id: string): number {
  let x: Tensor = zeros([2, 1, 28, 28], { device: cpu }), count = 0;
  for (const layer of makeModel(findRun(id)!.setup, cpu).children()) {
    x = layer.call(x) as Tensor;
    const [, , height = 1, width = 1] = x.shape;
    for (const { ndim, numel } of layer.parameters()) {
      // A linear layer's weights [out, in] count once.
      count += ndim < 3 ? numel : numel * height * width;
    }
  }
  return count / 1e6;
}

Deno.test("H2 to H4 have the course's numbers of parameters and operations", () => {
  for (
    const [id, parameters, published] of [["H2", 4_907_588, 33], ["H3", 1_231_428, 18.3], [
      "H4",
      1_224_948,
      13.3,
    ]] as const
  ) {
    const model = makeModel(findRun(id)!.setup, cpu);
    assert.equal([...model.parameters()].reduce((sum, { numel }) => sum + numel, 0), parameters, id);
    assert.equal(Number(flops(id).toFixed(1)), published, id);
  }
});

Deno.test("H4 does with a plain first layer what H3 does with a block, at fewer multiplications", () => {
  const macs = (id: string) =>
    summarize(makeModel(findRun(id)!.setup, cpu), zeros([2, 1, 28, 28], { device: cpu })).macs;
  // The block's second convolution, 16 × 16 × 25 weights, and its short cut of 16, over 28 × 28 pixels.
  assert.equal(macs("H3") - macs("H4"), (16 * 16 * 25 + 16) * 28 * 28);
});

for (const name of ["reference", "cpu"] as const) {
  const on = device(name);

  Deno.test(`ResBlock: where the convolutions give 0, the input passes, averaged at a stride of 2 (${name})`, async () => {
    const silence = (block: ResBlock) => {
      for (const module of block.convs.modules()) {
        if (!(module instanceof Conv2d)) continue;
        zeros_(module.weight);
        zeros_(module.bias!);
      }
      return block;
    };
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], { shape: [1, 1, 3, 3], device: on });
    const same = silence(new ResBlock(1, 1, { device: on }));
    assert.deepEqual(await same.call(x).array(), await x.array());
    const half = silence(new ResBlock(1, 1, { stride: 2, device: on }));
    // PyTorch's AvgPool2d(2, ceil_mode=True): at the edges the mean of what is there.
    assert.deepEqual(await half.call(x).array(), [[[[3, 4.5], [7.5, 9]]]]);
  });

  Deno.test(`ResBlock: gradients reach the input by both ways (${name})`, async () => {
    const block = new ResBlock(1, 1, { kernelSize: 1, bias: false, device: on });
    for (const module of block.convs.modules()) if (module instanceof Conv2d) constant_(module.weight, 2);
    const x = tensor([3], { shape: [1, 1, 1, 1], requiresGrad: true, device: on }).keep();
    const y = block.call(x);
    y.sum().backward();
    // relu(2 · relu(2 · 3) + 3), whose slope is 2 · 2 + 1
    assert.deepEqual([await y.item(), await x.grad!.item()], [15, 5]);
  });
}

Deno.test("ResBlock: shapes, and where there is a convolution in the short cut", () => {
  const kinds = (block: ResBlock) => [...block.shortCut].map(({ typeName }) => typeName);
  assert.deepEqual(kinds(new ResBlock(4, 4, { device: cpu })), []);
  assert.deepEqual(kinds(new ResBlock(4, 8, { device: cpu })), ["Conv2d"]);
  assert.deepEqual(kinds(new ResBlock(4, 4, { stride: 2, device: cpu })), ["AvgPool2d"]);
  const norm = (channels: number) => new BatchNorm2d(channels, { device: cpu });
  const first = new ResBlock(4, 8, { stride: 2, strided: "first", norm, normShortCut: true, device: cpu });
  assert.deepEqual(kinds(first), ["AvgPool2d", "Conv2d", "BatchNorm2d"]);
  assert.deepEqual(first.call(zeros([2, 4, 7, 7], { device: cpu })).shape, [2, 8, 4, 4]);
});

Deno.test("ResNet-18d begins with blocks that pass on their short cut", async () => {
  const model = makeModel(findRun("G3")!.setup, cpu);
  const blocks = [...model.children()].filter((module) => module instanceof ResBlock);
  assert.equal(blocks.length, 8);
  for (const block of blocks) {
    const norms = [...block.convs.modules()].filter((module) => module instanceof BatchNorm2d);
    const sums = await Promise.all(norms.map(({ weight }) => weight!.abs().sum().item()));
    assert.deepEqual([sums[0]! > 0, sums[1]], [true, 0]);
  }
  const [first] = [...model.modules()].filter((module) => module instanceof Conv2d);
  const deviation = await first!.weight.std().item();
  assert.ok(Math.abs(deviation - Math.sqrt(2 / (32 * 9))) < 0.015, `${deviation}`);
});
