/**
 * Sonde's side of `deno task bench`: workloads under way, measured in blocks.
 *
 * @module
 */
import { ImageDataset } from "../../lib/data/image_dataset.ts";
import { DataLoader } from "../../lib/data/loader.ts";
import type { Device } from "../../lib/device/device.ts";
import { findModules, Hooks, isInstance } from "../../lib/learner/hooks.ts";
import { StatisticsRecord } from "../../lib/learner/statistics_record.ts";
import { UnitRecord } from "../../lib/learner/unit_record.ts";
import { UpdateRatios } from "../../lib/learner/update_ratios.ts";
import { ReLU } from "../../lib/nn/activations.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import type { Module } from "../../lib/nn/module.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { flush, noGrad } from "../../lib/tensor/graph.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { network, type Workload } from "./networks.ts";

/** Images of the made-up data set, of ten classes in turn. */
export const IMAGES = 60_000;
/** Batches that a watched workload records before it begins anew. */
const WATCHED_CHUNK = 512;

/** Something whose steps are timed, block by block. */
export interface Measured {
  readonly workload: Workload;
  /** Seconds a step of each block so far. */
  readonly times: number[];
  /** Makes ready, and finds how many steps take so many seconds. */
  warmUp(seconds: number): Promise<void>;
  /** Takes the steps of a block, waits for the device, and notes what a step took. */
  block(): Promise<void>;
}

/** A data set of random pixels, held on the device as bytes. */
export function syntheticImages(target: Device): ImageDataset {
  const images = new Uint8Array(IMAGES * 784);
  // 64 KiB at a time is what the platform gives.
  for (let at = 0; at < images.length; at += 65536) crypto.getRandomValues(images.subarray(at, at + 65536));
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 10);
  return new ImageDataset({ images, labels, count: IMAGES }, { device: target });
}

/** A record of statistics that begins anew when it is full. */
function record(model: Module, range: readonly [number, number]): { push(x: Tensor): void } {
  const values = new StatisticsRecord(model.device, { bins: 40, range, absolute: true, chunk: WATCHED_CHUNK });
  return {
    push(x) {
      if (values.length === WATCHED_CHUNK) values.dispose();
      values.push(x);
    },
  };
}

/** What is done between the parts of a step. */
interface Watching {
  afterBackward?(): void;
  afterStep?(): void;
}

/** Records each activation's statistics, and its units, at every batch, as `ActivationStats` does. */
function watchActivations(model: Module): Watching {
  const records = new Map(
    findModules(model, isInstance(ReLU)).map((module) => {
      return [module as Module, { values: record(model, [0, 10]), units: new UnitRecord(model.device) }];
    }),
  );
  new Hooks(records.keys(), (_hook, module, _inputs, output) => {
    const { values, units } = records.get(module)!;
    if (units.length === WATCHED_CHUNK) units.dispose();
    values.push(output);
    units.push(output);
  });
  return {};
}

/** Records the statistics of each parameter's gradient likewise. */
function watchGradients(model: Module): Watching {
  const records = [...model.parameters()].map((p) => [p, record(model, [0, 0.05])] as const);
  return { afterBackward: () => records.forEach(([p, values]) => values.push(p.borrowGrad()!)) };
}

/** Records the statistics of what each step changes in each parameter likewise. */
function watchUpdates(model: Module): Watching {
  const records = new Map([...model.parameters()].map((p) => [p, record(model, [0, 0.05])]));
  const ratios = new UpdateRatios();
  return {
    afterBackward: () => records.forEach((_, p) => ratios.note(p)),
    afterStep: () => ratios.take((p, ratio) => records.get(p)!.push(ratio)),
  };
}

const WATCH: { readonly [kind in Workload["kind"]]?: (model: Module) => Watching } = {
  watched: watchActivations,
  gradients: watchGradients,
  updates: watchUpdates,
};

/** One step after another, forever; each `next()` has recorded and started one, and gives its loss. */
async function* steps(dataset: ImageDataset, workload: Workload): AsyncGenerator<Tensor, never> {
  const { kind, batchSize, inference } = workload, model = network(workload, dataset.device);
  const watching = WATCH[kind]?.(model);
  if (inference) model.eval();
  const optimizer = new SGD(model.parameters(), { lr: 0.01, momentum: 0.85 });
  if (watching) optimizer.flushes = false;
  const loader = new DataLoader(dataset, { batchSize, shuffle: true, generator: new Generator(1) });
  for (;;) {
    for await (const [x, y] of loader) {
      if (inference) {
        const loss = noGrad(() => crossEntropy(model.call(x!), y!).keep());
        flush(dataset.device); // a loss that nobody reads would not be computed
        yield loss;
        continue;
      }
      const loss = crossEntropy(model.call(x!), y!);
      loss.backward();
      watching?.afterBackward?.();
      const kept = loss.detach().keep();
      optimizer.step();
      if (watching) {
        watching.afterStep?.();
        flush(dataset.device);
      }
      optimizer.zeroGrad();
      yield kept;
    }
  }
}

/** Doubles a block until it takes a quarter of a second, then fits it to the seconds that are wanted. @returns how many steps it has */
export async function blockLength(run: (count: number) => Promise<number>, seconds: number): Promise<number> {
  await run(3);
  let count = 1, took = await run(count);
  while (took < 0.25) took = await run(count *= 2);
  return Math.max(1, Math.round(count * seconds / took));
}

/** A workload of Sonde's under way. */
export class Training implements Measured {
  readonly times: number[] = [];
  readonly #steps: AsyncGenerator<Tensor, never>;
  #count = 1;

  constructor(readonly workload: Workload, dataset: ImageDataset) {
    setSeed(1);
    this.#steps = steps(dataset, workload);
  }

  async warmUp(seconds: number): Promise<void> {
    this.#count = await blockLength((count) => this.#run(count), seconds);
  }

  /** Records and starts one step, and does not wait for it. */
  async step(): Promise<void> {
    (await this.#steps.next()).value.dispose();
  }

  async block(): Promise<void> {
    this.times.push(await this.#run(this.#count) / this.#count);
  }

  /** Takes so many steps, waits for the device, and tells how many seconds that took. */
  async #run(count: number): Promise<number> {
    const start = performance.now();
    let loss: Tensor | undefined;
    for (let i = 0; i < count; i++) {
      loss?.dispose();
      loss = (await this.#steps.next()).value;
    }
    const value = await loss!.item();
    loss!.dispose();
    const { name, inference } = this.workload;
    if (!inference && !Number.isFinite(value)) {
      throw new Error(`Cannot measure ${name}: its loss is ${value}, so that its figures would mean nothing`);
    }
    return (performance.now() - start) / 1000;
  }
}
