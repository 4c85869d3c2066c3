import assert from "node:assert/strict";
import { accuracy, DiagnoseCB, interpret, Learner, MetricsCB, TrainCB } from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { noGrad } from "../../../lib/tensor/graph.ts";
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

/** Scores of three classes from the product of two inputs. */
class Product extends nn.Module {
  layer = new nn.Linear(4, 3);
  forward(a: Tensor, b: Tensor): Tensor {
    return this.layer.call(a.mul(b));
  }
}

Deno.test("of several inputs none is taken for a target: metrics, predictions, diagnosis, interpretation and summary", async () => {
  const [a, y] = await loaders().oneBatch(), b = a!.mul(2).add(1).keep(), model = new Product();
  const metrics = new MetricsCB({ accuracy, targets: (_preds, ...targets) => tensor(targets.length) }, { log: null });
  const diagnosis = new DiagnoseCB(), batches = [[a!, b, y!]];
  const learn = new Learner(model, { train: batches, valid: batches }, crossEntropy, {
    lr: 0,
    cbs: [new TrainCB(2), metrics, diagnosis],
  });
  await learn.fit(1);
  const scores = noGrad(() => model.call(a!, b)), found = scores.argmax(1);
  const right = await found.eq(y!).float().mean().item();
  assert.ok(metrics.rows.every((row) => row.targets === 1 && Math.abs(Number(row.accuracy) - right) < 1e-6));
  const [preds, ...targets] = await learn.getPreds();
  assert.deepEqual(await preds.array(), await scores.array());
  assert.deepEqual(await Promise.all(targets.map((t) => t.array())), [await y!.array()]);
  assert.ok(Math.abs(diagnosis.records!.classes!.accuracy[0]! - right) < 1e-6);
  const seen = await interpret(learn);
  assert.deepEqual(seen.samples.map(({ predicted }) => predicted), await found.array());
  assert.deepEqual(seen.samples.map(({ actual }) => actual), await y!.array());
  assert.deepEqual((await learn.summary()).rows.map(({ name, from }) => [name, from]), [["layer Linear", ["input"]]]);
});
