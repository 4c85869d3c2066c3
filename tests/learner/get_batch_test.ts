import assert from "node:assert/strict";
import { BatchTransformCB, getBatch, Learner, MetricsCB, normalize, Recorder } from "../../lib/learner/mod.ts";
import { flat } from "../nn/helpers.ts";
import { crossEntropy, loaders, model, Spy } from "./helpers.ts";

Deno.test("getBatch takes the next fit's first batch, changed by the callbacks, and leaves nothing else behind", async () => {
  const recorder = new Recorder(), metrics = new MetricsCB({}, { log: null }), norm = normalize();
  const twice = new BatchTransformCB(([x, ...rest]) => [x!.mul(2), ...rest]);
  const learn = new Learner(model(), loaders(), crossEntropy, { lr: 0.2, cbs: [recorder, metrics, norm, twice] });
  const weights = await flat([...learn.model.parameters()][0]!);
  const [x, y] = await getBatch(learn);
  assert.deepEqual([x!.shape, y!.shape], [[16, 4], [16]]);
  const std = await x!.std().item();
  assert.ok(Math.abs(std - 2) < 1e-5 && norm.mean !== undefined, `normalised, then doubled: ${std}`);
  assert.deepEqual(await flat([...learn.model.parameters()][0]!), weights);
  assert.deepEqual([recorder.losses.length, learn.opt, learn.cbs.length, learn.running], [0, undefined, 4, false]);

  let first: number[] | undefined;
  const spy = new Spy({ afterPredict: async ({ batch }) => void (first ??= await flat(batch[0]!)) });
  await learn.fit(1, { cbs: [spy] });
  assert.deepEqual(first, await flat(x!));
});

Deno.test("getBatch says why there is no batch", async () => {
  const learn = new Learner(model(), { train: [] }, crossEntropy);
  await assert.rejects(getBatch(learn), /dls.train gave no batch in epoch 0/);
  await assert.rejects(getBatch(new Learner(model(), {}, crossEntropy)), /dls has no train/);
  const busy = new Learner(model(), loaders(), crossEntropy, {
    cbs: [
      new Spy({ afterPredict: async (l) => void await assert.rejects(getBatch(l), /during a fit: it is learn.batch/) }),
    ],
  });
  await busy.fit(1);
});
