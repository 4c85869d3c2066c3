/** What the small layers share: their text is PyTorch's, and wrong settings are named. Values are compared in tests/oracle/ops_test.ts. */
import assert from "node:assert/strict";
import { maxPool2d } from "../../lib/tensor/max_pool.ts";
import * as nn from "../../lib/nn/mod.ts";
import { ones } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { flat, goldens } from "./helpers.ts";

Deno.test("layers print as PyTorch's", () => {
  const layers = [
    new nn.LeakyReLU(),
    new nn.LeakyReLU(1e-5),
    new nn.Sigmoid(),
    new nn.Tanh(),
    new nn.SiLU(),
    new nn.GELU(),
    new nn.GELU({ approximate: "tanh" }),
    new nn.Dropout(),
    new nn.Dropout(0.1),
    new nn.MaxPool2d(2),
    new nn.MaxPool2d([3, 2], { stride: [2, 1], padding: 1, dilation: [1, 2], ceilMode: true }),
    new nn.Conv1d(16, 33, 3, { stride: 2 }),
    new nn.Conv1d(4, 5, 2, { padding: 1, bias: false }),
    new nn.Embedding(10, 3),
    new nn.Embedding(10, 3, { paddingIdx: -1 }),
  ];
  assert.deepEqual(layers.map(String), goldens.repr.layers);
});

Deno.test("Conv1d starts as PyTorch's, and computes what conv1d does of its weights", async () => {
  const layer = new nn.Conv1d(6, 500, 4, { stride: 2, padding: 1 });
  const bound = 1 / Math.sqrt(24);
  for (const parameter of [layer.weight, layer.bias!]) {
    const values = await flat(parameter), largest = Math.max(...values.map(Math.abs));
    assert.ok(largest <= bound && largest > 0.97 * bound, `largest ${largest}, bound ${bound}`);
    const spread = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    assert.ok(Math.abs(spread - bound / Math.sqrt(3)) < 0.1 * bound, `spread ${spread}`);
  }
  assert.deepEqual(Object.keys(layer.stateDict()), ["weight", "bias"]);
  assert.deepEqual(layer.weight.shape, [500, 6, 4]);
  const x = randn([2, 6, 9]);
  const expected = nn.functional.conv1d(x, layer.weight, { bias: layer.bias, stride: 2, padding: 1 });
  assert.deepEqual(expected.shape, [2, 500, 4]);
  assert.deepEqual(await flat(layer.call(x)), await flat(expected));
});

Deno.test("conv1d and Conv1d name wrong settings", () => {
  const { conv1d } = nn.functional, x = ones([2, 3, 5]);
  assert.throws(() => conv1d(ones([5]), ones([1, 3, 2])), /Cannot conv1d \[5\] with weights \[1, 3, 2\]/);
  assert.throws(
    () => conv1d(x, ones([1, 2, 2])),
    /it takes \[batch, channels, length\] or \[channels, length\], and \[out, channels, kernel\]/,
  );
  assert.throws(() => conv1d(x, ones([1, 3, 8]), { padding: 1 }), /the kernel is larger than the padded length, 7/);
  assert.throws(() => new nn.Conv1d(3, 4, 0), /Cannot make Conv1d: kernelSize must be a whole number of at least 1/);
  assert.throws(() => new nn.Conv1d(3, 4, 1, { padding: -1 }), /Cannot make Conv1d: padding .* found -1/);
});

Deno.test("maxPool2d and MaxPool2d name wrong settings", () => {
  const x = ones([1, 2, 5, 4]);
  assert.throws(
    () => maxPool2d(ones([5, 4]), 2),
    /Cannot maxPool2d \[5, 4\]: it takes \[batch, channels, height, width\] or \[channels, height, width\]/,
  );
  assert.throws(() => maxPool2d(x.int(), 2), { name: "TypeError", message: /a int32 tensor: it takes float32/ });
  assert.throws(() => maxPool2d(x, 0), /Cannot use kernel size \[0, 0\]: it takes whole numbers from 1/);
  assert.throws(
    () => maxPool2d(x, 2, { padding: [0, 2] }),
    /Cannot pad by \[0, 2\]: at most half the kernel, \[2, 2\]/,
  );
  assert.throws(() => maxPool2d(x, 5), /\[1, 2, 5, 4\]: the window \[5, 5\] is larger than the image/);
  assert.throws(() => maxPool2d(x, 3, { dilation: 2 }), /the window \[3, 3\] with dilation \[2, 2\] is larger/);
  assert.throws(
    () => maxPool2d(ones([1, 1, 2, 2]), 2, { dilation: 3, padding: 1 }),
    /window 0 of axis 2 covers nothing but padding/,
  );
  assert.throws(
    () => new nn.MaxPool2d(2, { stride: 0 }),
    /Cannot make MaxPool2d: stride must be a whole number of at least 1/,
  );
});

