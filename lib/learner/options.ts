/** Options of a Learner, and of one fit. */
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
