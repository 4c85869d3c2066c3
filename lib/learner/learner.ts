/** The Learner: a model, its data, a loss and an optimiser, fitted together, with callbacks at every event. */
import type { Batch } from "../data/dataset.ts";
import type { Device } from "../device/device.ts";
import { flush } from "../graph/flush.ts";
import type { Module } from "../nn/module.ts";
import { checkNumber, Optimizer } from "../optim/optimizer.ts";
import { SGD } from "../optim/sgd.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Callback, type Verb } from "./callback.ts";
import { normalize, type Statistics } from "./callbacks/batch_transform.ts";
import { MetricsCB } from "./callbacks/metrics.ts";
import { ProgressCB, type ProgressOptions } from "./callbacks/progress.ts";
import { describe } from "./describe.ts";
import { diagnose, type Diagnosis, recordsOf } from "./diagnose.ts";
import { CancelFitException } from "./exceptions.ts";
import { onInterrupt } from "./interrupt.ts";
import { lrFind, type LrFindOptions, type LrFindResult } from "./lr_find.ts";
import type { MetricFunction } from "./metrics.ts";
import type {
  Batches,
  FitOptions,
  LearnerOptions,
  Loaders,
  LossFunction,
  OptimizerFunction,
  OptimizerSettings,
} from "./options.ts";
import { Phases } from "./phases.ts";
import { type Summary, summary } from "./summary.ts";

