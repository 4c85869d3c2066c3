/**
 * Trains the runs that lessons describe.
 *
 * @module
 */
import { loadRaw } from "../data/catalogue.ts";
import { DataLoaders, type RawImages } from "../data/dataloaders.ts";
import { ImageDataset, type Normalization, pixelStatistics } from "../data/image_dataset.ts";
import type { Device } from "../device/device.ts";
import type { Callback } from "../learner/callback.ts";
import { ActivationStats } from "../learner/callbacks/activation_stats.ts";
import { BatchTransformCB } from "../learner/callbacks/batch_transform.ts";
import { MetricsCB, type MetricsRow } from "../learner/callbacks/metrics.ts";
import { ProgressCB } from "../learner/callbacks/progress.ts";
import { Recorder } from "../learner/callbacks/recorder.ts";
import { isInstance } from "../learner/hooks.ts";
import { accuracy } from "../learner/metrics.ts";
import { MomentumLearner } from "../learner/momentum_learner.ts";
import { summarize } from "../learner/summary.ts";
import { GeneralReLU, ReLU } from "../nn/activations.ts";
import { crossEntropy } from "../nn/functional.ts";
import type { Module } from "../nn/module.ts";
import { zeros } from "../tensor/create.ts";
import { setSeed } from "../tensor/random.ts";
import { initWeights } from "./init.ts";
import { getModel } from "./models.ts";
import type { PhaseResult, RunResult, SeedResult } from "./result.ts";
import type { DatasetName, Run, Setup } from "./types.ts";

/** Settings of all runs of a {@linkcode LessonRunner}. */
export interface RunnerOptions {
  readonly device: Device;
  /** Train on the first so many images, and evaluate on at most as many. Default: all. */
  readonly limit?: number;
}

/** Settings of one training. */
export interface TrainOptions {
  readonly dataset: DatasetName;
  readonly epochs: number;
  readonly seed: number;
  /** Show a progress bar on stderr. */
  readonly progress?: boolean;
  /** Record the activations' statistics at every training batch; no loss changes by that. Default: true. */
  readonly watch?: boolean;
  /** Told of every phase as it ends. */
  readonly onPhase?: (row: PhaseResult) => void;
}

/** Height and width of the pictures of all data sets. */
const PIXELS = [28, 28] as const;

/** The pictures of one data set, on the device once for all runs that present them alike. */
class Pictures {
  readonly #sets = new Map<string, Promise<{ train: ImageDataset; valid: ImageDataset }>>();
  readonly #statistics = new Map<number, Promise<Normalization>>();

  constructor(readonly raw: Promise<RawImages>, readonly options: RunnerOptions) {}

  /** Mean and deviation of the first batch, as the lessons take them. */
  statistics(batchSize: number): Promise<Normalization> {
    let found = this.#statistics.get(batchSize);
    if (!found) this.#statistics.set(batchSize, found = this.#measure(batchSize));
    return found;
  }

  async #measure(batchSize: number): Promise<Normalization> {
    const { train } = await this.raw;
    const { limit = Infinity } = this.options;
    return await pixelStatistics(
      train,
      Int32Array.from({ length: Math.min(batchSize, train.count, limit) }, (_, i) => i),
    );
  }

  sets({ normalize, batchSize }: Setup): Promise<{ train: ImageDataset; valid: ImageDataset }> {
    const key = normalize === "dataset" ? `normalised by ${batchSize}` : "plain";
    let sets = this.#sets.get(key);
    if (!sets) this.#sets.set(key, sets = this.#make(normalize === "dataset" ? batchSize : undefined));
    return sets;
  }

  async #make(normaliseBy: number | undefined) {
    const raw = await this.raw;
    const normalize = normaliseBy === undefined ? {} : { normalize: await this.statistics(normaliseBy) };
    const options = { shape: raw.shape, ...this.options, ...normalize };
    return { train: new ImageDataset(raw.train, options), valid: new ImageDataset(raw.test, options) };
  }
}

/** The model of a set-up with its first weights, drawn from the default generator. */
export function makeModel({ activation, init }: Setup, device: Device): Module {
  const act = activation.kind === "relu" ? () => new ReLU() : () => new GeneralReLU(activation);
  const model = getModel({ act, device });
  return init.kind === "default" ? model : initWeights(model, { leak: init.leak });
}

/** Trains runs on one device, and keeps their data there. */
export class LessonRunner {
  readonly #pictures = new Map<DatasetName, Pictures>();

  constructor(readonly options: RunnerOptions) {}

  /** Begins to load a data set, so that it is there when a run wants it. What goes wrong shows in the run. */
  prepare(dataset: DatasetName): void {
    this.#load(dataset).raw.catch(() => {});
  }

  #load(dataset: DatasetName): Pictures {
    let pictures = this.#pictures.get(dataset);
    if (!pictures) this.#pictures.set(dataset, pictures = new Pictures(loadRaw(dataset), this.options));
    return pictures;
  }

  /** How many images a run has, and what its model is made of. */
  async sizes(
    { setup }: Run,
    dataset: DatasetName,
  ): Promise<Pick<RunResult, "trainSize" | "evalSize" | "parameters" | "model">> {
    const { train, valid } = await this.#load(dataset).sets(setup);
    const { device } = this.options;
    const model = summarize(makeModel(setup, device), zeros([2, 1, ...PIXELS], { device }));
    return { trainSize: train.length, evalSize: valid.length, parameters: model.parameters, model };
  }

  /**
   * Trains a run from a seed, which sets the weights and the order of the pictures.
   *
   * Ctrl-C ends it early; the result then holds what was done.
   */
  async train({ setup }: Run, options: TrainOptions): Promise<SeedResult> {
    const { dataset, epochs, seed, progress = false, watch = true, onPhase = () => {} } = options;
    const start = performance.now();
    const pictures = this.#load(dataset);
    const { train, valid } = await pictures.sets(setup);
    setSeed(seed);
    const model = makeModel(setup, this.options.device);
    const dls = DataLoaders.of(train, valid, { batchSize: setup.batchSize });

    const phases: PhaseResult[] = [];
    const log = (row: MetricsRow) => {
      const { epoch, train: phase, loss, accuracy, seconds } = row;
      const result: PhaseResult = { epoch, phase, loss, accuracy: Number(accuracy), seconds };
      phases.push(result);
      onPhase(result);
    };
    const recorder = new Recorder();
    const cbs: Callback[] = [new MetricsCB({ accuracy }, { log }), recorder];
    const activations = watch ? new ActivationStats(isInstance(ReLU, GeneralReLU)) : undefined;
    if (activations) cbs.push(activations);
    if (progress) cbs.push(new ProgressCB());
    if (setup.normalize === "callback") {
      const { mean, std } = await pictures.statistics(setup.batchSize);
      cbs.push(new BatchTransformCB(([x, ...targets]) => [x!.sub(mean).div(std), ...targets]));
    }
    const learn = new MomentumLearner(model, dls, crossEntropy, { lr: setup.lr, momentum: setup.momentum, cbs });
    await learn.fit(epochs);
    return {
      seed,
      phases,
      losses: recorder.losses,
      ...(activations ? { activations: activations.layers } : {}),
      seconds: (performance.now() - start) / 1000,
    };
  }
}
