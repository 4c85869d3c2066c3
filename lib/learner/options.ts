/** Options of a Learner, and of one fit. */
import { optionNames } from "../device/check_options.ts";
import type { Callback } from "./callback.ts";
import type { OptimizerFunction } from "./parts.ts";

/** Options of a {@linkcode Learner}. */
export interface LearnerOptions {
  /** Learning rate. Default: 0.1. */
  lr?: number;
  /** Momentum for the optimiser. Default: none. */
  momentum?: number;
  /** The optimiser. Default: `SGD`. */
  optFunc?: OptimizerFunction;
  /** Callbacks for every fit. */
  cbs?: Iterable<Callback>;
}

/** Options of one fit. */
export interface FitOptions {
  /** Train. Default: true. */
  train?: boolean;
  /** Validate after each epoch's training. Default: true if there are validation batches. */
  valid?: boolean;
  /** Learning rate of this fit. Default: the Learner's. */
  lr?: number;
  /**
   * Go on with what the last fit's optimiser remembers, such as Adam's moments. Its settings (rate, momentum) are those of any fit. Default: false,
   * the optimiser starts anew.
   */
  resume?: boolean;
  /** Callbacks for this fit only. */
  cbs?: Iterable<Callback>;
}

/** Names of the options of a Learner. */
export const LEARNER = optionNames<LearnerOptions>({ lr: 1, momentum: 1, optFunc: 1, cbs: 1 });
/** Names of the options of a fit. */
export const FIT = optionNames<FitOptions>({ train: 1, valid: 1, lr: 1, cbs: 1, resume: 1 });
