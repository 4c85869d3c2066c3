/** The Learner: the training loop with its fluent steps, and what it can tell of a model. */
import { checkIterable } from "../device/expect.ts";
import type { Batch } from "../data/dataset.ts";
import type { Module } from "../nn/module.ts";
import { checkNumber } from "../optim/optimizer.ts";
import type { Callback } from "./callback.ts";
import { normalize, type Statistics } from "./callbacks/batch_transform.ts";
import { MetricsCB } from "./callbacks/metrics.ts";
import { ProgressCB, type ProgressOptions } from "./callbacks/progress.ts";
import { checkCallbacks } from "./check.ts";
import { LearnerCore } from "./core.ts";
import { describe } from "./describe.ts";
import { diagnose, recordsOf } from "./diagnose.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { parametersOf } from "./diagnosis_parameters.ts";
import { setupOf } from "./diagnosis_setup.ts";
import { lrFind, type LrFindOptions, type LrFindResult } from "./lr_find.ts";
import type { MetricFunction } from "./metrics.ts";
import type { Loaders, LossFunction, OptimizerFunction } from "./parts.ts";
import { type Summary, summary } from "./summary.ts";

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
      checkNumber(this.constructor.name, "lr", rate);
      this.options.lr = rate;
    });
  }

  /** Sets the momentum that the optimiser gets. Its velocity starts anew with each fit that does not resume the last. */
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
