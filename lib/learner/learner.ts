/** The Learner: the training loop with its fluent steps, and what it can tell of a model. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkIterable } from "../device/expect.ts";
import type { Batch } from "../data/dataset.ts";
import type { Module } from "../nn/module.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkNonNegative } from "../optim/optimizer.ts";
import type { Callback } from "./callback.ts";
import { normalize, type Statistics } from "./callbacks/batch_transform.ts";
import { ActivationStats } from "./callbacks/activation_stats.ts";
import { MetricsCB } from "./callbacks/metrics.ts";
import { LiveCB } from "./callbacks/live.ts";
import type { LiveOptions } from "./callbacks/live_options.ts";
import { ProgressCB, type ProgressOptions } from "./callbacks/progress.ts";
import { checkCallbacks } from "./check.ts";
import { LearnerCore } from "./core.ts";
import { describe } from "./describe.ts";
import { diagnose, recordsOf } from "./diagnose.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { parametersOf } from "./diagnosis_parameters.ts";
import { setupOf } from "./diagnosis_setup.ts";
import { fineTune, type FineTuneOptions, fitOneCycle, type FitOneCycleOptions } from "./fine_tune.ts";
import { bodyAndHead, checkGroups, freezeTo, type LayerGroups } from "./layer_groups.ts";
import { lrFind, type LrFindOptions, type LrFindResult } from "./lr_find.ts";
import type { MetricFunction } from "./metrics.ts";
import type { LearnerOptions } from "./options.ts";
import type { Batches, Loaders, LossFunction, OptimizerFunction } from "./parts.ts";
import { predictions } from "./predictions.ts";
import { type Summary, summary } from "./summary.ts";

const LIVE = optionNames<LiveOptions & { layers?: boolean }>({
  port: 1,
  control: 1,
  facts: 1,
  save: 1,
  log: 1,
  to: 1,
  layers: 1,
});

/**
 * Fits a model: for each epoch and batch it runs five verbs (predict, getLoss, backward, step, zeroGrad) between events that
 * callbacks handle. Verbs can be overridden in a subclass, or taken over by a callback.
 *
 * Epochs, and the batches of an epoch, are counted from 0: in `learn.epoch` and `learn.iter`, in tables, charts and messages. A chart over
 * batches goes on counting through the epochs of a fit.
 *
 * One optimiser is made for each fit; `fit(n, { resume: true })` gives it the last one's memory. The step is recorded while it runs and starts after `afterBatch`; nothing waits for it.
 *
 * @example
 * ```ts
 * import { data, learner, nn, rand, randint } from "./mod.ts";
 * const set = new data.TensorDataset(rand([256, 8]), randint(0, 3, [256]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 64 });
 * const model = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 3));
 * const learn = new learner.Learner(model, dls, nn.functional.crossEntropy, { lr: 0.2, cbs: [new learner.MetricsCB()] });
 * await learn.fit(2);
 * ```
 */
export class Learner extends LearnerCore {
  /** The verb, as a subclass may have it. */
  readonly #verb: () => void;
  #groups: LayerGroups | undefined;

  /** As that of {@linkcode LearnerCore}. */
  constructor(model: Module, dls: Loaders, lossFunc?: LossFunction, options: LearnerOptions = {}) {
    super(model, dls, lossFunc, options);
    const verb = this.#verb = this.predict;
    if (verb === Learner.prototype.predict) return;
    // A subclass that overrides the verb knows nothing of batches, and can still be asked for predictions.
    const predict = (batch?: Batch | Tensor) => batch === undefined ? this.#verb() : this.#predictBatch(batch);
    Object.defineProperty(this, "predict", { value: predict, configurable: true, writable: true });
  }

  /** Begins the fluent way: `Learner.of(model, dls).loss(f).lr(0.2)`. Each step configures and returns the same Learner. */
  static of<L extends Learner>(this: new (model: Module, dls: Loaders) => L, model: Module, dls: Loaders): L {
    return new this(model, dls);
  }

  /** Sets the loss: a function such as `F.crossEntropy`, or a module such as `new nn.CrossEntropyLoss({ weight })`. */
  loss(lossFunc: LossFunction): this {
    return this.#configure("loss", () => this.options.lossFunc = lossFunc);
  }

