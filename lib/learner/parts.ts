/** What a Learner is made of: batches, a loss function, an optimiser. */
import { Module } from "../nn/module.ts";
import type { Batch } from "../data/dataset.ts";
import type { Device } from "../device/device.ts";
import { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";

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

/** Computes a 0-d loss from predictions and the rest of the batch: a function, or a module such as `new nn.CrossEntropyLoss({ weight })`. */
// deno-lint-ignore no-explicit-any -- a loss may take options after the targets, as crossEntropy does
export type LossFunction = ((preds: Tensor, ...targets: any[]) => Tensor) | Module;

/** The loss of a batch's predictions. */
export function lossOf(loss: LossFunction, preds: Tensor, targets: readonly Tensor[]): Tensor {
  return loss instanceof Module ? loss.call(preds, ...targets) : loss(preds, ...targets);
}

/** What an optimiser is made with. `momentum` is absent unless it was asked for. */
export interface OptimizerSettings {
  /** Learning rate at the beginning of the fit. */
  lr: number;
  /** Momentum, as the optimiser defines it; its own default if absent. */
  momentum?: number;
}

/** Makes an optimiser: a class such as `SGD`, or a function. */
export type OptimizerFunction =
  | (new (params: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer)
  | ((params: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer);

type OptimizerClass = Extract<OptimizerFunction, abstract new (...args: never) => unknown>;

const isClass = (optFunc: OptimizerFunction): optFunc is OptimizerClass => optFunc.prototype instanceof Optimizer;

/** An optimiser of `params`, whether `optFunc` is a class or a function. @throws {TypeError} if it makes none */
export function makeOptimizer(
  optFunc: OptimizerFunction,
  params: Iterable<Tensor>,
  settings: OptimizerSettings,
): Optimizer {
  if (typeof optFunc !== "function") {
    throw new TypeError(
      `Cannot fit: the optimiser must be a class or a function that makes one, found ${typeof optFunc}`,
    );
  }
  const made = isClass(optFunc) ? new optFunc(params, settings) : optFunc(params, settings);
  if (made instanceof Optimizer) return made;
  const name = optFunc.name || "the optimiser's function";
  throw new TypeError(
    `Cannot fit: ${name} must return an Optimizer, such as new optim.Adam(params), found ${typeof made}`,
  );
}
