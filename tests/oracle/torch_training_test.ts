/** A training from one seed is PyTorch's, loss by loss: weights, data, order of the batches, dropout. */
import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { Device } from "../../lib/device/device.ts";
import { Learner, Recorder } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { randint, randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { readGolden, testDevices } from "./golden.ts";

interface Training {
  readonly seed: number;
  readonly losses: readonly number[];
  readonly validLosses: readonly number[];
  /** Normal numbers drawn after it. */
  readonly next: readonly number[];
}

/** The largest relative difference. */
const apart = (found: readonly number[], wanted: readonly number[]) =>
  Math.max(...wanted.map((x, i) => Math.abs(found[i]! - x) / Math.abs(x)));

for (const name of testDevices()) {
  Deno.test(`a training from a seed of PyTorch's has its losses, on ${name}`, async () => {
    using device = await new Device(name).ready;
    for (const { seed, losses, validLosses, next } of readGolden<Training[]>("torch_training.json")) {
      setSeed(seed, { like: "torch" });
      const set = (n: number) =>
        new data.TensorDataset(randn([n, 1, 6, 6], { device }), randint(0, 3, [n], { device }));
      const train = set(50), valid = set(20);
      const model = new nn.Sequential(
        new nn.Conv2d(1, 4, 3, { padding: 1, device }),
        new nn.BatchNorm2d(4, { device }),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.Dropout(0.3),
        new nn.Linear(144, 3, { device }),
      );
      nn.init.kaimingNormal_((model.at(0) as nn.Conv2d).weight);
      const recorder = new Recorder(), dls = data.DataLoaders.of(train, valid, { batchSize: 16 });
      const learn = new Learner(model, dls, nn.functional.crossEntropy, {
        lr: 0.05,
        optFunc: (params, { lr }) => new SGD(params, { lr, momentum: 0.9 }),
        cbs: [recorder],
      });
      await learn.fit(3);
      assert.equal(recorder.losses.length, losses.length);
      assert.ok(apart(recorder.losses, losses) < 2e-5, `training, seed ${seed}: ${apart(recorder.losses, losses)}`);
      assert.equal(recorder.validLosses.length, validLosses.length);
      assert.ok(
        apart(recorder.validLosses, validLosses) < 2e-5,
        `validation: ${apart(recorder.validLosses, validLosses)}`,
      );
      assert.deepEqual(await randn([3], { device }).array(), next);
    }
    setSeed(0);
  });
}
