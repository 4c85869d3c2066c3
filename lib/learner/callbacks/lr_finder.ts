/** Searches for a learning rate: raises it at each batch until the loss rises too. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkNumber } from "../../tensor/expect.ts";
import { Callback } from "../callback.ts";
import { DeviceRecord } from "../device_record.ts";
import { CancelEpochException, CancelFitException } from "../exceptions.ts";
import type { LearnerCore } from "../core.ts";
import { ParamScheduler } from "./param_scheduler.ts";

/** How a search for a rate goes. Any of `minLr`, `maxLr` and `maxIter` chooses the second form. */
export interface LRFinderOptions {
  /** First form: the factor from one batch's rate to the next, until it is a million times `startLr` or more. Default: 1.3. */
  gamma?: number;
  /** First form: the rate of the first batch. Default: 1e-5. */
  startLr?: number;
  /** Second form: the rate of the first batch. Default: 1e-6. */
  minLr?: number;
  /** Second form: the rate of the last batch. Default: 10. */
  maxLr?: number;
  /** Second form: how many batches it takes. Default: 100. */
  maxIter?: number;
  /**
   * The search stops where losses stand this many times as high above the least one as the first ten did. Default: 3, in the second form 10.
   */
  maxMult?: number;
  /** Maximum number of epochs. Default: as many as the rates take. */
  maxEpochs?: number;
}

/**
 * What ended a search: the `loss` that rose, or was `not finite`; the end of the `range` of rates; or, before that, the end of the `epochs`, or
 * what `cancelled` the fit.
 */
export type SearchEnd = "loss" | "not finite" | "range" | "epochs" | "cancelled";

/** Batches between two reads of the losses. */
const LOOK = 8;

/** How far rates rise in the first form. */
const RISE = 1e6;

/** How many losses show what is usual at the beginning, noise included. */
export const BEGINNING = 10;

/** Within how many losses two have to be high. */
const NEAR = 5;

/** Names of the options. */
export const LR_FINDER = optionNames<LRFinderOptions>({
  gamma: 1,
  startLr: 1,
  minLr: 1,
  maxLr: 1,
  maxIter: 1,
  maxMult: 1,
  maxEpochs: 1,
});

/**
 * Raises the rate from batch to batch, and ends the fit when the loss is NaN or infinite, or has risen: when two losses within five
 * batches stand more than `maxMult` times as high above the least one as the highest of the first ten. Only differences count, so that losses may be below zero.
 *
 * In the first form the rate is startLr · gammaⁱ (miniai's finder), until it is a million times startLr or more. In the second it goes from minLr to maxLr in
 * maxIter equal factors. Losses stay on the device and are read in the background, every few batches; steps beyond the one that ends the search
 * do not show in `lrs` and `losses`. Only training batches count.
 *
 * `learn.lrFind()` runs it, over as many epochs as it takes, and puts everything back; in a fit of its own it leaves the model as the search left
 * it, and may end with the fit's epochs: `ended` tells.
 *
 * @throws {RangeError} for a factor that is not above 1, a rate that is not above 0, or options of both forms
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const finder = new learner.LRFinderCB({ gamma: 1.1, startLr: 1e-2 });
 * console.log([0, 1, 2].map((i) => finder.rate(i))); // about [ 0.01, 0.011, 0.0121 ]
 * ```
 */
export class LRFinderCB extends Callback {
  /** After schedules, whose rate it replaces. */
  static override order: number = ParamScheduler.order + 1;
  /** The rate at batch `i` of the search, from 0. */
  readonly rate: (i: number) => number;
  /** Batches after which the search ends: the number of rates. */
  readonly maxIter: number;
  /** How much higher above the least loss than the first ones a loss ends the search; 3 times, in the second form 10, unless given. */
  readonly maxMult: number;
  /** For how many epochs `learn.lrFind()` fits at most; a fit of its own has the number it is given. */
  readonly maxEpochs: number;
  /** The rates tried, up to and with the one that ended the search. */
  lrs: number[] = [];
  /** The loss at each rate. */
  losses: number[] = [];
  /** What ended the search; undefined before its end. */
  ended: SearchEnd | undefined;

  #record: DeviceRecord | undefined;
  #looking = false;
  #over = false;
  #collected: Promise<number[]> | undefined;
  #complete = false;