/**
 * Fits a model: for each epoch and batch it runs five verbs (predict, getLoss, backward, step, zeroGrad) between events that
 * callbacks handle. Verbs can be overridden in a subclass, or taken over by a callback.
 *
 * One optimiser is made for each fit. The step is recorded while it runs and starts after `afterBatch`; nothing waits for it.
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
export class Learner {
  /** The loss function, rate, momentum and optimiser; the fluent steps set these. */
  readonly options: { lossFunc?: LossFunction; lr: number; momentum?: number; optFunc: OptimizerFunction };
  /** Callbacks of every fit. */
  readonly cbs: Callback[];

  /** The optimiser of the current, or last, fit. */
  opt!: Optimizer;
  /** Epochs of the current fit. */
  epochs = 0;
  /** The current epoch, from 0. */
  epoch = 0;
  /** The current batch of the phase, from 0. */
  iter = 0;
  /** Whether this is the training phase. */
  training = false;
  /** The batches of the current phase. */
  dl!: Batches;
  /** The current batch: inputs, then targets. */
  batch: Batch = [];
  /** The model's output for the batch. */
  preds!: Tensor;
  /** The loss of the batch. */
  batchLoss!: Tensor;
  /** How many training steps of this fit count. A guard that decides late sets it, and records leave out what came after. */
  validSteps: number = Infinity;

  #phases: Phases | undefined;
  #stopping = false;

  /**
   * Runs nothing; a missing loss function or missing batches are told when a fit begins.
   *
   * @param model what to train
   * @param dls its batches, `{ train, valid }`
   * @param lossFunc computes a 0-d loss from predictions and targets
   * @param options see {@linkcode LearnerOptions}
   * @throws {TypeError} for a callback that is none
   */
  constructor(readonly model: Module, readonly dls: Loaders, lossFunc?: LossFunction, options: LearnerOptions = {}) {
    const { lr = 0.1, momentum, optFunc = SGD, cbs = [] } = options;
    this.options = { lr, optFunc };
    if (lossFunc) this.options.lossFunc = lossFunc;
    if (momentum !== undefined) this.options.momentum = momentum;
    this.cbs = [];
    this.callbacks(cbs);
  }

  /** Begins the fluent way: `Learner.of(model, dls).loss(f).lr(0.2)`. Each step configures and returns the same Learner. */
  static of<L extends Learner>(this: new (model: Module, dls: Loaders) => L, model: Module, dls: Loaders): L {
    return new this(model, dls);
  }

  /** Sets the loss function. */
  loss(lossFunc: LossFunction): this {
    return this.#configure("loss", () => this.options.lossFunc = lossFunc);
  }

  /** Sets the learning rate of later fits. */
  lr(rate: number): this {
    return this.#configure("lr", () => {
      checkNumber(this.constructor.name, "lr", rate);
      this.options.lr = rate;
    });
  }

  /** Sets the momentum that the optimiser gets. Its velocity starts anew with each fit. */
  momentum(momentum: number): this {
    return this.#configure("momentum", () => {
      checkNumber(this.constructor.name, "momentum", momentum);
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

  /** Adds callbacks. */
  callbacks(cbs: Iterable<Callback>): this {
    return this.#configure("callbacks", () => {
      for (const cb of cbs) this.cbs.push(checkCallback(cb));
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
   * Searches for a learning rate by raising it from batch to batch, as {@linkcode LRFinderCB} does, and leaves everything as it was:
   * weights, buffers, gradients, optimiser, modes, and generators.
   *
   * @returns rates and losses, a suggested rate, and a chart
   */
  lrFind(options: LrFindOptions = {}): Promise<LrFindResult> {
    return lrFind(this, options);
  }

  /** Says in words what the last fit's records show to be wrong; see {@linkcode diagnose}. */
  diagnose(): Diagnosis {
    return diagnose(recordsOf(this.cbs));
  }

  /** Modules, output shapes, parameters and work, from one batch as the model sees it; see {@linkcode summary}. */
  summary(): Promise<Summary> {
    return summary(this);
  }

  #configure(step: string, change: () => void): this {
    if (this.running) throw new Error(`Cannot call ${step}() during a fit: configure the Learner before or after it`);
    change();
    return this;
  }

  /** Whether a fit is going on. */
  get running(): boolean {
    return this.#phases !== undefined;
  }

  /** Ends the current fit before its next batch, as a CancelFitException would. Without one it does nothing. */
  stop(): void {
    this.#stopping = this.running;
  }

  /** The first callback of that class: of the current fit, or of every fit. */
  find<C extends Callback>(kind: abstract new (...args: never[]) => C): C | undefined {
    return (this.#phases?.callbacks ?? this.cbs).find((cb) => cb instanceof kind) as C | undefined;
  }

  /** Moves model, optimiser and data to a device. */
  async to(device: Device): Promise<this> {
    await this.model.to(device);
    await this.opt?.follow();
    await this.dls.to?.(device);
    return this;
  }

  /** Sets `preds` from the batch's input. */
  predict(): void {
    this.preds = this.model.call(this.batch[0]!);
  }

  /** Sets `batchLoss` from the predictions and the rest of the batch. */
  getLoss(): void {
    this.batchLoss = this.options.lossFunc!(this.preds, ...this.batch.slice(1));
  }

  /** Computes the gradients. */
  backward(): void {
    this.batchLoss.backward();
  }

  /** A setting of the current fit's optimiser, such as "lr". */
  hyper(name: string): number {
    const value = (this.opt.paramGroups[0] as unknown as Record<string, unknown>)[name];
    if (typeof value === "number") return value;
    const settings = Object.entries(this.opt.paramGroups[0]!).filter(([, v]) => typeof v === "number");
    throw new RangeError(
      `Cannot find ${name} in ${this.opt.constructor.name}: its settings are ${
        settings.map(([key]) => key).join(", ")
      }`,
    );
  }

  /**
   * Changes a setting of the current fit's optimiser. It holds from the next step on.
   *
   * @param name of the setting, such as "lr"
   * @param value for all parameter groups, or one for each
   */
  setHyper(name: string, value: number | readonly number[]): void {
    this.hyper(name);
    const { paramGroups } = this.opt;
    const values = typeof value === "number" ? paramGroups.map(() => value) : value;
    if (values.length !== paramGroups.length) {
      throw new RangeError(
        `Cannot set ${name} to ${values.length} values: ${this.opt.constructor.name} has ${paramGroups.length} parameter groups`,
      );
    }
    for (const one of values) checkNumber(this.opt.constructor.name, name, one);
    paramGroups.forEach((group, i) => (group as unknown as Record<string, unknown>)[name] = values[i]);
  }

  /** Runs a verb as a fit does: by the callback that took it over, if there is one. */
  do(verb: Verb): void {
    if (this.#phases) this.#phases.do(verb);
    else this[verb]();
  }

  /** Updates the parameters. */
  step(): void {
    this.opt.step();
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    this.opt.zeroGrad();
  }

  /** Settings for the optimiser of a fit. */
  protected optimizerSettings(lr: number): OptimizerSettings {
    const { momentum } = this.options;
    return momentum === undefined ? { lr } : { lr, momentum };
  }

  /**
   * Trains, and validates after each epoch.
   *
   * The first SIGINT cancels the fit, the second ends the process. When a fit fails, the model's modes are put back as they were.
   *
   * @param epochs how many times to go through the training batches
   * @param options see {@linkcode FitOptions}
   * @throws {CallbackError} if a callback fails
   */
  async fit(epochs = 1, options: FitOptions = {}): Promise<this> {
    this.#checkFit(epochs, options);
    const { train = true, valid = this.dls.valid !== undefined, lr = this.options.lr, cbs = [] } = options;
    const phases = this.#phases = new Phases(this, [...this.cbs, ...[...cbs].map(checkCallback)]);
    this.#stopping = false;
    this.validSteps = Infinity;
    const modes = [...this.model.modules()].map((module) => [module, module.training] as const);
    using _interrupt = onInterrupt(() => this.stop());
    try {
      this.epochs = epochs;
      this.opt = this.#makeOptimizer(lr);
      this.opt.flushes = false; // one flush a batch, after its callbacks
      await phases.within("Fit", async () => {
        for (this.epoch = 0; this.epoch < epochs; this.epoch++) {
          if (train) await this.#oneEpoch(phases, true);
          if (valid) await this.#oneEpoch(phases, false);
        }
      });
    } catch (error) {
      for (const [module, mode] of modes) module.training = mode;
      throw error;
    } finally {
      if (this.opt) this.opt.flushes = true;
      this.#phases = undefined;
    }
    return this;
  }

  /** Model, data, loss, optimiser and callbacks in a few lines. */
  toString(): string {
    return describe(this);
  }

  /** What `console.log` and a notebook show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  #checkFit(epochs: number, { train = true, valid, lr }: FitOptions): void {
    if (this.running) throw new Error("Cannot fit: a fit of this Learner is going on. Await it, or call stop() first");
    if (!(Number.isInteger(epochs) && epochs >= 0)) {
      throw new RangeError(`Cannot fit ${epochs} epochs: give a whole number`);
    }
    if (!this.options.lossFunc && this.getLoss === Learner.prototype.getLoss) {
      throw new TypeError(
        "Cannot fit without a loss function: pass one, such as F.crossEntropy, or call loss(F.crossEntropy)",
      );
    }
    if (lr !== undefined) checkNumber("fit", "lr", lr);
    if (train && !this.dls.train) {
      throw new TypeError("Cannot train: dls has no train. Give { train, valid }, or fit with { train: false }");
    }
    if (valid && !this.dls.valid) {
      throw new TypeError("Cannot validate: dls has no valid. Give { train, valid }, or fit with { valid: false }");
    }
  }

  #makeOptimizer(lr: number): Optimizer {
    const { optFunc } = this.options;
    const settings = this.optimizerSettings(lr);
    const isClass = optFunc.prototype instanceof Optimizer;
    const params = this.model.parameters();
    return isClass
      ? new (optFunc as new (p: Iterable<Tensor>, s: OptimizerSettings) => Optimizer)(params, settings)
      : (optFunc as (p: Iterable<Tensor>, s: OptimizerSettings) => Optimizer)(params, settings);
  }

  async #oneEpoch(phases: Phases, training: boolean): Promise<void> {
    if (this.#stopping) throw new CancelFitException();
    this.training = training;
    this.model.train(training);
    this.dl = (training ? this.dls.train : this.dls.valid)!;
    this.iter = 0;
    phases.validating = !training;
    try {
      await phases.within("Epoch", async () => {
        for await (const batch of this.dl) {
          if (this.#stopping) throw new CancelFitException();
          this.batch = batch;
          await this.#oneBatch(phases);
          this.iter++;
        }
        await this.opt.device.settle(); // faults found on the device, such as a label out of range, are thrown here
      });
    } finally {
      phases.validating = false;
    }
  }

  async #oneBatch(phases: Phases): Promise<void> {
    let unused = false; // gradients that no step has used
    try {
      await phases.within("Batch", async () => {
        phases.do("predict");
        await phases.fire("afterPredict");
        phases.do("getLoss");
        await phases.fire("afterLoss");
        if (!this.training) return;
        phases.do("backward");
        unused = true;
        await phases.fire("afterBackward");
        phases.do("step");
        await phases.fire("afterStep");
        phases.do("zeroGrad");
        unused = false;
      });
    } catch (error) {
      // Whoever cancels the batch alone may want its gradients; a fit that ends here leaves none behind.
      if (unused) this.opt.zeroGrad();
      throw error;
    }
    flush(this.opt.device); // starts the recorded step, and does not wait for it
  }
}

function checkCallback(cb: unknown): Callback {
  if (cb instanceof Callback) return cb;
  const hint = typeof cb === "function" ? `: write new ${cb.name || "Callback"}(…)` : "";
  throw new TypeError(`Cannot add ${typeof cb} as a callback: it takes instances of Callback${hint}`);
}
