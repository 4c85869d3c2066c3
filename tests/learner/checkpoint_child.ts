/**
 * A fit that saves a checkpoint after every batch and goes on from the last one there is, for checkpoint_kills_test.ts.
 *
 * usage: checkpoint_child.ts FOLDER EPOCHS; prints the losses as JSON when it is done.
 */
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Device } from "../../lib/device/device.ts";
import { CheckpointCB } from "../../lib/learner/callbacks/checkpoint.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { Dropout } from "../../lib/nn/dropout.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { mseLoss } from "../../lib/nn/regression_losses.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";

const [folder, epochs] = Deno.args as [string, string];
const device = new Device("cpu", { threads: 1 });
setSeed(3);
const set = new TensorDataset(randn([64, 8], { device }), randn([64, 2], { device }));
const model = new Sequential(new Linear(8, 64, { device }), new Dropout(0.2), new Linear(64, 2, { device }));
const recorder = new Recorder();
const learn = new Learner(model, DataLoaders.of(set, set, { batchSize: 4 }), mseLoss, {
  lr: 0.01,
  optFunc: Adam,
  cbs: [recorder, new CheckpointCB(folder, { batches: 1 })],
});
const resume = await Deno.stat(`${folder}/last.safetensors`).then(() => true, () => false);
if (resume) await learn.load(folder);
await learn.fit(Number(epochs), { resume });
console.log(JSON.stringify(recorder.losses));