  /** Without options the first form: rates of 1e-5 · 1.3ⁱ, up to 10.9, the first above 10. */
  constructor(options: LRFinderOptions = {}) {
    super();
    checkOptions("LRFinderCB", options, LR_FINDER);
    const { gamma, startLr, minLr, maxLr, maxIter, maxMult } = options;
    for (const [name, value] of Object.entries({ gamma, startLr, minLr, maxLr, maxIter, maxMult })) {
      if (value !== undefined) checkNumber("run LRFinderCB", name, value);
    }
    const ranged = minLr !== undefined || maxLr !== undefined || maxIter !== undefined;
    if (ranged && (gamma !== undefined || startLr !== undefined)) {
      throw new RangeError(
        "Cannot search in both forms: give gamma and startLr, or minLr, maxLr and maxIter",
      );
    }
    this.maxMult = options.maxMult ?? (ranged ? 10 : 3);
    const first = ranged ? minLr ?? 1e-6 : startLr ?? 1e-5;
    const rates = ranged ? maxIter ?? 100 : Math.ceil(Math.log(RISE) / Math.log(gamma ?? 1.3)) + 1;
    const factor = ranged ? ((maxLr ?? 10) / first) ** (1 / (rates - 1)) : gamma ?? 1.3;
    this.maxIter = rates;
    this.maxEpochs = options.maxEpochs ?? rates;
    this.rate = (i) => first * factor ** i;
    this.#check(first, factor, ranged);
  }

  #check(first: number, factor: number, ranged: boolean): void {
    if (!(first > 0 && first < Infinity)) {
      throw new RangeError(`Cannot search from a rate of ${first}: it must be above 0`);
    }
    if (ranged && !(Number.isInteger(this.maxIter) && this.maxIter > 1)) {
      throw new RangeError(`Cannot search in ${this.maxIter} batches: maxIter must be a whole number of at least 2`);
    }
    if (!(factor > 1 && factor < Infinity)) {
      throw new RangeError(`Cannot search with a factor of ${factor}: rates must grow, from ${first} on`);
    }
    if (!(Number.isInteger(this.maxEpochs) && this.maxEpochs > 0)) {
      throw new RangeError(`Cannot search in ${this.maxEpochs} epochs: maxEpochs must be a whole number of at least 1`);
    }
    if (!(this.maxMult > 1)) {
      throw new RangeError(`Cannot stop at ${this.maxMult} times the first losses' height: maxMult must be above 1`);
    }
  }

  /** Its search belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Starts a new record on the model's device. */
  override beforeFit(learn: LearnerCore): void {
    this.#record = new DeviceRecord(learn.model.device);
    this.lrs = [];
    this.losses = [];
    this.#over = this.#complete = false;
    this.#collected = undefined;
    this.ended = undefined;
  }

  /** Skips validation, by a CancelEpochException. */
  override beforeEpoch(learn: LearnerCore): void {
    if (!learn.training) throw new CancelEpochException();
  }

  /** Sets this batch's rate, or throws a CancelFitException after `maxIter` batches or a loss that ends the search. */
  override beforeBatch(learn: LearnerCore): void {
    if (this.#over || this.lrs.length >= this.maxIter) throw new CancelFitException();
    // The last step has started and this one is not recorded yet: reading now does not split a step.
    if (this.lrs.length % LOOK === LOOK - 1) this.#look();
    learn.setHyper("lr", this.rate(this.lrs.length));
  }

  /** Records the rate, and the loss on the device. */
  override afterLoss(learn: LearnerCore): void {
    this.lrs.push(learn.hyper("lr"));
    this.#record!.push(learn.batchLoss);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#over = stoppingStep(await this.#record!.read(), this.maxMult) !== undefined;
    } catch { // the next read in the foreground reports it
    } finally {
      this.#looking = false;
    }
  }

  /** Notes that the fit went through all its epochs. */
  override afterFit(_learn: LearnerCore): void {
    this.#complete = true;
  }

  /** Reads the losses. */
  override async collect(_learn: LearnerCore): Promise<void> {
    await (this.#collected ??= this.#record?.read());
  }

  /** Takes the losses, and ends both lists with the step that ended the search. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    await this.collect(learn);
    const losses = await this.#collected ?? [];
    const last = stoppingStep(losses, this.maxMult);
    this.losses = losses.slice(0, (last ?? losses.length) + 1);
    this.lrs = this.lrs.slice(0, this.losses.length);
    if (last !== undefined) this.ended = Number.isFinite(losses[last]) ? "loss" : "not finite";
    else if (losses.length >= this.maxIter) this.ended = "range";
    else this.ended = this.#complete ? "epochs" : "cancelled";
  }
}

/**
 * The first step whose loss is not finite, or which is the second within five whose loss is too high: further above the least loss before it
 * than `maxMult` times what the highest of the first ten losses is. One high loss may be noise: a bad batch.
 */
export function stoppingStep(losses: readonly number[], maxMult: number): number | undefined {
  let least = Infinity, top = -Infinity, high = -Infinity;
  for (const [i, loss] of losses.entries()) {
    if (!Number.isFinite(loss)) return i;
    if (i < BEGINNING) top = Math.max(top, loss);
    else if (loss - least > maxMult * (top - least)) {
      if (i - high < NEAR) return i;
      high = i;
    }
    least = Math.min(least, loss);
  }
  return undefined;
}
