/** What a Learner is made of and set up by. */
import type { Batch } from "../data/dataset.ts";
import type { Device } from "../device/device.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Callback } from "./callback.ts";

/** Batches for one epoch, again and again: a `DataLoader`, or anything iterable, such as an array of batches. */
export type Batches = (AsyncIterable<Batch> | Iterable<Batch>) & { readonly length?: number };

/** What a Learner learns from: batches to train on and, if there are any, batches to validate on. */
export interface Loaders {
  /** Only a fit with `{ train: false }` does without. */
  readonly train?: Batches;
  /** A fit validates after each epoch if they are there, unless told otherwise. */
  readonly valid?: Batches;
  /** Moves the data to a device; awaited by `learn.to()`, and so by DeviceCB. */
  to?(device: Device): Promise<unknown>;
}

/** Computes a 0-d loss from predictions and what else the batch holds. */
// deno-lint-ignore no-explicit-any -- a loss may take options after the targets, as crossEntropy does
export type LossFunction = (preds: Tensor, ...targets: any[]) => Tensor;

/** What an optimiser is made with. `momentum` is absent unless it was asked for. */
export interface OptimizerSettings {
  /** Learning rate at the beginning of the fit. */
  lr: number;
  /** As the optimiser means it, which has a default of its own. */
  momentum?: number;
}

/** Makes an optimiser: a class such as `SGD`, or a function. */
export type OptimizerFunction =
  | (new (params: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer)
  | ((params: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer);

/** Settings of a {@linkcode Learner}. */
export interface LearnerOptions {
  /** Learning rate. Default: 0.1. */
  lr?: number;
  /** Momentum for the optimiser. Default: none. */
  momentum?: number;
  /** The optimiser. Default: `SGD`. */
  optFunc?: OptimizerFunction;
  /** Callbacks, for every fit. */
  cbs?: Iterable<Callback>;
}

/** Settings of one fit. */
export interface FitOptions {
  /** Train. Default: true. */
  train?: boolean;
  /** Validate after each epoch's training. Default: true if there are validation batches. */
  valid?: boolean;
  /** Learning rate of this fit. Default: the Learner's. */
  lr?: number;
  /** Callbacks for this fit only. */
  cbs?: Iterable<Callback>;
}
