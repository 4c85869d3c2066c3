import assert from "node:assert/strict";
import { functional as F } from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { assertClose, flat } from "./helpers.ts";

Deno.test("generalRelu leaks, moves down and cuts off", async () => {
  const x = tensor([-2, 0, 1, 9]);
  assertClose(await flat(F.generalRelu(x)), [0, 0, 1, 9]);
  assertClose(await flat(F.generalRelu(x, { leak: 0.1, sub: 0.4, maxv: 3 })), [-.6, -.4, .6, 3]);
});

Deno.test("linear and conv2d add their bias", async () => {
  assertClose(await flat(F.linear(tensor([[1, 2]]), tensor([[3, 4], [5, 6]]), tensor([10, 20]))), [21, 37]);
  const y = F.conv2d(tensor([[[[1, 2], [3, 4]]]]), tensor([[[[1, 1], [1, 1]]], [[[1, 0], [0, 0]]]]), {
    bias: tensor([0.5, -1]),
  });
  assert.deepEqual(y.shape, [1, 2, 1, 1]);
  assertClose(await flat(y), [10.5, 0]);
});
