/**
 * `deno task bench`: steps per second of training.
 *
 * A workload is the lessons' network on 60,000 random images that live on the device as bytes, trained by a loop written by hand (no
 * Learner, no metrics): gather, forward, cross-entropy, backward, SGD with momentum 0.85. After a warm-up, the median of several blocks
 * of steps counts; each block ends with reading the loss, which waits for the device.
 *
 * @module
 */
import { DataLoader } from "../lib/data/loader.ts";
import { ImageDataset } from "../lib/data/image_dataset.ts";
import { type Device, device, type DeviceName, environmentVariable } from "../lib/device/device.ts";
import { initWeights } from "../lib/lessons/init.ts";
import { getModel } from "../lib/lessons/models.ts";
import { crossEntropy } from "../lib/nn/functional.ts";
import { SGD } from "../lib/optim/sgd.ts";
import { textTable } from "../lib/plot/text.ts";
import { Generator, setSeed } from "../lib/tensor/random.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { oneOf, readCommandLine, runTask, UsageError, wholeNumber } from "./cli.ts";

const IMAGES = 60_000;
const BLOCKS = 9;
const WORKLOADS: Readonly<Record<string, number>> = { "plain-1024": 1024, "plain-64": 64, "plain-2": 2 };

const USAGE = `Usage: deno task bench [WORKLOAD …] [options]

Trains on ${IMAGES.toLocaleString("en")} random images and tells how fast. Workloads: ${
  Object.keys(WORKLOADS).join(", ")
} (default: all).

  --device NAME   auto (default), cpu or webgpu
  --threads N     threads on the cpu
  --seconds S     how long to measure each workload (default 5)
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

/** One training step after another, forever; each `next()` has recorded and started one, and gives its loss. */
async function* steps(dataset: ImageDataset, batchSize: number): AsyncGenerator<Tensor, never> {
  const model = initWeights(getModel({ device: dataset.device }));
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

async function measure(workload: string, dataset: ImageDataset, seconds: number): Promise<Result> {
  const batchSize = WORKLOADS[workload]!;
  setSeed(1);
  const training = steps(dataset, batchSize);
  // The warm-up compiles, and finds how many steps make a block.
  await block(training, 3);
  let count = 4;
  let took = await block(training, count);
  while (took < 0.25) took = await block(training, count *= 2);
  count = Math.max(1, Math.round(count * seconds / BLOCKS / took));
  const times: number[] = [];
  for (let i = 0; i < BLOCKS; i++) times.push(await block(training, count));
  const median = times.sort((a, b) => a - b)[Math.floor(BLOCKS / 2)]!;
  const stepsPerSecond = count / median;
  const secondsPerEpoch = Math.ceil(IMAGES / batchSize) / stepsPerSecond;
  return {
    workload,
    device: dataset.device.kind,
    threads: null,
    batchSize,
    stepsPerSecond,
    secondsPerEpoch,
    samplesPerSecond: IMAGES / secondsPerEpoch,
  };
}

await runTask("bench", async () => {
  const { values, names } = readCommandLine(Deno.args, {
    device: "value",
    threads: "value",
    seconds: "value",
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
  const threads = wholeNumber("--threads", values.threads, { min: 1, max: 256 });
  const seconds = wholeNumber("--seconds", values.seconds, { min: 1, max: 3600 }) ?? 5;

  const target = device(
    (name ?? environmentVariable("SONDE_DEVICE") ?? "auto") as DeviceName,
    threads === undefined ? {} : { threads },
  );
  await target.ready;
  const dataset = syntheticImages(target);
  const results: Result[] = [];
  for (const workload of names.length ? names : Object.keys(WORKLOADS)) {
    const result = {
      ...await measure(workload, dataset, seconds),
      threads: target.kind === "webgpu" ? null : threads ?? navigator.hardwareConcurrency,
    };
    results.push(result);
    if (values.json) console.log(JSON.stringify(result));
  }
  if (values.json) return;
  console.log(`${target.description}\n`);
  const rows = results.map((result) => [
    result.workload,
    result.stepsPerSecond.toFixed(1),
    Math.round(result.samplesPerSecond).toLocaleString("en"),
    result.secondsPerEpoch.toFixed(2),
  ]);
  console.log(textTable(["workload", "steps/s", "images/s", "s/epoch"], rows).join("\n"));
});
