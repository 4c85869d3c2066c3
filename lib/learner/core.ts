/** The training loop: five verbs between the events that callbacks handle. */
import { checkIterable } from "../device/expect.ts";
import type { Module } from "../nn/module.ts";
import { SGD } from "../optim/sgd.ts";
import { flush } from "../tensor/graph.ts";
import type { Callback, Verb } from "./callback.ts";
import { checkCallback, checkFit, checkVerb, noOptimizer } from "./check.ts";
import { CancelFitException } from "./exceptions.ts";
import { onInterrupt } from "./interrupt.ts";
import { saveModes } from "./modes.ts";
import type { FitOptions, LearnerOptions } from "./options.ts";
import { type Loaders, type LossFunction, makeOptimizer, type OptimizerSettings } from "./parts.ts";
import { Phases } from "./phases.ts";
import { LearnerState } from "./state.ts";

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
  #phases: Phases | undefined;
  #stopping = false;

  /**
   * Runs nothing; a missing loss function or missing batches are reported when a fit begins.
   *
   * @param model what to train
   * @param dls its batches, `{ train, valid }`
   * @param lossFunc computes a 0-d loss from predictions and targets
   * @param options see {@linkcode LearnerOptions}
   * @throws {TypeError} for a callback that is not an instance of Callback
   */
  constructor(model: Module, dls: Loaders, lossFunc?: LossFunction, options: LearnerOptions = {}) {
    const { lr = 0.1, momentum, optFunc = SGD, cbs = [] } = options;
    super(model, dls, {
      lr,
      optFunc,
      ...lossFunc ? { lossFunc } : {},
      ...momentum === undefined ? {} : { momentum },
    });
    checkIterable("a Learner", "cbs", cbs, "a list of callbacks");
    this.cbs = [...cbs].map(checkCallback);
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
   * The first SIGINT cancels the fit, the second ends the process. When a fit fails, the model's modes are put back as they were.
   *
   * @param epochs how many times to go through the training batches
   * @param options see {@linkcode FitOptions}
   * @throws {CallbackError} if a callback fails
   */
  async fit(epochs = 1, options: FitOptions = {}): Promise<this> {
    if (this.running) throw new Error("Cannot fit: a fit of this Learner is going on. Await it, or call stop() first");
    const hasLoss = !!this.options.lossFunc || this.getLoss !== LearnerCore.prototype.getLoss;
    checkFit(this, hasLoss, epochs, options);
    const { train = true, valid = this.dls.valid !== undefined, lr = this.options.lr, cbs = [] } = options;
    checkIterable("fit", "cbs", cbs, "a list of callbacks");
    const phases = this.#phases = new Phases(this, [...this.cbs, ...[...cbs].map(checkCallback)]);
    this.#stopping = false;
    this.validSteps = Infinity;
    const restoreModes = saveModes(this.model);
    using _interrupt = onInterrupt(() => this.stop());
    try {
      this.epochs = epochs;
      this.opt = makeOptimizer(this.options.optFunc, this.model.parameters(), this.optimizerSettings(lr));
      this.opt.flushes = false; // one flush a batch, after its callbacks
      await phases.within("Fit", async () => {
        for (this.epoch = 0; this.epoch < epochs; this.epoch++) {
          if (train) await this.#oneEpoch(phases, true);
          if (valid) await this.#oneEpoch(phases, false);
        }
      });
    } catch (error) {
      restoreModes();
      throw error;
    } finally {
      if (this.opt) this.opt.flushes = true;
      this.#phases = undefined;
    }
    return this;
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
        await this.opt.device.synchronize(); // faults found on the device, such as a label out of range, are thrown here
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
      // A batch that is cancelled keeps its gradients, which may be wanted; a fit that ends here leaves none behind.
      if (unused) this.opt.zeroGrad();
      throw error;
    }
    flush(this.opt.device); // starts the recorded step, and does not wait for it
  }

  /** The optimiser's settings for a fit. */
  protected optimizerSettings(lr: number): OptimizerSettings {
    const { momentum } = this.options;
    return momentum === undefined ? { lr } : { lr, momentum };
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
