/** The training loop: five verbs between the events that callbacks handle. */
import { checkOptions } from "../device/check_options.ts";
import { DataLoader } from "../data/loader.ts";
import { Module } from "../nn/module.ts";
import { checkIterable } from "../device/expect.ts";
import { SGD } from "../optim/sgd.ts";
import { flush, type HostArray } from "../tensor/graph.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBatch, checkLoss, checkPreds, emptyEpoch } from "./batch_check.ts";
import type { Callback, Verb } from "./callback.ts";
import { checkCallbacks, checkFit, checkOnce, checkVerb, noOptimizer } from "./check.ts";
import { Checkpoint, encodeCheckpoint, isLasting, writeCheckpoint } from "./checkpoint.ts";
import type { Position } from "./checkpoint_header.ts";
import { CancelFitException, togetherOrFirst } from "./exceptions.ts";
import { onInterrupt } from "./interrupt.ts";
import { LateReads } from "./late_reads.ts";
import { saveModes } from "./modes.ts";
import { FIT, type FitOptions, LEARNER, type LearnerOptions } from "./options.ts";
import {
  type Batches,
  type Loaders,
  type LossFunction,
  lossOf,
  makeOptimizer,
  type OptimizerSettings,
} from "./parts.ts";
import { Phases } from "./phases.ts";
import { goOnFrom, LOADED, without } from "./resume.ts";
import { generatorsOf } from "./saved_state.ts";
import { LearnerState } from "./state.ts";
import { take } from "./taken.ts";

/**
 * What every {@linkcode Learner} is built on: the loop over epochs and batches, without the fluent steps.
 *
 * @example
 * ```ts
 * import { data, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * const learn = new learner.LearnerCore(new nn.Linear(4, 1), dls, nn.functional.mseLoss, { lr: 0.1 });
 * await learn.fit(1);
 * console.log(learn.batchLoss.shape); // []
 * ```
 */
export class LearnerCore extends LearnerState {
  /** Callbacks of every fit. */
  readonly cbs: Callback[];
  /** The callbacks of the current, or last, fit, in the order in which they run; undefined before the first. */
  fitCallbacks: readonly Callback[] | undefined;
  #phases: Phases | undefined;
  #late: LateReads | undefined;
  #stopping = false;
  /** Where a fit that is saved now would go on; undefined outside a fit, and within a batch or a validation. */
  #place: Position | undefined;
  /** Where generators stood when the training's order was drawn. */
  #began: Generator["state"][] = [];

  /**
   * Runs nothing; a missing loss function or missing batches are reported when a fit begins.
   *
   * @param model what to train
   * @param dls its batches, `{ train, valid }`
   * @param lossFunc computes a 0-d loss from predictions and targets
   * @param options see {@linkcode LearnerOptions}
   * @throws {TypeError} for a model that is no Module, batches that are no `{ train, valid }`, or a callback that is not an instance of Callback
   */
  constructor(model: Module, dls: Loaders, lossFunc?: LossFunction, options: LearnerOptions = {}) {
    checkOptions(new.target.name, options, LEARNER);
    if (!(model instanceof Module)) {
      const found = typeof model === "function" ? "a function: wrap it in new nn.Lambda(fn)" : typeof model;
      throw new TypeError(`Cannot make a Learner: the model must be a Module, found ${found}`);
    }
    if (typeof dls !== "object" || dls === null) {
      throw new TypeError(`Cannot make a Learner: its batches must be { train, valid }, found ${typeof dls}`);
    }
    const { lr = 0.1, momentum, optFunc = SGD, cbs = [] } = options;
    super(model, dls, {
      lr,
      optFunc,
      ...lossFunc ? { lossFunc } : {},
      ...momentum === undefined ? {} : { momentum },
    });
    checkIterable("a Learner", "cbs", cbs, "a list of callbacks");
    this.cbs = checkCallbacks(cbs);
  }

  /** Sets `preds` from the batch's input. */
  predict(): void {
    this.preds = this.model.call(this.batch[0]!);
  }

  /** Sets `batchLoss` from the predictions and the rest of the batch. */
  getLoss(): void {
    this.batchLoss = lossOf(this.options.lossFunc!, this.preds, this.batch.slice(1));
  }

