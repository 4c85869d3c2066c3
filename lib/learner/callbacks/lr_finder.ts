/** Searches for a learning rate: raises it at each batch until the loss rises too. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { Callback } from "../callback.ts";
import { DeviceRecord } from "../device_record.ts";
import { CancelEpochException, CancelFitException } from "../exceptions.ts";
import type { LearnerCore } from "../core.ts";
import { ParamScheduler } from "./param_scheduler.ts";

/** How a search for a rate goes. Any of `minLr`, `maxLr` and `maxIter` chooses the second form. */
export interface LRFinderOptions {
  /** First form: the factor from one batch's rate to the next. Default: 1.3. */
  gamma?: number;
  /** First form: the rate of the first batch. Default: 1e-5. */
  startLr?: number;
  /** Second form: the rate of the first batch. Default: 1e-6. */
  minLr?: number;
  /** Second form: the rate of the last batch. Default: 10. */
  maxLr?: number;
  /** Second form: how many batches it takes. Default: 100. */
  maxIter?: number;
  /** The search stops at a loss above this multiple of the least one. Default: 3, in the second form 10. */
  maxMult?: number;
  /** Maximum number of epochs. Default: 10. */
  maxEpochs?: number;
}

/** Batches between two reads of the losses. */
const LOOK = 8;

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
 * Raises the rate from batch to batch, and ends the fit when the loss is NaN or infinite, or `maxMult` times the least before it.
 *
 * In the first form the rate is startLr · gammaⁱ, without end (miniai's finder). In the second it goes from minLr to maxLr in maxIter
 * equal factors. Losses stay on the device and are read in the background, every few batches; steps beyond the one that ends the search
 * do not show in `lrs` and `losses`. Only training batches count.
 *
 * `learn.lrFind()` runs it and puts everything back; in a fit of its own it leaves the model as the search left it.
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
  /** Batches after which the search ends; infinite in the first form. */
  readonly maxIter: number;
  /** The multiple of the least loss above which the search ends; 3, in the second form 10, unless given. */
  readonly maxMult: number;
  /** For how many epochs `learn.lrFind()` fits at most; a fit of its own has the number it is given. */
  readonly maxEpochs: number;
  /** The rates tried, up to and with the one that ended the search. */
  lrs: number[] = [];
  /** The loss at each rate. */
  losses: number[] = [];

  #record: DeviceRecord | undefined;
  #looking = false;
  #over = false;

  /** Without options the first form: rates of 1e-5 · 1.3ⁱ, up to 3 times the least loss. */
  constructor(options: LRFinderOptions = {}) {
    super();
    checkOptions("LRFinderCB", options, LR_FINDER);
    const { gamma, startLr, minLr, maxLr, maxIter, maxEpochs = 10 } = options;
    const ranged = minLr !== undefined || maxLr !== undefined || maxIter !== undefined;
    if (ranged && (gamma !== undefined || startLr !== undefined)) {
      throw new RangeError(
        "Cannot search in both forms: give gamma and startLr, or minLr, maxLr and maxIter",
      );
    }
    this.maxIter = ranged ? maxIter ?? 100 : Infinity;
    this.maxMult = options.maxMult ?? (ranged ? 10 : 3);
    this.maxEpochs = maxEpochs;
    const first = ranged ? minLr ?? 1e-6 : startLr ?? 1e-5;
    const factor = ranged ? ((maxLr ?? 10) / first) ** (1 / (this.maxIter - 1)) : gamma ?? 1.3;
    this.rate = (i) => first * factor ** i;
    this.#check(first, factor);
  }

  #check(first: number, factor: number): void {
    if (!(first > 0 && first < Infinity)) {
      throw new RangeError(`Cannot search from a rate of ${first}: it must be above 0`);
    }
    if (this.maxIter !== Infinity && !(Number.isInteger(this.maxIter) && this.maxIter > 1)) {
      throw new RangeError(`Cannot search in ${this.maxIter} batches: maxIter must be a whole number of at least 2`);
    }
    if (!(factor > 1 && factor < Infinity)) {
      throw new RangeError(`Cannot search with a factor of ${factor}: rates must grow, from ${first} on`);
    }
    if (!(this.maxMult > 1)) {
      throw new RangeError(`Cannot stop at ${this.maxMult} times the least loss: maxMult must be above 1`);
    }
  }

  /** Starts a new record on the model's device. */
  override beforeFit(learn: LearnerCore): void {
    this.#record = new DeviceRecord(learn.model.device);
    this.lrs = [];
    this.losses = [];
    this.#over = false;
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

  /** Reads the losses, and ends both lists with the step that ended the search. */
  override async cleanupFit(_learn: LearnerCore): Promise<void> {
    const losses = await this.#record?.read() ?? [];
    const steps = (stoppingStep(losses, this.maxMult) ?? losses.length) + 1;
    this.losses = losses.slice(0, steps);
    this.lrs = this.lrs.slice(0, steps);
  }
}

/** The first step whose loss is not finite, or above `maxMult` times the least loss before it. */
export function stoppingStep(losses: readonly number[], maxMult: number): number | undefined {
  let least = Infinity;
  for (const [i, loss] of losses.entries()) {
    if (!Number.isFinite(loss) || loss > maxMult * least) return i;
    least = Math.min(least, loss);
  }
  return undefined;
}