  /** Sets the learning rate of later fits. */
  lr(rate: number): this {
    return this.#configure("lr", () => {
      checkNonNegative(this.constructor.name, "lr", rate);
      this.options.lr = rate;
    });
  }

  /** Sets the momentum that the optimiser gets. Its velocity starts anew with each fit that does not resume the last. */
  momentum(momentum: number): this {
    return this.#configure("momentum", () => {
      checkNonNegative(this.constructor.name, "momentum", momentum);
      this.options.momentum = momentum;
    });
  }

  /** Sets the optimiser. */
  optimizer(optFunc: OptimizerFunction): this {
    return this.#configure("optimizer", () => this.options.optFunc = optFunc);
  }

  /** Measures loss and metrics, as {@linkcode MetricsCB} does. */
  metrics(functions: Record<string, MetricFunction> = {}): this {
    return this.callbacks([new MetricsCB(functions)]);
  }

  /** Shows how far the fit is, as {@linkcode ProgressCB} does. */
  progress(options: ProgressOptions = {}): this {
    return this.callbacks([new ProgressCB(options)]);
  }

  /**
   * Shows the fit on a page of this machine while it runs, as {@linkcode LiveCB} does.
   *
   * @param options those of {@linkcode LiveCB}; `layers` adds an {@linkcode ActivationStats} of all layers. Default: it does not
   */
  live(options: LiveOptions & { layers?: boolean } = {}): this {
    checkOptions("live", options, LIVE);
    const { layers = false, ...rest } = options;
    return this.callbacks([...layers ? [new ActivationStats()] : [], new LiveCB(rest)]);
  }

  /** Adds callbacks. */
  callbacks(cbs: Iterable<Callback>): this {
    checkIterable("callbacks", "its argument", cbs, "a list of callbacks");
    return this.#configure("callbacks", () => {
      this.cbs.push(...checkCallbacks(cbs));
    });
  }

  /** Adds a callback that watches, such as {@linkcode HooksCallback}. */
  watch(...cbs: Callback[]): this {
    return this.callbacks(cbs);
  }

  /** Normalises the inputs of every batch, as {@linkcode normalize} does: by figures, by a batch's, or by the first batch's. */
  normalize(from?: Statistics | Batch): this {
    return this.callbacks([normalize(from)]);
  }

  /**
   * Says which layers belong together, from the first to the last, for {@linkcode Learner.freezeTo} and {@linkcode Learner.fineTune}. Without it they are
   * two: all children of the model but the last that has parameters, and that one.
   */
  layers(...groups: readonly (readonly Module[])[]): this {
    checkGroups("layers", groups);
    return this.#configure("layers", () => this.#groups = groups);
  }

  /** Freezes the groups of layers before number `first` (negative ones count from the end), but for their norms, and thaws the others. */
  freezeTo(first: number): this {
    return this.#configure("freezeTo", () => freezeTo(this.#groups ?? bodyAndHead(this.model), first));
  }

  /** Freezes all groups of layers but the last. */
  freeze(): this {
    return this.freezeTo(-1);
  }

  /** Thaws all layers. */
  unfreeze(): this {
    return this.freezeTo(0);
  }

  /**
   * Fits with a rate that rises to `lr` and falls to nearly nothing, and a momentum that goes the other way; see {@linkcode OneCycleCB}.
   *
   * @param epochs how many times to go through the training batches
   * @param options see {@linkcode FitOneCycleOptions}
   */
  async fitOneCycle(epochs: number, options: FitOneCycleOptions = {}): Promise<this> {
    await fitOneCycle(this, epochs, options);
    return this;
  }

  /**
   * Trains a model that was trained before for another task: for `freezeEpochs` the last group of layers alone, then all for `epochs`, at half the rate,
   * and that divided by up to `lrMult` for the first layers. Both are fits of one cycle. (fastai's fine_tune.)
   *
   * @param epochs of all layers
   * @param options see {@linkcode FineTuneOptions}
   *
   * @example
   * ```ts
   * import { data, F, Learner, nn, optim, randint, randn } from "./mod.ts";
   * const set = new data.TensorDataset(randn([64, 4]), randint(0, 3, [64]));
   * const body = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU()); // as if it had been trained before
   * const learn = Learner.of(new nn.Sequential(body, new nn.Linear(8, 3)), data.DataLoaders.of(set, set)).loss(F.crossEntropy);
   * await learn.optimizer(optim.Adam).lr(2e-3).fineTune(2);
   * ```
   */
  async fineTune(epochs: number, options: FineTuneOptions = {}): Promise<this> {
    await fineTune(this, this.#groups ?? bodyAndHead(this.model), epochs, options);
    return this;
  }

  /**
   * Searches for a learning rate by raising it from batch to batch, as {@linkcode LRFinderCB} does, and leaves everything as it was:
   * weights, buffers, gradients, optimiser, modes, and generators.
   *
   * It goes through the training batches as often as its rates take. On few or noisy batches `ended` and `reason` say how far it came.
   *
   * @returns rates and losses, a suggested rate, what ended the search, and a chart
   */
  lrFind(options: LrFindOptions = {}): Promise<LrFindResult> {
    return lrFind(this, options);
  }

  /**
   * Says in words what the last fit's records show to be wrong; see {@linkcode diagnose}. It goes by the callbacks of that fit, those that were
   * given to `fit` included: {@linkcode DiagnoseCB} records all that it can use. What needs no records it takes from the model, the optimiser and
   * the loaders.
   *
   * @throws {Error} before the first fit
   */
  diagnose(): Diagnosis {
    if (this.running || !this.fitCallbacks) {
      throw new Error(
        `Cannot diagnose: ${
          this.running ? "a fit is going on" : "nothing was fitted"
        }. Await learn.fit(1, { cbs: [new DiagnoseCB()] }) first`,
      );
    }
    return diagnose({
      ...recordsOf(this.fitCallbacks),
      parameters: parametersOf(this.model, this.opt),
      setup: setupOf(this, this.fitCallbacks),
    });
  }

  /** Modules, output shapes, parameters and work, from one batch as the model sees it; see {@linkcode summary}. */
  summary(): Promise<Summary> {
    return summary(this);
  }

  /** The verb: sets `preds` from the batch's input. */
  override predict(): void;
  /**
   * The model's output for a batch: in evaluation mode, without gradients, after what callbacks do to batches in validation, such as `normalize()`.
   * Everything else stays as it was. It is what the model gives: for classes apply `softmax(1)` or `argmax(1)`.
   *
   * @param batch inputs [n, …], or a batch that begins with them, as a DataLoader gives it
   * @returns [n, …], in the batch's order. (Typed any, so that a subclass may override the verb alone.)
   * @throws {Error} during a fit, or if `normalize()` has no figures yet
   * @throws {TypeError} for what is no tensor and no batch
   *
   * @example
   * ```ts
   * import { data, F, Learner, nn, rand } from "./mod.ts";
   * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
   * const learn = Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set, { batchSize: 16 })).loss(F.mseLoss);
   * await learn.fit(1);
   * console.log((await learn.predict(rand([3, 4]))).shape); // [ 3, 1 ]
   * ```
   */
  // deno-lint-ignore no-explicit-any -- with any other type `override predict(): void` would not be one
  override predict(batch: Batch | Tensor): any;
  override predict(batch?: Batch | Tensor): Promise<Tensor> | void {
    if (batch !== undefined) return this.#predictBatch(batch);
    super.predict();
  }

  async #predictBatch(batch: Batch | Tensor): Promise<Tensor> {
    const given = batch instanceof Tensor ? [batch] : batch;
    if (!Array.isArray(given) || given.length === 0 || !given.every((t) => t instanceof Tensor)) {
      throw new TypeError(
        `Cannot predict: give inputs as a tensor, or a batch [x, …], found ${
          Array.isArray(given) ? "another array" : given === null ? "null" : typeof given
        }`,
      );
    }
    const [preds] = await predictions(this, this.#verb, [given], "the batch");
    return preds;
  }

  /**
   * The model's outputs for all batches and their targets, each joined along the first axis, in the order in which they come: as a validation computes
   * them, see {@linkcode Learner.predict}. A loader that shuffles stays where it stood.
   *
   * @param batches a DataLoader, or anything iterable. Default: `dls.valid`
   * @returns `[preds, targets]`; of batches with more targets more, of those with inputs alone none
   * @throws {Error} during a fit, if it is cancelled, or if `normalize()` has no figures yet
   * @throws {TypeError} without batches, or for what is none
   *
   * @example
   * ```ts
   * import { data, F, Learner, nn, rand, randint } from "./mod.ts";
   * const set = new data.TensorDataset(rand([64, 4]), randint(0, 3, [64]));
   * const learn = Learner.of(new nn.Linear(4, 3), data.DataLoaders.of(set, set, { batchSize: 16 })).loss(F.crossEntropy);
   * await learn.fit(1);
   * const [preds, targets] = await learn.getPreds();
   * console.log(preds.shape, targets!.shape); // [ 64, 3 ] [ 64 ]
   * ```
   */
  async getPreds(batches?: Batches): Promise<[preds: Tensor, ...targets: Tensor[]]> {
    return await predictions(this, this.#verb, batches ?? this.dls.valid, batches ? "the argument" : "dls.valid");
  }

  #configure(step: string, change: () => void): this {
    if (this.running) throw new Error(`Cannot call ${step}() during a fit: configure the Learner before or after it`);
    change();
    return this;
  }

  /** Model, data, loss, optimiser and callbacks in a few lines. */
  override toString(): string {
    return describe(this);
  }

  /** What `console.log` and a notebook show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}
