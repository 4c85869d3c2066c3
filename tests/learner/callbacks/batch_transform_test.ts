import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { BatchTransformCB, Learner, normalize, viewTfm } from "../../../lib/learner/mod.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { setUp } from "../../engine/model_a.ts";
import { assertClose, flat } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";

// --- batches ---------------------------------------------------------------------------------------------------------------

Deno.test("normalize() by figures, by a batch, and by the first batch that comes", async () => {
  const seen: Tensor[] = [];
  const spy = new Spy({ afterPredict: (learn) => void seen.push(learn.batch[0]!.detach().clone().keep()) });
  const first = normalize();
  await new Learner(model(), loaders(), crossEntropy, { cbs: [first, spy] }).fit(2);
  assertClose([await seen[0]!.mean().item(), await seen[0]!.std().item()], [0, 1], 1e-9);
  assert.ok(Math.abs(await seen[1]!.mean().item()) > 1e-6);
  assert.equal(seen.length, 8);
  const whole = await (first.mean as Tensor).item();
  assert.ok(whole > 0.5 && whole < 1.5);

  const x = tensor([[1, 2], [3, 6]]);
  assertClose(await flat(normalize([x]).fn([x, x])[0]!), [1, 2, 3, 6].map((v) => (v - 3) / Math.sqrt(14 / 3)), 1e-9);
  assertClose(await flat(normalize({ mean: 1, std: 2 }).fn([x])[0]!), [0, 0.5, 1, 2.5]);
  assertClose(await flat(normalize({ mean: tensor([1, 2]), std: 1 }).fn([x])[0]!), [0, 0, 2, 4]);
  assert.throws(() => normalize({ mean: 1 } as never), /give { mean, std }, a batch/);
});

Deno.test("normalize() goes with the model to another device", async () => {
  const cb = normalize([tensor([1, 2, 3])]);
  using cpu = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(cpu, { count: 64 });
  await new Learner(model, dls, crossEntropy, { cbs: [cb] }).fit(1);
  assert.equal((cb.mean as Tensor).device, cpu);
});

Deno.test("viewTfm() shapes the inputs, and a transform that returns no batch is told", async () => {
  assert.deepEqual(viewTfm(1, 2, 2)([zeros([5, 4]), zeros([5])]).map((t) => t.shape), [[5, 1, 2, 2], [5]]);
  const learn = (fn: unknown) =>
    new Learner(model(), loaders(), crossEntropy, { cbs: [new BatchTransformCB(fn as never)] }).fit(1);
  await assert.rejects(learn((batch: Tensor[]) => batch[0]), /must return one, \[x, y\], found object/);
  await assert.rejects(learn(async (batch: Tensor[]) => await batch), /found a Promise/);
});

Deno.test("BatchTransformCB changes training or validation batches", async () => {
  const seen: [boolean, number][] = [];
  const half = new BatchTransformCB(([x, y]) => [x!.narrow(0, 0, 2), y!.narrow(0, 0, 2)], { onTrain: false });
  const note = new Spy({ afterBatch: (learn) => void seen.push([learn.training, learn.batch[0]!.shape[0]!]) });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [note, half] }).fit(1);
  assert.deepEqual(seen, [[true, 16], [true, 16], [true, 8], [false, 2]]);
});
