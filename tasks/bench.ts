/**
 * `deno task bench`: steps per second of training.
 *
 * A workload is the lessons' network on 60,000 random images that live on the device as bytes, trained by a loop written by hand (no
 * Learner, no metrics): gather, forward, cross-entropy, backward, SGD with momentum 0.85. `watched` adds what `ActivationStats` does: mean,
 * deviation and histogram of the four activations at every batch, and which of their channels are off. After a warm-up, the median of several blocks of steps counts; each
 * block ends with reading the loss, which waits for the device. The workloads' blocks take turns, so that a machine whose speed swings
 * is the same to all of them.
 *
 * @module
 */
import { DataLoader } from "../lib/data/loader.ts";
import { ImageDataset } from "../lib/data/image_dataset.ts";
import { type Device, device } from "../lib/device/device.ts";
import { type DeviceName, MAX_THREADS } from "../lib/device/names.ts";
import { environmentVariable } from "../lib/device/environment.ts";
import { initWeights } from "../lib/lessons/init.ts";
import { getModel } from "../lib/lessons/models.ts";
import { findModules, Hooks, isInstance } from "../lib/learner/hooks.ts";
import { StatisticsRecord } from "../lib/learner/statistics_record.ts";
import { UnitRecord } from "../lib/learner/unit_record.ts";
import { ReLU } from "../lib/nn/activations.ts";
import { crossEntropy } from "../lib/nn/losses.ts";
import type { Module } from "../lib/nn/module.ts";
import { SGD } from "../lib/optim/sgd.ts";
import { textTable } from "../lib/plot/text.ts";
import { Generator, setSeed } from "../lib/tensor/random.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { prepareProfile, profileText } from "./bench/profile.ts";
import { oneOf, readCommandLine, runTask, UsageError, wholeNumber } from "./cli.ts";

const IMAGES = 60_000;
const BLOCKS = 9;
/** Batches that a watched workload records before it begins anew. */
const WATCHED_CHUNK = 512;

interface Workload {
  readonly batchSize: number;
  readonly watched?: boolean;
}

const WORKLOADS: Readonly<Record<string, Workload>> = {
  "plain-1024": { batchSize: 1024 },
  "plain-64": { batchSize: 64 },
  "plain-2": { batchSize: 2 },
  "watched-1024": { batchSize: 1024, watched: true },
};

const USAGE = `Usage: deno task bench [WORKLOAD …] [options]

Trains on ${IMAGES.toLocaleString("en")} random images and tells how fast. Workloads: ${
  Object.keys(WORKLOADS).join(", ")
} (default: all).

  --device NAME   auto (default), cpu or webgpu
  --threads N     threads on the cpu
  --seconds S     how long to measure each workload (default 5)
  --profile       lists each dispatch (webgpu) or kernel (cpu) of a step instead, with workgroups or chunks, bytes, FLOPs and its time
  --json          one JSON object a line on stdout and nothing else`;

interface Result {
  readonly workload: string;
  readonly device: string;
  readonly threads: number | null;
  readonly batchSize: number;
  readonly stepsPerSecond: number;
  readonly secondsPerEpoch: number;
  readonly samplesPerSecond: number;
}

function syntheticImages(target: Device): ImageDataset {
  const images = new Uint8Array(IMAGES * 784);
  // 64 KiB at a time is what the platform gives.
  for (let at = 0; at < images.length; at += 65536) crypto.getRandomValues(images.subarray(at, at + 65536));
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 10);
  return new ImageDataset({ images, labels, count: IMAGES }, { device: target });
}

/** Records each activation's statistics, and its units, at every batch, as `ActivationStats` does. */
function watch(model: Module): void {
  const options = { bins: 40, range: [0, 10], absolute: true, chunk: WATCHED_CHUNK } as const;
  const record = () => ({
    values: new StatisticsRecord(model.device, options),
    units: new UnitRecord(model.device),
  });
  const records = new Map(findModules(model, isInstance(ReLU)).map((module) => [module as Module, record()]));
  new Hooks(records.keys(), (_hook, module, _inputs, output) => {
    const { values, units } = records.get(module)!;
    if (values.length === WATCHED_CHUNK) {
      values.dispose();
      units.dispose();
    }
    values.push(output);
    units.push(output);
  });
}

/** One training step after another, forever; each `next()` has recorded and started one, and gives its loss. */
async function* steps(dataset: ImageDataset, { batchSize, watched = false }: Workload): AsyncGenerator<Tensor, never> {
  const model = initWeights(getModel({ device: dataset.device }));
  if (watched) watch(model);
  const optimizer = new SGD(model.parameters(), { lr: 0.01, momentum: 0.85 });
  const loader = new DataLoader(dataset, { batchSize, shuffle: true, generator: new Generator(1) });
  for (;;) {
    for await (const [x, y] of loader) {
      const loss = crossEntropy(model.call(x!), y!);
      loss.backward();
      const kept = loss.detach().keep();
      optimizer.step();
      optimizer.zeroGrad();
      yield kept;
    }
  }
}

