/** Ends a fit that no longer improves. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { whole } from "../../tensor/graph.ts";
import { natural, nullable, number, object } from "../../device/form.ts";
import { checkNumber } from "../../tensor/expect.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { CancelFitException } from "../exceptions.ts";
import type { LearnerCore } from "../core.ts";
import { Monitor } from "../monitor.ts";
import { MetricsCB } from "./metrics.ts";

/** Options of {@linkcode EarlyStoppingCB}. */
export interface EarlyStoppingOptions {
  /** A column of {@linkcode MetricsCB}: "loss", or a metric's name. Default: "loss". */
  monitor?: string;
  /** The figures of which phase. Default: "eval". */
  phase?: "train" | "eval";
  /** Which way is better. Default: "lower" for the loss, "higher" for anything else. */
  better?: "lower" | "higher";
  /** Epochs without improvement after which the fit ends. Default: 1. */
  patience?: number;
  /** By how much an epoch must be better than the best so far to count. Default: 0. */
  minDelta?: number;
}

const OPTIONS = optionNames<EarlyStoppingOptions>({ monitor: 1, phase: 1, better: 1, patience: 1, minDelta: 1 });

const MEMORY = object({ best: nullable(number), bestEpoch: nullable(natural), waited: natural });

/**
 * Ends the fit after `patience` epochs in a row whose figure is not better than the best before them by more than `minDelta`. A figure
 * that is NaN is no improvement.
 *
 * It uses the figures of whole epochs and waits for them, so that the decision always falls at the end of the epoch it is about. On webgpu that is
 * 11 ms and more an epoch.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const stopping = new learner.EarlyStoppingCB({ monitor: "accuracy", patience: 3, minDelta: 0.002 });
 * // after learn.fit(): stopping.best, stopping.bestEpoch, stopping.stoppedAt
 * console.log(stopping.better); // higher
 * ```
 */
export class EarlyStoppingCB extends Callback {
  /** After MetricsCB, whose figures it uses. */
  static override order: number = MetricsCB.order + 1;
  /** The column that it watches. */
  readonly monitor: string;
  /** Whose figures count: those of training, or of validation. */
  readonly phase: "train" | "eval";
  /** Which way is better; for the loss "lower", for anything else "higher", unless given. */
  readonly better: "lower" | "higher";
  /** Epochs in a row without improvement that end the fit. */
  readonly patience: number;
  /** How much better an epoch must be to count, in the unit of the column. */
  readonly minDelta: number;
  /** The last figure that counted as an improvement: the best of the fit so far, to within {@linkcode EarlyStoppingCB.minDelta}. */
  best: number | undefined;
  /** The epoch of that figure, from 0. */
  bestEpoch: number | undefined;
  /** The epoch after which the fit was ended; undefined if it was not. */
  stoppedAt: number | undefined;
  readonly #monitor: Monitor;
  #waited = 0;

  /** Throws a RangeError unless `phase` and `better` are among their values, `patience` is a whole number of at least 1 and `minDelta` at least 0. */
  constructor(options: EarlyStoppingOptions = {}) {
    super();
    checkOptions("EarlyStoppingCB", options, OPTIONS);
    const { patience = 1, minDelta = 0 } = options;
    this.#monitor = new Monitor("stop early", options);
    this.monitor = this.#monitor.column;
    this.phase = this.#monitor.phase;
    this.better = this.#monitor.better;
    whole("stop early", "patience", patience, 1);
    checkNumber("run EarlyStoppingCB", "minDelta", minDelta);
    if (!(minDelta >= 0)) {
      throw new RangeError(`Cannot ask for an improvement of ${minDelta}: minDelta must be at least 0`);
    }
    this.patience = patience;
    this.minDelta = minDelta;
  }

  /** Forgets the last fit; throws if no MetricsCB measures the column. */
  override beforeFit(learn: LearnerCore): void {
    this.best = this.bestEpoch = this.stoppedAt = undefined;
    this.#waited = 0;
    this.#monitor.check(learn);
  }

  /** The best figure so far, and how long ago it was. */
  override saveState(): CallbackState {
    const { best = null, bestEpoch = null } = this;
    return { values: { best, bestEpoch, waited: this.#waited } };
  }

  /** Takes them over. */
  override loadState(state: CallbackState): void {
    const { best, bestEpoch, waited } = valuesOf<{ best: number | null; bestEpoch: number | null; waited: number }>(
      this,
      state,
      MEMORY,
    );
    this.best = best ?? undefined;
    this.bestEpoch = bestEpoch ?? undefined;
    this.#waited = waited;
  }

  /** After the phase that counts: waits for its figures, and keeps the best figure, or throws a CancelFitException when patience is at its end. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    const figure = await this.#monitor.figure(learn);
    if (figure === undefined) return;
    const sign = this.better === "lower" ? -1 : 1;
    if (sign * (figure - (this.best ?? -sign * Infinity)) > this.minDelta) {
      this.best = figure;
      this.bestEpoch = learn.epoch;
      this.#waited = 0;
    } else if (++this.#waited >= this.patience) {
      this.stoppedAt = learn.epoch;
      throw new CancelFitException();
    }
  }

  /** Throws if the fit had no figures of the phase that counts, and so could not have been stopped. */
  override afterFit(learn: LearnerCore): void {
    this.#monitor.checkAfter(learn);
  }
}