  /** Computes the gradients. */
  backward(): void {
    if (!this.batchLoss) {
      throw new TypeError("Cannot run backward: there is no loss yet. It belongs to a batch of a fit");
    }
    this.batchLoss.backward();
  }

  /** Updates the parameters. */
  step(): void {
    if (!this.opt) throw noOptimizer("step");
    this.opt.step();
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    if (!this.opt) throw noOptimizer("zeroGrad");
    this.opt.zeroGrad();
  }

  /**
   * Trains, and validates after each epoch.
   *
   * Each fit makes an optimiser of its own, without memory; `{ resume: true }` hands it the last one's, so that `fit(1)` and then
   * `fit(1, { resume: true })` train as `fit(2)` does. Epochs count from 0 in every fit.
   *
   * The first SIGINT cancels the fit, the second ends the process. When a fit fails, the model's modes are put back as they were.
   *
   * @param epochs how many times to go through the training batches
   * @param options see {@linkcode FitOptions}
   * @throws {CallbackError} if a callback fails
   * @throws {RangeError} for an epoch without a batch, such as that of an iterator that is used up
   * @throws {TypeError} for a loss that is no tensor, or no function; for batches that are none; if there is nothing to resume
   *
   * @example
   * ```ts
   * import { data, F, Learner, nn, optim, rand } from "./mod.ts";
   * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
   * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
   * const learn = Learner.of(new nn.Linear(4, 1), dls).loss(F.mseLoss).optimizer(optim.Adam).lr(0.01);
   * await learn.fit(2);
   * await learn.fit(1, { resume: true }); // with Adam's moments as they were
   * console.log(learn.opt.stateDict().state[0]!.step); // 12
   * ```
   */
  async fit(epochs = 1, options: FitOptions = {}): Promise<this> {
    checkOptions("fit", options, FIT);
    if (this.running) throw new Error("Cannot fit: a fit of this Learner is going on. Await it, or call stop() first");
    const hasLoss = !!this.options.lossFunc || this.getLoss !== LearnerCore.prototype.getLoss;
    checkFit(this, hasLoss, epochs, options);
    const { train = true, valid = this.dls.valid !== undefined, lr = this.options.lr, cbs = [], resume = false } =
      options;
    checkIterable("fit", "cbs", cbs, "a list of callbacks");
    const loaded = resume ? LOADED.get(this) : undefined, at = loaded?.position;
    if (resume && !loaded && !this.opt) {
      throw new TypeError(
        "Cannot resume: there was no fit yet, and no checkpoint was loaded. Begin with a fit without resume",
      );
    }
    if (at && (epochs <= at.epoch || !train)) {
      throw new RangeError(
        `Cannot resume: the fit that was saved stands in epoch ${at.epoch} of ${at.epochs}, counted from 0. Call ` +
          `fit(${at.epochs}, { resume: true })`,
      );
    }
    const all = checkOnce([...this.cbs, ...checkCallbacks(cbs)]);
    using _taken = take(all);
    if (!resume) LOADED.delete(this);
    const phases = this.#phases = new Phases(this, all);
    this.fitCallbacks = phases.callbacks;
    this.#stopping = false;
    this.validSteps = Infinity;
    const restoreModes = saveModes(this.model);
    using _interrupt = onInterrupt(() => this.stop());
    try {
      this.epochs = epochs;
      const last = resume ? this.opt : undefined;
      this.opt = makeOptimizer(this.options.optFunc, this.model.parameters(), this.optimizerSettings(lr));
      if (loaded) {
        loaded.restoreOptimizer(this.opt);
        if (!at) LOADED.delete(this);
        for (const name of Object.keys(this.ownSettings)) {
          const value = loaded.ownSettings[name];
          if (value !== undefined) this.setHyper(name, value);
        }
      } else if (last) goOnFrom(last, this.opt);
      this.opt.flushes = false; // one flush a batch, after its callbacks
      const late = this.#late = new LateReads(() => this.opt.device);
      await phases.within("Fit", async () => {
        const errors: unknown[] = [];
        const note = (error: unknown) => void errors.push(error);
        try {
          for (this.epoch = at?.epoch ?? 0; this.epoch < epochs; this.epoch++) {
            const from = this.epoch === at?.epoch ? loaded : undefined;
            if (train) await this.#oneEpoch(phases, true, !valid, from);
            if (valid) await this.#oneEpoch(phases, false, true);
            if (this.epoch + 1 < epochs) await late.send();
          }
        } catch (error) {
          note(error);
        }
        // Faults found on the device, such as a label out of range, are thrown here and between batches.
        await late.end(() => phases.collect()).catch(note);
        if (errors.length) throw togetherOrFirst(errors);
      });
    } catch (error) {
      restoreModes();
      throw error;
    } finally {
      if (this.opt) this.opt.flushes = true;
      this.#phases = this.#place = this.#late = undefined;
    }
    return this;
  }

