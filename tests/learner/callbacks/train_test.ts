import assert from "node:assert/strict";
import { Learner, TrainCB } from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { crossEntropy, loaders } from "../helpers.ts";

Deno.test("TrainCB names a count of inputs that it cannot take", () => {
  assert.throws(
    () => new TrainCB(0),
    /^RangeError: Cannot train: the number of inputs that a batch begins with must be a whole number of at least 1, found 0/,
  );
});

Deno.test("TrainCB passes several inputs", async () => {
  class Add extends nn.Module {
    layer = new nn.Linear(4, 3);
    forward(a: Tensor, b: Tensor): Tensor {
      return this.layer.call(a.add(b));
    }
  }
  const [x, y] = await loaders().oneBatch();
  const learn = new Learner(new Add(), { train: [[x!, x!, y!]] }, crossEntropy, { cbs: [new TrainCB(2)] });
  await learn.fit(1);
  assert.deepEqual(learn.preds.shape, [16, 3]);
});