Deno.test("pooling of signals, to a size, and of averages names wrong settings", () => {
  const F = nn.functional;
  const x = ones([1, 2, 5]), image = ones([1, 2, 5, 4]);
  for (const pool of [F.avgPool1d, F.maxPool1d]) {
    assert.throws(() => pool(ones([5]), 2), /\[5\]: it takes \[batch, channels, length\] or \[channels, length\]/);
    assert.throws(() => pool(x, 6), /\[1, 2, 5\]: the window \[6\] is larger than the image/);
    assert.throws(() => pool(ones([2, 5]), 6), /\[2, 5\]: the window \[6\] is larger/);
    assert.throws(() => pool(x, 0), /Cannot use kernel size 0: it must be a whole number of at least 1/);
    assert.throws(() => pool(x, 2, { stride: 0.5 }), /Cannot use stride 0.5/);
    assert.throws(() => pool(x, 2, { padding: 2 }), /Cannot pad by \[2\]: at most half the kernel, \[2\]/);
    assert.throws(() => pool(ones([2, 3]).narrow(0, 0, 0), 1), /an image has at least one channel/);
  }
  assert.throws(() => F.maxPool1d(x, 2, { dilation: 0 }), /Cannot use dilation 0/);
  assert.throws(() => F.maxPool1d(x, 3, { dilation: 3 }), /the window \[3\] with dilation \[3\] is larger/);
  assert.throws(
    () => F.maxPool1d(ones([1, 2]), 2, { dilation: 3, padding: 1 }),
    /maxPool1d \[1, 2\] with dilation \[3\] and padding \[1\]: window 0 of axis 1 covers nothing but padding/,
  );
  assert.throws(() => F.avgPool2d(image, 2, { divisorOverride: 0 }), /divisorOverride 0: sums are divided by it/);
  assert.throws(() => F.avgPool2d(image, 2, { divisorOverride: 1.5 }), /divisorOverride must be a whole number/);
  for (const pool of [F.adaptiveAvgPool1d, F.adaptiveMaxPool1d]) {
    assert.throws(() => pool(x, 0), /Cannot use output size 0: it must be a whole number of at least 1/);
  }
  for (const pool of [F.adaptiveAvgPool2d, F.adaptiveMaxPool2d]) {
    assert.throws(() => pool(image, [2, 0]), /Cannot use output size \[2, 0\]/);
  }
  assert.throws(() => new nn.AdaptiveMaxPool2d(0), /Cannot make AdaptiveMaxPool2d: outputSize/);
  assert.throws(() => new nn.AdaptiveAvgPool1d([1, 2] as never), /Cannot make AdaptiveAvgPool1d: outputSize/);
  assert.throws(() => new nn.MaxPool1d(2, { stride: 0 }), /Cannot make MaxPool1d: stride/);
  assert.throws(() => new nn.AvgPool1d(0), /Cannot make AvgPool1d: kernelSize/);
});

Deno.test("a pool's indices are the places of what it chose, also in bins that overlap", async () => {
  const x = randn([2, 3, 7, 5]);
  const pools = [
    nn.functional.maxPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true, indices: true }),
    nn.functional.adaptiveMaxPool2d(x, [4, 3], { indices: true }),
  ];
  for (const [values, indices] of pools) {
    const there = x.reshape(2, 3, 35).gather(2, indices.reshape(2, 3, -1));
    assert.deepEqual(await flat(there), await flat(values));
  }
});

Deno.test("activations name wrong settings", () => {
  assert.throws(
    () => new nn.GELU({ approximate: "fast" as "tanh" }),
    /GELU: approximate is "none" or "tanh", found "fast"/,
  );
  assert.throws(
    () => nn.functional.gelu(ones([1]), { approximate: "fast" as "tanh" }),
    /Cannot use gelu with approximate "fast": it is "none" or "tanh"/,
  );
  assert.throws(() => new nn.LeakyReLU("0.1" as unknown as number), /negativeSlope must be a number, found string/);
});
