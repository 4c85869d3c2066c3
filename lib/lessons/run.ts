/**
 * Trains the runs that lessons describe.
 *
 * @module
 */
import { loadRaw } from "../data/catalogue.ts";
import { DataLoaders } from "../data/dataloaders.ts";
import type { Callback } from "../learner/callback.ts";
import { ActivationStats } from "../learner/callbacks/activation_stats.ts";
import { BatchTransformCB } from "../learner/callbacks/batch_transform.ts";
import { MetricsCB } from "../learner/callbacks/metrics.ts";
import { NonFiniteCB } from "../learner/callbacks/non_finite.ts";
import { ProgressCB } from "../learner/callbacks/progress.ts";
import { Recorder } from "../learner/callbacks/recorder.ts";
import { getBatch } from "../learner/get_batch.ts";
import { isInstance } from "../learner/hooks.ts";
import { Learner } from "../learner/learner.ts";
import { lsuv, lsuvModules } from "../learner/lsuv.ts";
import { accuracy } from "../learner/metrics.ts";
import { MomentumLearner } from "../learner/momentum_learner.ts";
import { summarize } from "../learner/summary.ts";
import { crossEntropy } from "../nn/losses.ts";
import type { Module } from "../nn/module.ts";
import { zeros } from "../tensor/create.ts";
import { type GeneratorOptions, setSeed } from "../tensor/random.ts";
import { augmentationOf } from "./augment.ts";
import { mirroredAccuracy, pairAccuracy, type Said, saidBy } from "./averaged.ts";
import { findRun, lessons } from "./catalogue.ts";
import { ConvLayer } from "./conv_layer.ts";
import { divergenceReason, findDivergence } from "./divergence.ts";
import { makeModel, watchedModules } from "./make_model.ts";
import { optimizerOf } from "./optimizers.ts";
import { Pictures, type PicturesOptions } from "./pictures.ts";
import type { KeptRuns } from "./kept.ts";
import { rateOf } from "./rates.ts";
import { Told } from "./told.ts";
import type { PhaseResult, RunResult, SeedResult } from "./result.ts";
import type { DatasetName, LsuvSetup, Run, Setup } from "./types.ts";

/** Settings of all runs of a {@linkcode LessonRunner}. */
export type RunnerOptions = PicturesOptions;

/** Settings of one training. */
export interface TrainOptions {
  readonly dataset: DatasetName;
  readonly seed: number;
  /** Which random numbers the seed gives: with `like: "torch"` PyTorch's. Default: Sonde's own. */
  readonly random?: GeneratorOptions;
  /** Default: the run's own number. */
  readonly epochs?: number;
  /** Show a progress bar on stderr. */
  readonly progress?: boolean;
  /** Record the activations' statistics, which changes no loss. Default: true. */
  readonly watch?: boolean;
  /** Further callbacks, which only watch. Default: none. */
  readonly callbacks?: readonly Callback[];
  /** Called with every phase as it ends. */
  readonly onPhase?: (row: PhaseResult) => void;
  /**
   * Where the run's checkpoints are: it goes on from there, and what it needs is kept there. Its activations are then watched whatever `watch` says,
   * since whoever goes on with it may want them. Default: nothing is kept.
   */
  readonly kept?: KeptRuns;
  /** Whether the user has asked to stop: then a run is not kept as one that has ended. */
  readonly isInterrupted?: () => boolean;
}

/** Height and width of the pictures of all data sets. */
const PIXELS = [28, 28] as const;

/** Batches of a run whose activations are recorded, at most. */
const MOST_WATCHED = 2000;

/** One batch out of this many is watched: in a long run only every second, third, …, so that the record stays small. */
export function watchEvery(batches: number): number {
  return Math.max(1, Math.ceil(batches / MOST_WATCHED));
}

