import assert from "node:assert/strict";
import { Learner } from "../../lib/learner/learner.ts";
import { interpret } from "../../lib/learner/interpret.ts";
import * as data from "../../lib/data/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { flat } from "../nn/helpers.ts";
import { crossEntropy, loaders, model as small } from "./helpers.ts";

Deno.test("interpret(): the confusion matrix and the greatest losses, as plain arithmetic has them", async () => {
  const model = small();
  const dls = loaders();
  const learn = new Learner(model, dls, crossEntropy, { lr: 0.1 });
  await learn.fit(1);
  const found = await interpret(learn);
  const [x, y] = await dls.valid.first();
  const scores = await model.call(x!).array() as number[][];
  const labels = await flat(y!);
  const losses = scores.map((row, i) => Math.log(row.reduce((sum, s) => sum + Math.exp(s), 0)) - row[labels[i]!]!);
  const predicted = scores.map((row) => row.indexOf(Math.max(...row)));
  assert.deepEqual(found.samples.map((s) => [s.actual, s.predicted]), labels.map((label, i) => [label, predicted[i]]));
  assert.ok(found.samples.every(({ loss }, i) => Math.abs(loss - losses[i]!) < 1e-6));
  const counts = [0, 1, 2].map((a) =>
    [0, 1, 2].map((p) => labels.filter((label, i) => label === a && predicted[i] === p).length)
  );
  assert.deepEqual(found.matrix, counts);
  const order = losses.map((_, i) => i).sort((a, b) => losses[b]! - losses[a]!);
  assert.deepEqual(found.topLosses(4).map(({ index }) => index), order.slice(0, 4));
  assert.match(await found.confusion().svg(), /^<svg/);
  await assert.rejects(interpret(learn, { classes: ["a"] }), /Cannot name 3 classes with 1 names/);
  await assert.rejects(interpret(new Learner(model, {}, crossEntropy)), /dls has no valid/);
});

Deno.test("plotTopLosses(): the images of the worst, in their order", async () => {
  const x = Float32Array.from({ length: 6 * 4 }, (_, i) => i);
  const set = new data.TensorDataset(tensor(x, { shape: [6, 1, 2, 2] }), tensor(Int32Array.of(0, 1, 0, 1, 0, 1)));
  const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(4, 2));
  const learn = new Learner(model, { valid: new data.DataLoader(set, { batchSize: 4 }) }, crossEntropy);
  const found = await interpret(learn, { classes: ["left", "right"] });
  const chart = await found.plotTopLosses(3);
  const { values } = chart.spec["data"] as { values: { title: string }[] };
  const name = (i: number) => ["left", "right"][i];
  assert.deepEqual(
    values.map(({ title }) => title),
    found.topLosses(3).map((s) => `${name(s.predicted)}\n${name(s.actual)}, ${s.loss.toFixed(3)}`),
  );
  assert.match(await chart.svg(), /^<svg/);
  const [image] = found.topLosses(1);
  assert.deepEqual(await flat(await found.fetch([image!.index])), [0, 1, 2, 3].map((i) => image!.index * 4 + i));
});
