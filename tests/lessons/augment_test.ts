import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { augmentationOf } from "../../lib/lessons/augment.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { LessonRunner } from "../../lib/lessons/run.ts";
import { rand } from "../../lib/tensor/create_random.ts";

Deno.test("augmentationOf(): shapes stay, images change, and those of H5 to H7 differently", async () => {
  const x = rand([8, 1, 28, 28]).keep();
  for (const names of [["crop"], ["flip"], ["erase"], ["copy"], ["crop", "flip"]] as const) {
    const [y] = augmentationOf(names)([x]);
    assert.deepEqual(y!.shape, x.shape, names.join());
    assert.ok(await y!.sub(x).abs().sum().item() > 0, names.join());
  }
});

Deno.test("train(): augmentation changes what is trained on", async () => {
  using on = await new Device("cpu").ready;
  const runner = new LessonRunner({ device: on, limit: 8 });
  const { augment: _augment, ...plain } = findRun("H5")!.setup;
  const small = { model: findRun("G1")!.setup.model, batchSize: 8 };
  const of = (setup: typeof plain) =>
    runner.train({ ...findRun("H5")!, setup: { ...setup, ...small } }, {
      dataset: "garments",
      seed: 1,
      epochs: 1,
      watch: false,
    });
  const [changed, unchanged] = [await of(findRun("H5")!.setup), await of(plain)];
  assert.notEqual(changed.losses[0], unchanged.losses[0]);
});