/** Trains runs on one device, and keeps their data there. */
export class LessonRunner {
  readonly #pictures = new Map<DatasetName, Pictures>();
  /** Trained models that another run goes on with. */
  readonly #trained = new Map<string, Module>();
  /** What the networks of runs said that are averaged with those of the next seed. */
  readonly #said = new Map<string, Said>();

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
   * A run that goes on with another's model takes it from that run of the same seed, which is trained first, in silence, if it was not.
   * A training that stops being finite goes on to its end, as the documents' do; then its first batches are trained again, under guard,
   * to name the reason. Ctrl-C ends a training early; the result then holds what was done.
   *
   * Of what is kept, a run that has ended is told again, and one that was stopped is told from its beginning and goes on.
   */
  async train(run: Run, options: TrainOptions): Promise<SeedResult> {
    const { seed, epochs = run.setup.epochs, progress = false, watch = true, onPhase = () => {} } = options;
    const kept = options.kept?.of(run, seed), ended = await kept?.result();
    if (ended) {
      for (const row of ended.phases) onPhase(row);
      return ended;
    }
    const told = new Told(new MetricsCB({ accuracy }, { log: () => told.tell() }), onPhase);
    const made = await this.#learner(run.setup, options);
    if (!made) return { seed, phases: [], losses: [], seconds: told.seconds };
    const { learn, steps } = made;
    const recorder = new Recorder();
    const cbs: Callback[] = [told.metrics, told, recorder];
    const every = watchEvery(epochs * steps);
    const activations = watch || kept
      ? new ActivationStats(watchedModules(learn.model, run.setup), { every })
      : undefined;
    if (activations) cbs.push(activations);
    // Of what is kept, all have the same callbacks.
    if (progress || kept) cbs.push(new ProgressCB(progress ? {} : { bar: false }));
    if (kept) cbs.push(kept.checkpoints());
    cbs.push(...options.callbacks ?? []);
    const resume = await kept?.isBegun() ?? false;
    if (resume) await learn.load(kept!.folder);
    await learn.fit(epochs, { cbs, resume });
    const { phases } = told, isWhole = phases.length === 2 * epochs;
    if (isWhole && lessons.some(({ runs }) => runs.some(({ setup }) => setup.after === run.id))) {
      this.#trained.set(keyOf(run, options), learn.model);
    }

    const averaged = isWhole && !options.isInterrupted?.() ? await this.#averaged(run, options, learn) : undefined;
    const diverged = await this.#reason(run, options, phases, recorder.losses, steps);
    const result = {
      seed,
      phases,
      losses: recorder.losses,
      ...(activations ? { activations: activations.layers, every } : {}),
      ...(averaged === undefined ? {} : { averaged }),
      ...(diverged ? { diverged } : {}),
      seconds: told.seconds,
    };
    if (isWhole && !options.isInterrupted?.()) await kept?.finish(learn, result);
    return result;
  }

  /** A Learner for a run, with its model ready to train; undefined if what comes before it was interrupted. */
  async #learner(setup: Setup, options: TrainOptions): Promise<{ learn: Learner; steps: number } | undefined> {
    const { dataset, seed, random = {}, epochs = setup.epochs } = options;
    const pictures = this.#load(dataset);
    const { train, valid } = await pictures.sets(setup);
    const before = setup.after === undefined ? undefined : await this.#trainedBefore(setup.after, options);
    if (setup.after !== undefined && !before) return undefined;
    setSeed(seed, random);
    const model = before ?? makeModel(setup, this.options.device);
    const dls = DataLoaders.of(train, valid, { batchSize: setup.batchSize });

