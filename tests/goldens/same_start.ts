/**
 * Trains a lesson's run here, and writes what PyTorch needs to train it from the same weights on the same batches:
 *
 *     SONDE_DATA=../shared/data deno run --allow-read --allow-env --allow-write=out tests/goldens/same_start.ts A7 1000 out/same
 *     SONDE_DATA=../shared/data /usr/bin/python3 tests/goldens/pytorch_same_start.py out/same/A7-1000
 *
 * The folder gets `start.json` (set-up, mean and deviation of the normalisation, names and shapes of the state, the figures of each epoch),
 * `state.bin` (float32: the state before training, then after each epoch), `order.bin` (int32: the images' order in each epoch), and
 * `steps.bin` (float32: parameters, buffers and gradients as they are before and after every 20th step).
 *
 * @module
 */
import { loadRaw } from "../../lib/data/catalogue.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { device, setDefaultDevice } from "../../lib/device/device.ts";
import { Callback } from "../../lib/learner/callback.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import { MomentumLearner } from "../../lib/learner/momentum_learner.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { makeModel } from "../../lib/lessons/make_model.ts";
import { Pictures } from "../../lib/lessons/pictures.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import type { Module } from "../../lib/nn/module.ts";
import { setSeed } from "../../lib/tensor/random.ts";

const [id = "", seed = "", out = ""] = Deno.args;
const run = findRun(id);
if (!run || !(Number(seed) >= 0) || !out) throw new Error("Give a run, a seed and a folder: A7 1000 out/same");
// A callback normalises by the same figures.
const setup = { ...run.setup, ...run.setup.normalize === "callback" ? { normalize: "dataset" } as const : {} };
if (typeof setup.lr !== "number" || setup.lsuv !== "none" || setup.after || !["dataset", "training"].includes(setup.normalize)) {
  throw new Error(`Cannot hand ${id} over: its rate is constant, its data set normalised, and LSUV or another run is no part of it`);
}

const target = setDefaultDevice(await device("cpu").ready);
const pictures = new Pictures(loadRaw(setup.dataset), { device: target });
const { train, valid } = await pictures.sets(setup);
const orders: Int32Array[] = [];
const open = train.open.bind(train);
train.open = (order) => {
  orders.push(order.slice());
  return open(order);
};

/** One step out of so many is kept. */
const EVERY = 20;

const states: Float32Array[] = [], steps: Float32Array[] = [];
let names: [name: string, shape: readonly number[]][] = [];
async function remember(model: Module, into = states): Promise<void> {
  const state = Object.entries(model.stateDict()).filter(([, value]) => value.dtype === "float32");
  names = state.map(([name, value]) => [name, value.shape]);
  for (const [, value] of state) into.push(Float32Array.from(await value.toTypedArray(), Number));
}

/** Keeps the state after each epoch, and before and after some of the steps. */
class Keep extends Callback {
  #step = 0;

  override async afterBatch({ model, training }: Learner): Promise<void> {
    if (!training) return;
    if (this.#step % EVERY < 2) {
      await remember(model, steps);
      for (const parameter of model.parameters()) {
        const gradient = parameter.borrowGrad(); // momentum's, where the Learner keeps it there
        steps.push(gradient ? Float32Array.from(await gradient.detach().toTypedArray(), Number) : new Float32Array(parameter.numel));
      }
    }
    this.#step++;
  }

  override async afterEpoch({ model, training }: Learner): Promise<void> {
    if (!training) await remember(model);
  }
}

setSeed(Number(seed)); // as LessonRunner draws: first the weights, then each epoch's order
const model = makeModel(setup, target);
const dls = DataLoaders.of(train, valid, { batchSize: setup.batchSize });
const metrics = new MetricsCB({ accuracy });
const settings = { lr: setup.lr, cbs: [metrics, new Keep()] };
const learn = setup.momentum
  ? new MomentumLearner(model, dls, crossEntropy, { ...settings, momentum: setup.momentum })
  : new Learner(model, dls, crossEntropy, settings);
await remember(model);
await learn.fit(setup.epochs);

const folder = `${out}/${id}-${seed}`;
await Deno.mkdir(folder, { recursive: true });
const bytes = (arrays: readonly (Float32Array | Int32Array)[]) =>
  new Uint8Array(arrays.flatMap((a) => [...new Uint8Array(a.buffer, a.byteOffset, a.byteLength)]));
await Deno.writeFile(`${folder}/state.bin`, bytes(states));
await Deno.writeFile(`${folder}/order.bin`, bytes(orders));
await Deno.writeFile(`${folder}/steps.bin`, bytes(steps));
const figures = metrics.rows.map(({ epoch, train, loss, accuracy, seconds }) => ({ epoch, phase: train, loss, accuracy, seconds }));
const parameters = [...model.namedParameters()].map(([name]) => name);
const start = { run: id, seed: Number(seed), setup, ...await pictures.statistics(setup), names, parameters, every: EVERY, figures };
await Deno.writeTextFile(`${folder}/start.json`, JSON.stringify(start, undefined, 1));
Deno.exit();