/** Takes so many steps, waits for the device, and tells how many seconds that took. */
async function block(training: AsyncGenerator<Tensor, never>, count: number): Promise<number> {
  const start = performance.now();
  let loss: Tensor | undefined;
  for (let i = 0; i < count; i++) {
    loss?.dispose();
    loss = (await training.next()).value;
  }
  if (!Number.isFinite(await loss!.item())) throw new Error("The loss is not finite: the figures would mean nothing");
  return (performance.now() - start) / 1000;
}

/** A workload under way. */
class Measurement {
  readonly #training: AsyncGenerator<Tensor, never>;
  readonly #times: number[] = [];
  #count = 4;

  constructor(readonly workload: string, readonly dataset: ImageDataset) {
    setSeed(1);
    this.#training = steps(dataset, WORKLOADS[workload]!);
  }

  /** Compiles, and finds how many steps make a block of so many seconds. */
  async warmUp(seconds: number): Promise<void> {
    await block(this.#training, 3);
    let took = await block(this.#training, this.#count);
    while (took < 0.25) took = await block(this.#training, this.#count *= 2);
    this.#count = Math.max(1, Math.round(this.#count * seconds / took));
  }

  async block(): Promise<void> {
    this.#times.push(await block(this.#training, this.#count));
  }

  result(threads: number | null): Result {
    const median = this.#times.toSorted((a, b) => a - b)[this.#times.length >> 1]!;
    const { batchSize } = WORKLOADS[this.workload]!;
    const stepsPerSecond = this.#count / median;
    const secondsPerEpoch = Math.ceil(IMAGES / batchSize) / stepsPerSecond;
    return {
      workload: this.workload,
      device: this.dataset.device.kind,
      threads,
      batchSize,
      stepsPerSecond,
      secondsPerEpoch,
      samplesPerSecond: IMAGES / secondsPerEpoch,
    };
  }
}

await runTask("bench", async () => {
  const { values, names } = readCommandLine(Deno.args, {
    device: "value",
    threads: "value",
    seconds: "value",
    profile: "flag",
    json: "flag",
    help: "flag",
  });
  if (values.help) return console.log(USAGE);
  for (const name of names) {
    if (!Object.hasOwn(WORKLOADS, name)) {
      throw new UsageError(`Unknown workload "${name}": allowed are ${Object.keys(WORKLOADS).join(", ")}`);
    }
  }
  const name = oneOf("--device", values.device, ["auto", "cpu", "webgpu"] as const);
  const threads = wholeNumber("--threads", values.threads, { min: 1, max: MAX_THREADS });
  const seconds = wholeNumber("--seconds", values.seconds, { min: 1, max: 3600 }) ?? 5;

  const target = device(
    (name ?? environmentVariable("SONDE_DEVICE") ?? "auto") as DeviceName,
    threads === undefined ? {} : { threads },
  );
  const profile = values.profile ? prepareProfile() : undefined;
  await target.ready;
  const dataset = syntheticImages(target);
  if (profile) {
    for (const workload of names.length ? names : Object.keys(WORKLOADS)) {
      setSeed(1);
      const training = steps(dataset, WORKLOADS[workload]!);
      const found = await profile(target, workload, async () => (await training.next()).value.dispose());
      console.log(values.json ? JSON.stringify(found) : `${profileText(found)}\n`);
    }
    return;
  }
  const measurements = (names.length ? names : Object.keys(WORKLOADS)).map((name) => new Measurement(name, dataset));
  for (const measurement of measurements) await measurement.warmUp(seconds / BLOCKS);
  for (let i = 0; i < BLOCKS; i++) for (const measurement of measurements) await measurement.block();
  const used = target.kind === "webgpu" ? null : threads ?? navigator.hardwareConcurrency;
  const results = measurements.map((measurement) => measurement.result(used));
  if (values.json) return results.forEach((result) => console.log(JSON.stringify(result)));
  console.log(`${target.description}\n`);
  const rows = results.map((result) => [
    result.workload,
    result.stepsPerSecond.toFixed(1),
    Math.round(result.samplesPerSecond).toLocaleString("en"),
    result.secondsPerEpoch.toFixed(2),
  ]);
  console.log(textTable(["workload", "steps/s", "images/s", "s/epoch"], rows).join("\n"));
});