    const cbs: Callback[] = [];
    if (setup.normalize === "callback") {
      const { mean, std } = await pictures.statistics(setup);
      cbs.push(new BatchTransformCB(([x, ...targets]) => [x!.sub(mean).div(std), ...targets]));
    }
    if (setup.augment) cbs.push(new BatchTransformCB(augmentationOf(setup.augment), { onValid: false }));
    const rate = rateOf(setup.lr, epochs);
    const settings = {
      lr: rate.lr,
      cbs: [...cbs, ...rate.cbs],
      ...setup.optimizer ? { optFunc: optimizerOf(setup.optimizer) } : {},
    };
    const learn = setup.momentum
      ? new MomentumLearner(model, dls, crossEntropy, { ...settings, momentum: setup.momentum })
      : new Learner(model, dls, crossEntropy, settings);
    if (setup.lsuv !== "none") await correct(learn, setup.lsuv);
    return { learn, steps: dls.train.length };
  }

  /** The model that a run has left, to be trained further: it is handed out once. Undefined if its training was interrupted. */
  async #trainedBefore(id: string, options: TrainOptions): Promise<Module | undefined> {
    const run = findRun(id);
    if (!run) throw new RangeError(`Cannot go on with run ${id}: no lesson has it`);
    const key = keyOf(run, options);
    if (!this.#trained.has(key)) {
      const { phases } = await this.train(run, {
        ...options,
        watch: false,
        progress: false,
        callbacks: [],
        onPhase: () => {},
      });
      if (phases.length < 2 * (options.epochs ?? run.setup.epochs)) return undefined;
    }
    const model = this.#trained.get(key);
    this.#trained.delete(key);
    if (model) return model;
    // It had ended in another process.
    const made = await this.#learner(run.setup, options);
    if (made) await options.kept!.of(run, options.seed).restore(made.learn.model);
    return made?.learn.model;
  }

  /** The accuracy of predictions averaged as the run says; undefined if it says nothing, or if there is no network of the seed before. */
  async #averaged(run: Run, options: TrainOptions, learn: Learner): Promise<number | undefined> {
    const { average } = run.setup;
    if (average === undefined) return undefined;
    if (average === "mirrored") return await mirroredAccuracy(learn);
    const own = await saidBy(learn), before = await this.#saidBefore(run, { ...options, seed: options.seed - 1 });
    this.#said.set(keyOf(run, options), own);
    return before && await pairAccuracy(own, before);
  }

  /** What the network of a seed said, which was trained here or is kept. It is handed out once. */
  async #saidBefore(run: Run, options: TrainOptions): Promise<Said | undefined> {
    const key = keyOf(run, options), said = this.#said.get(key);
    this.#said.delete(key);
    if (said || options.seed < 0) return said;
    const kept = options.kept?.of(run, options.seed);
    if (!await kept?.result()) return undefined;
    const made = await this.#learner(run.setup, options);
    if (made) await kept!.restore(made.learn.model);
    return made && await saidBy(made.learn);
  }

  /** Why a training is not finite, if it is not. The same seed gives the same training to the bit, so a second one can look closer. */
  async #reason(
    { setup }: Run,
    options: TrainOptions,
    phases: readonly PhaseResult[],
    losses: readonly number[],
    steps: number,
  ): Promise<string | undefined> {
    const divergence = findDivergence(losses, steps);
    const epochs = options.epochs ?? setup.epochs;
    // A run that continues another would need that one trained again as well; and an interrupted training should not start a second one.
    const again = divergence && setup.after === undefined && phases.length === 2 * epochs;
    if (!again) return divergenceReason(divergence, phases);
    let found: unknown;
    try {
      const made = await this.#learner(setup, options);
      await made?.learn.fit(epochs, { valid: false, cbs: [new NonFiniteCB()] });
    } catch (error) {
      found = error;
    }
    return divergenceReason(divergence, phases, found);
  }
}

/** A run with a seed, on data. */
const keyOf = ({ id }: Run, { seed, dataset }: TrainOptions) => `${id} ${seed} ${dataset}`;

/** LSUV on the first batch of the training. */
async function correct(learn: Learner, form: Exclude<LsuvSetup, "none">): Promise<void> {
  const [x] = await getBatch(learn);
  if (form === "pair") await lsuv(learn.model, x!);
  else await lsuvModules(learn.model, x!, isInstance(ConvLayer));
}
