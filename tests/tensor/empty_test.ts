/** Empty inputs: values, shapes and gradients are PyTorch 1.13's, and nothing is read out of nothing. */
import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { statistics, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

const F = nn.functional;

for (const name of testDevices()) {
  const on = { device: device(name) }, z = (...shape: number[]) => zeros(shape, on);
  const labels = zeros([0], { dtype: "int32", ...on });
  const ones = (...shape: number[]) => z(...shape).add(1);

  /** What is computed, its shape, and its values. */
  const CASES: Record<string, [() => Tensor, number[], number[]]> = {
    "the mean of nothing": [() => z(0).mean(), [], [NaN]],
    "the sum of nothing": [() => z(0).sum(), [], [0]],
    "the product of rows of nothing": [() => z(2, 0).prod(1), [2], [1, 1]],
    "the variance of columns of nothing": [() => z(0, 2).var(0), [2], [NaN, NaN]],
    "the extremes of no rows": [() => z(0, 3).max(1), [0], []],
    "a product over nothing": [() => z(2, 0).matmul(z(0, 3)), [2, 3], [0, 0, 0, 0, 0, 0]],
    "linear without features": [() => F.linear(z(2, 0), z(3, 0), ones(3)), [2, 3], [1, 1, 1, 1, 1, 1]],
    "softmax of rows of nothing": [() => z(2, 0).softmax(1), [2, 0], []],
    "cumsum of nothing": [() => z(2, 0).cumsum(1), [2, 0], []],
    "a convolution of no images": [() => F.conv2d(z(0, 1, 3, 3), z(4, 1, 1, 1)), [0, 4, 3, 3], []],
    "a convolution of no channels": [
      () => F.conv2d(z(1, 0, 2, 1), z(1, 0, 1, 1), { bias: ones(1) }),
      [1, 1, 2, 1],
      [1, 1],
    ],
    "conv1d of no sequences": [() => F.conv1d(z(0, 1, 3), z(4, 1, 1)), [0, 4, 3], []],
    "pooling no images": [() => F.maxPool2d(z(0, 1, 4, 4), 2), [0, 1, 2, 2], []],
    "averages of no images": [() => F.avgPool2d(z(0, 1, 4, 4), 2), [0, 1, 2, 2], []],
    "adaptive averages of no images": [() => F.adaptiveAvgPool2d(z(0, 1, 4, 4), 2), [0, 1, 2, 2], []],
    "layer norm of no samples": [() => F.layerNorm(z(0, 4), [4]), [0, 4], []],
    "group norm of no samples": [() => F.groupNorm(z(0, 4, 2), 2), [0, 4, 2], []],
    "instance norm of no images": [
      () => F.instanceNorm(z(0, 2, 3), { runningMean: z(2), runningVar: z(2) }),
      [0, 2, 3],
      [],
    ],
    "cross-entropy of no samples": [() => F.crossEntropy(z(0, 3), labels), [], [NaN]],
    "nll of no samples": [() => F.nllLoss(z(0, 3), labels), [], [NaN]],
    "the squared error of nothing": [() => F.mseLoss(z(0), z(0)), [], [NaN]],
    "no rows of a table": [() => F.embedding(labels, z(3, 2)), [0, 2], []],
    "counts of nothing": [() => z(0).histc(3), [3], [0, 0, 0]],
    "statistics of nothing": [() => statistics(z(0), { bins: 2 }), [8], [NaN, NaN, 0, 0, 0, 0, 0, 0]],
  };
  for (const [what, [compute, shape, values]] of Object.entries(CASES)) {
    Deno.test(`${what} is PyTorch's on ${name}`, async () => {
      const out = compute();
      assert.deepEqual(out.shape, shape);
      assert.deepEqual([...await out.toTypedArray()], values);
    });
  }

  Deno.test(`gradients of empty batches are zeros on ${name}`, async () => {
    const leaf = (...shape: number[]) => ones(...shape).detach().requiresGrad_();
    const table = leaf(3, 2), kernel = leaf(1, 1, 1, 1), matrix = leaf(3, 2);
    F.embedding(labels, table).sum().backward();
    F.conv2d(z(0, 1, 3, 3), kernel).sum().backward();
    F.linear(z(0, 2), matrix).sum().backward();
    assert.deepEqual([...await table.grad!.toTypedArray()], [0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...await kernel.grad!.toTypedArray()], [0]);
    assert.deepEqual([...await matrix.grad!.toTypedArray()], [0, 0, 0, 0, 0, 0]);
  });
}

Deno.test("images without pixels, and kernels without elements, are refused", () => {
  const image = tensor(new Float32Array(0), { shape: [1, 1, 0, 4] });
  for (const pool of [F.maxPool2d, F.avgPool2d]) {
    assert.throws(() => pool(image, 2, { padding: 1 }), /an image has at least one pixel/);
  }
  assert.throws(() => F.adaptiveAvgPool2d(image, 2), /an image has at least one pixel/);
  assert.throws(() => F.conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 0, 3])), /a kernel has at least one element/);
  assert.throws(() => zeros([0]).max(), /there is nothing to choose from/);
  assert.throws(() => zeros([2, 0]).argmax(1), /there is nothing to choose from/);
});
