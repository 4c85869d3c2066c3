/** The base of callbacks: the events of a fit, and the verbs that a callback may take over. */
import type { Tensor } from "../tensor/tensor.ts";
import type { LearnerState } from "./state.ts";

/** The events of a fit. A cleanup always runs, however its phase ended. */
export const EVENTS = [
  "beforeFit",
  "beforeEpoch",
  "beforeBatch",
  "afterPredict",
  "afterLoss",
  "afterBackward",
  "afterStep",
  "afterBatch",
  "cleanupBatch",
  "afterEpoch",
  "cleanupEpoch",
  "afterFit",
  "cleanupFit",
] as const;

/** The name of an event. */
export type EventName = typeof EVENTS[number];

/** A value that JSON has; numbers may be NaN and infinite too. */
export type Plain = null | boolean | number | string | readonly Plain[] | {
  readonly [name: string]: Plain | undefined;
};

/** What a callback remembers, for a checkpoint. */
export interface CallbackState {
  /** Anything that is no tensor; null for nothing. */
  readonly values: Plain;
  /** Tensors by name. */
  readonly tensors?: Readonly<Record<string, Tensor>>;
}

/** What an event's method returns: a Promise is awaited before the next callback runs. */
export type Handled = void | Promise<void>;

/**
 * A callback: override the events it is about. Each event gets the Learner, and may change it.
 *
 * "Epoch" events come twice an epoch, around training and around validation; `learn.training` tells which. In validation the
 * synchronous part of an event runs without gradients.
 *
 * Callbacks run by ascending `order`, and in the order in which they were given where it is equal; state it relative to another
 * callback's. Throwing one of the Cancel exceptions ends the fit, the epoch or the batch.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * class StopAfter extends learner.Callback {
 *   static override order = learner.MetricsCB.order + 1;
 *   constructor(readonly batches: number) {
 *     super();
 *   }
 *   override afterBatch(learn: learner.Learner): void {
 *     if (learn.iter + 1 >= this.batches) throw new learner.CancelFitException();
 *   }
 * }
 * console.log(new StopAfter(10).order);
 * ```
 */
export abstract class Callback {
  /** The class's place among other callbacks; smaller runs earlier. Default: 0. */
  static order = 0;
  /**
   * Whether what it remembers is of use beyond a fit, as measured figures of the data are: then a checkpoint has it also after the end of a fit, and
   * `learn.load()` takes it over at once. Default: false.
   */
  static lasting = false;
  /** This callback's place. Default: that of its class. */
  order: number = (this.constructor as typeof Callback).order;

  /**
   * Whether it keeps something of the fit that is going on: two fits at once cannot share it then, and the second is refused. Default: whether it has a
   * {@linkcode Callback.saveState}, unless what it remembers is `lasting`.
   */
  get ofOneFit(): boolean {
    const { lasting } = this.constructor as typeof Callback;
    return !lasting && this.saveState !== Callback.prototype.saveState;
  }

  /** Its name in error messages: that of its class. */
  get name(): string {
    return this.constructor.name;
  }

  /**
   * What the callback remembers of the fit so far, for a checkpoint; undefined for nothing, which is the default. It is asked between batches.
   */
  saveState(_learn: LearnerState): CallbackState | undefined | Promise<CallbackState | undefined> {
    return undefined;
  }

  /** Goes on from what {@linkcode Callback.saveState} gave; called after `beforeFit` and `beforeEpoch` of the fit that goes on. */
  loadState(_state: CallbackState, _learn: LearnerState): void {}

  /**
   * Begins to read what it has recorded on the device: once at the end of a fit, however it ended, before `afterFit` and `cleanupFit`. What all
   * callbacks ask for at once shares one read-back. An error here is not told: await the same promise again in `cleanupFit`.
   */
  collect(_learn: LearnerState): Handled {}

  /** Before the first epoch; the optimiser is there. */
  beforeFit(_learn: LearnerState): Handled {}
  /** After the last epoch, unless the fit was cancelled. */
  afterFit(_learn: LearnerState): Handled {}
  /** At the end of a fit, however it ended. */
  cleanupFit(_learn: LearnerState): Handled {}
  /** Before the first batch of training, and of validation. */
  beforeEpoch(_learn: LearnerState): Handled {}
  /** After the last batch of training, and of validation. */
  afterEpoch(_learn: LearnerState): Handled {}
  /** At the end of training, and of validation, however it ended. */
  cleanupEpoch(_learn: LearnerState): Handled {}
  /** `learn.batch` is there, and may be replaced. */
  beforeBatch(_learn: LearnerState): Handled {}
  /** `learn.preds` is there. */
  afterPredict(_learn: LearnerState): Handled {}
  /** `learn.batchLoss` is there. */
  afterLoss(_learn: LearnerState): Handled {}
  /** Training only: the gradients are there. */
  afterBackward(_learn: LearnerState): Handled {}
  /** Training only: the parameters are updated. */
  afterStep(_learn: LearnerState): Handled {}
  /** At the end of a batch; the step is recorded, and starts after this. */
  afterBatch(_learn: LearnerState): Handled {}
  /** At the end of a batch, however it ended. */
  cleanupBatch(_learn: LearnerState): Handled {}
}

/** The verbs, which a callback takes over from the Learner by having a method of that name. The last such callback wins. */
export interface Verbs {
  /** Sets `learn.preds`. */
  predict?(learn: LearnerState): void;
  /** Sets `learn.batchLoss`. */
  getLoss?(learn: LearnerState): void;
  /** Computes the gradients. */
  backward?(learn: LearnerState): void;
  /** Updates the parameters. */
  step?(learn: LearnerState): void;
  /** Forgets the gradients. */
  zeroGrad?(learn: LearnerState): void;
}

/** The name of a verb. */
export type Verb = keyof Verbs;