  /**
   * @param isLast whether the epoch is over with it
   * @param from goes on from there
   */
  async #oneEpoch(phases: Phases, training: boolean, isLast: boolean, from?: Checkpoint): Promise<void> {
    if (this.#stopping) throw new CancelFitException();
    this.training = training;
    this.model.train(training);
    const part = training ? "train" : "valid";
    this.dl = this.dls[part]!;
    this.iter = 0;
    this.epochIsOver = false;
    this.#place = undefined;
    phases.validating = !training;
    const late = this.#late!;
    late.phase(this.epoch, training);
    try {
      await phases.within("Epoch", async () => {
        for await (const batch of this.#batches(from)) {
          if (late.arrived) late.handOut();
          if (this.#stopping) throw new CancelFitException();
          checkBatch(part, batch);
          this.batch = batch;
          await this.#oneBatch(phases);
          this.iter++;
        }
        if (isLast) {
          this.epochIsOver = true;
          this.#place = { epochs: this.epochs, epoch: this.epoch + 1, iter: 0 };
        }
        if (this.iter === 0) throw emptyEpoch(part, this.dl, this.epoch);
      });
    } finally {
      phases.validating = false;
    }
  }

  /** The epoch's batches; of an epoch that goes on those that are left, with everything as it stood before the first of them. */
  #batches(from: Checkpoint | undefined): Batches {
    const { dl } = this, generators = this.#generators(), iter = from?.position?.iter ?? 0;
    if (!from) {
      this.#began = generators.map(({ state }) => state);
      return dl;
    }
    if (iter > (dl.length ?? iter)) {
      throw new RangeError(
        `Cannot resume: the fit that was saved stands at batch ${iter} of an epoch that has ${dl.length}`,
      );
    }
    this.iter = iter; // callbacks may ask for it
    from.restoreCallbacks(this.#phases!.callbacks, this);
    const goOn = () => from.restoreGenerators(generators, "now");
    from.restoreGenerators(generators, iter === 0 ? "now" : "began");
    LOADED.delete(this); // all of it is taken over; a fit that failed before can be asked for again
    this.#began = generators.map(({ state }) => state);
    if (iter === 0) return dl;
    return dl instanceof DataLoader ? dl.startingAt(iter, goOn) : without(dl, iter, goOn);
  }

  /** All generators that training draws from, as far as they can be found. */
  #generators(): Generator[] {
    return [...generatorsOf([this.dls, this.model, ...this.#phases?.callbacks ?? this.cbs])];
  }

  async #oneBatch(phases: Phases): Promise<void> {
    this.#place = undefined;
    let unused = false; // gradients that no step has used
    this.batchCancelled = false;
    try {
      await phases.within("Batch", async () => {
        phases.do("predict");
        checkPreds(this.preds);
        await phases.fire("afterPredict");
        phases.do("getLoss");
        checkLoss(this.batchLoss);
        await phases.fire("afterLoss");
        if (!this.training) return;
        phases.do("backward");
        unused = true;
        await phases.fire("afterBackward");
        phases.do("step");
        await phases.fire("afterStep");
        phases.do("zeroGrad");
        unused = false;
        this.#place = { epochs: this.epochs, epoch: this.epoch, iter: this.iter + 1 };
      });
    } catch (error) {
      // A batch that is cancelled keeps its gradients, which may be wanted; a fit that ends here leaves none behind.
      if (unused) this.opt.zeroGrad();
      throw error;
    }
    flush(this.opt.device); // starts the recorded step, and does not wait for it
    this.#late!.batch();
  }

  /**
   * Saves everything that a fit needs to go on in another process: the model, the optimiser, where the fit stands, generators, and what callbacks
   * remember. During a fit a callback may call it in `afterBatch` of training, and in `afterEpoch` when the epoch is over; {@linkcode CheckpointCB} does.
   *
   * @param path a folder, in which the file is `last.safetensors`, or a file's path that ends in `.safetensors`. A reader sees all of the file or
   *   what was there before
   * @throws {Error} within a batch, or in validation
   */
  async save(path: string | URL): Promise<void> {
    await writeCheckpoint(path, await this.checkpoint());
  }

  /**
   * What {@linkcode LearnerCore.save} writes, as bytes: for whoever keeps them in a place of its own. {@linkcode LearnerCore.load} takes them.
   *
   * @throws {Error} within a batch, or in validation
   */
  async checkpoint(): Promise<Uint8Array> {
    if (this.running && !this.#place) {
      throw new Error(
        "Cannot save this fit now: it is within a batch, or validates. Call save() in afterBatch of training, or in afterEpoch " +
          "when learn.epochIsOver",
      );
    }
    if (this.#late) {
      flush(this.model.device); // the step is computed as without a checkpoint
      await this.#late.settle(); // what callbacks are about to be asked for is complete
    }
    const place = this.#place, ended = !place || place.epoch >= place.epochs;
    const now = this.#generators().map(({ state }) => state);
    const moment = {
      position: ended ? undefined : place,
      began: place && place.iter > 0 ? this.#began : now,
      now,
      own: this.ownSettings,
    };
    return await encodeCheckpoint(this, this.#phases?.callbacks ?? this.cbs.filter(isLasting), moment);
  }

  /**
   * Takes over what {@linkcode LearnerCore.save} wrote, into a Learner that was made alike: model, optimiser, loaders and callbacks.
   *
   * `fit(epochs, { resume: true })` then goes on with the batch after the last one saved, to the bit, and ends when `epochs` are done in all. Of a fit
   * that had come to its end, the next one with `resume` takes over what the optimiser remembers.
   *
   * @param path the folder or the file, or the bytes of one
   * @throws {RangeError} if it is no checkpoint, or one of another model
   */
  async load(path: string | URL | Uint8Array): Promise<this> {
    if (this.running) throw new Error("Cannot load a checkpoint during a fit: await it, or call stop() first");
    const loaded = await Checkpoint.read(path, this.model);
    loaded.restoreModel(this.model);
    loaded.restoreLasting(this.cbs, this);
    LOADED.set(this, loaded);
    return this;
  }

  /** The optimiser's settings for a fit. */
  protected optimizerSettings(lr: number): OptimizerSettings {
    const { momentum } = this.options;
    return momentum === undefined ? { lr } : { lr, momentum };
  }

  /** Settings of the current fit that the Learner has rather than its optimiser, for checkpoints: what `setHyper` takes. */
  protected get ownSettings(): Readonly<Record<string, number>> {
    return {};
  }

  /**
   * Wants the values that tensors have now, for a callback: in the fit's one read an epoch, which comes while the next epoch runs. A step never waits
   * for it.
   *
   * @param by the callback that wants them, for errors
   * @param tensors which; they are stored with the next batch, and must not be written to, as the sums of an epoch that is over are not
   * @param receive gets their elements, between two batches or before `afterFit`, and when they were sent for (as `performance.now()`). What it
   *   throws ends the fit as an event's error does
   * @throws {Error} outside a fit
   */
  readLate(
    by: Callback,
    tensors: readonly Tensor[],
    receive: (values: readonly HostArray[], sentAt: number) => void,
  ): void {
    if (!this.#late) throw new Error("Cannot read late outside a fit: there await t.item() or t.toTypedArray()");
    this.#late.ask(by, tensors, receive);
  }

  /**
   * Waits until all that callbacks have asked for is there, such as the rows of {@linkcode MetricsCB}: for a callback that acts on the figures of an
   * epoch at its end. On webgpu this costs 11 ms and more each time. Outside a fit nothing is left to wait for.
   *
   * @throws {DeviceFaultError} for what kernels have met until then, such as a label out of range
   */
  async settle(): Promise<void> {
    await this.#late?.settle();
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
    return (this.#phases?.callbacks ?? this.cbs).find((cb): cb is C => cb instanceof kind);
  }

  /** Runs a verb as a fit does: by the callback that took it over, if there is one. */
  do(verb: Verb): void {
    checkVerb(verb);
    if (this.#phases) this.#phases.do(verb);
    else this[verb]();
  }
}
