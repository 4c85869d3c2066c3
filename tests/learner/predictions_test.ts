/** Predictions are those of a validation, and asking for them leaves everything as it was. */
import assert from "node:assert/strict";
import { DataLoader } from "../../lib/data/loader.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Device } from "../../lib/device/device.ts";
import { ActivationStats } from "../../lib/learner/callbacks/activation_stats.ts";
import { BatchTransformCB, NormalizeCB } from "../../lib/learner/callbacks/batch_transform.ts";
import { CheckpointCB } from "../../lib/learner/callbacks/checkpoint.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { BatchNorm1d } from "../../lib/nn/batch_norm.ts";
import { Dropout } from "../../lib/nn/dropout.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { mseLoss } from "../../lib/nn/regression_losses.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import { defaultGenerator, Generator, setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";
import { Spy } from "./helpers.ts";

const values = async (t: Tensor) => [...await t.toTypedArray()];

/** A model that does another thing in training, on batches that are normalised and then doubled. */
function make(device: Device, kind: typeof Learner = Learner, cbs = [new NormalizeCB({ mean: 2, std: 4 })]) {
  setSeed(3);
  const on = { device };
  const model = new Sequential(new Linear(4, 6, on), new BatchNorm1d(6, on), new Dropout(0.5), new Linear(6, 1, on));
  const train = new TensorDataset(randn([24, 4], on), randn([24, 1], on));
  const valid = new TensorDataset(randn([11, 4], on), tensor([...Array(11).keys()], on).float().view(11, 1));
  const dls = {
    train: new DataLoader(train, { batchSize: 8, shuffle: true }),
    valid: new DataLoader(valid, { batchSize: 4 }),
  };
  const double = new BatchTransformCB(([x, ...y]) => [x!.mul(2), ...y]);
  const onlyTraining = new BatchTransformCB(([x, ...y]) => [x!.mul(100), ...y], { onValid: false });
  const learn = new kind(model, dls, mseLoss, { lr: 0.01, cbs: [...cbs, double, onlyTraining] });
  return { learn, model, dls, valid };
}

/** What the model gives by hand. */
function byHand(model: Sequential, x: Tensor): Promise<number[]> {
  model.eval();
  return values(noGrad(() => model.call(x.sub(2).div(4).mul(2))));
}

for (const kind of testDevices()) {
  Deno.test(`predict(), getPreds(): evaluation mode, transformed batches, no gradients, the loader's order (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const { learn, model, valid } = make(device);
    await learn.fit(1);
    const [x] = await new DataLoader(valid, { batchSize: 11 })[Symbol.asyncIterator]().next().then(({ value }) =>
      value!
    );
    const expected = await byHand(model, x!);
    const [preds, targets, ...more] = await learn.getPreds();
    assert.deepEqual([preds.shape, targets!.shape, more], [[11, 1], [11, 1], []]);
    assert.deepEqual(await values(preds), expected);
    assert.deepEqual(await values(targets!), [...Array(11).keys()], "as the loader gives them");
    for (const given of [x!, [x!], [x!, targets!]]) {
      const one = await learn.predict(given) as Tensor;
      assert.deepEqual(await values(one), expected);
      assert.equal(one.requiresGrad, false);
    }
  });
}

Deno.test("predictions leave everything as it was: modes, generators, records, batch, files, gradients, the next fit", async () => {
  using device = await new Device("cpu").ready;
  const folder = await Deno.makeTempDir();
  try {
    const outcome = async (between: (learn: Learner) => Promise<unknown>) => {
      const { learn, model } = make(device);
      const recorder = new Recorder(), metrics = new MetricsCB({}, { log: null }), activations = new ActivationStats();
      learn.callbacks([recorder, metrics, activations, new CheckpointCB(folder)]);
      await learn.fit(1);
      await Deno.remove(`${folder}/last.safetensors`);
      model.train();
      model.at(2)!.eval();
      const { batch, preds } = learn, grads = [...model.parameters()].map((p) => p.grad);
      const before = [defaultGenerator.state, [...model.modules()].map((m) => m.training), metrics.rows.length];
      await between(learn);
      assert.deepEqual(
        [defaultGenerator.state, [...model.modules()].map((m) => m.training), metrics.rows.length],
        before,
      );
      assert.ok(learn.batch === batch && learn.preds === preds);
      assert.deepEqual([...model.parameters()].map((p) => p.grad), grads);
      assert.deepEqual([...Deno.readDirSync(folder)], [], "it is no fit to be saved");
      assert.ok(activations.layers[0]!.mean.length === 3 && recorder.losses.length === 3);
      await learn.fit(1, { resume: true });
      return [recorder.losses, metrics.rows.map(({ seconds: _, ...row }) => row)];
    };
    const quiet = await outcome(() => Promise.resolve());
    assert.deepEqual(await outcome((learn) => learn.getPreds(learn.dls.train)), quiet, "a loader that shuffles");
    assert.deepEqual(await outcome((learn) => learn.predict(randnOf(device, 5))), quiet);
    assert.deepEqual(
      await outcome((learn) => learn.lrFind({ maxBatches: 3 } as never).catch(() => {})),
      quiet,
      "nor does a search for a rate save checkpoints",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const randnOf = (device: Device, n: number) => randn([n, 4], { device, generator: new Generator(1) });

Deno.test("predict(): a subclass's verb is the one that runs, and a callback's goes before it", async () => {
  using device = new Device("cpu", { threads: 1 });
  class Negative extends Learner {
    override predict(): void {
      super.predict();
      this.preds = this.preds.neg();
    }
  }
  const plain = make(device), negative = make(device, Negative), x = randnOf(device, 3);
  const expected = await values(await plain.learn.predict(x));
  assert.deepEqual(await values(await negative.learn.predict(x)), expected.map((v) => -v));
  await negative.learn.fit(1);
  class Zero extends Spy {
    predict(learn: Learner): void {
      learn.preds = learn.model.call(learn.batch[0]!).mul(0);
    }
  }
  negative.learn.callbacks([new Zero({})]);
  assert.deepEqual((await values(await negative.learn.predict(x))).map(Math.abs), [0, 0, 0]);
});

Deno.test("predictions after load(): normalize() goes by the figures of the training, whenever the checkpoint was saved", async () => {
  using device = await new Device("cpu").ready;
  const folder = await Deno.makeTempDir();
  try {
    const x = randnOf(device, 4);
    const trained = make(device, Learner, [new NormalizeCB()]);
    trained.learn.callbacks([new CheckpointCB(folder)]);
    await trained.learn.fit(1);
    const expected = await values(await trained.learn.predict(x));
    await trained.learn.save(`${folder}/after.safetensors`);
    for (const path of [folder, `${folder}/after.safetensors`]) {
      const { learn } = make(device, Learner, [new NormalizeCB()]);
      await assert.rejects(learn.predict(x), /normalize\(\) has measured nothing yet\. Fit or load a checkpoint first/);
      await learn.load(path);
      assert.deepEqual(await values(await learn.predict(x)), expected);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("predictions of batches without targets, without a loss, and from an array of batches", async () => {
  using device = new Device("cpu", { threads: 1 });
  const learn = new Learner(new Linear(4, 1, { device }), {});
  const [preds, ...targets] = await learn.getPreds([[randnOf(device, 2)], [randnOf(device, 3)]]);
  assert.deepEqual([preds.shape, targets], [[5, 1], []]);
  assert.equal(learn.opt, undefined);
});

Deno.test("predictions say what is wrong: no batches, no batch, another shape, an empty loader, within a fit", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { learn } = make(device);
  const bare = new Learner(learn.model, {});
  await assert.rejects(bare.getPreds(), /^TypeError: Cannot predict: dls\.valid is not there\. Give a DataLoader/);
  await assert.rejects(learn.getPreds(3 as never), /^TypeError: Cannot take batches from the argument/);
  await assert.rejects(learn.getPreds([]), /gave no batch/);
  for (const bad of [3, null, [], [1, 2], "x"]) {
    await assert.rejects(
      learn.predict(bad as never),
      /^TypeError: Cannot predict: give inputs as a tensor, or a batch/,
    );
  }
  await assert.rejects(learn.predict(tensor([[1, 2]], { device })), /4/);
  let message = "";
  await learn.fit(1, {
    cbs: [
      new Spy({
        afterPredict: async (l) => void await (l as Learner).getPreds().catch((e: Error) => message = e.message),
      }),
    ],
  });
  assert.match(message, /^Cannot predict during a fit: its predictions are learn\.preds/);
});
