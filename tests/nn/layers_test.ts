/** What the small layers share: their text is PyTorch's, and wrong settings are named. Values are compared in tests/oracle/ops_test.ts. */
import assert from "node:assert/strict";
import { maxPool2d } from "../../lib/tensor/max_pool.ts";
import * as nn from "../../lib/nn/mod.ts";
import { ones } from "../../lib/tensor/create.ts";
import { goldens } from "./helpers.ts";

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
  ];
  assert.deepEqual(layers.map(String), goldens.repr.layers.slice(0, layers.length));
});

Deno.test("maxPool2d and MaxPool2d name wrong settings", () => {
  const x = ones([1, 2, 5, 4]);
  assert.throws(
    () => maxPool2d(ones([2, 5, 4]), 2),
    /Cannot maxPool2d \[2, 5, 4\]: it takes \[batch, channels, height, width\]/,
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
