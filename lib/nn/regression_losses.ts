/** Losses of differences: squared, absolute, and between the two. */
import { optionNames } from "../device/check_options.ts";
import { where } from "../tensor/combine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkElementwise, type LossOptions, numberOption, reduced, REDUCTION } from "./reduction.ts";

/**
 * Mean squared error, the mean of (input − target)².
 *
 * @throws {RangeError} if the shapes differ: broadcasting here is nearly always a mistake, such as [n] against [n, 1]
 * @returns 0-d, or the inputs' shape without reduction
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.mseLoss(tensor([1, 2]), tensor([1, 4])).item()); // 2
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkElementwise("mseLoss", options, REDUCTION, input, target);
  return reduced(input.sub(target).square(), options.reduction);
}

/**
 * Mean absolute error, the mean of |input − target|.
 *
 * @throws {RangeError} if the shapes differ
 * @returns 0-d, or the inputs' shape without reduction
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.l1Loss(tensor([1, 2]), tensor([1, 4])).item()); // 1
 * ```
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkElementwise("l1Loss", options, REDUCTION, input, target);
  return reduced(input.sub(target).abs(), options.reduction);
}

/** Differences as far as a parabola goes, 0 beyond: the gradient that it gets there is 0, which times an infinite difference would be NaN. */
function upTo(bound: number, off: Tensor, size: Tensor): Tensor {
  return where(size.gt(bound), 0, off);
}

/** Options of {@linkcode smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Below this difference the loss is a parabola. Default 1; of 0 it is {@linkcode l1Loss}. */
  beta?: number;
}

const SMOOTH = optionNames<SmoothL1LossOptions>({ reduction: 1, beta: 1 });

/**
 * Smooth L1 loss (https://arxiv.org/abs/1504.08083): d²/(2·beta) where the difference d is below beta, |d| − beta/2 elsewhere.
 *
 * @throws {RangeError} if the shapes differ, or beta is negative
 * @returns 0-d, or the inputs' shape without reduction
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.smoothL1Loss(tensor([1, 2]), tensor([2, 4]), { reduction: "none" }).array()); // [ 0.5, 1.5 ]
 * ```
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  checkElementwise("smoothL1Loss", options, SMOOTH, input, target);
  const beta = numberOption("smoothL1Loss", "beta", options.beta ?? 1, 0, true);
  const off = input.sub(target), size = off.abs();
  if (beta === 0) return reduced(size, options.reduction);
  const near = upTo(beta, off, size).square().mul(0.5 / beta);
  return reduced(near.where(size.lt(beta), size.sub(beta / 2)), options.reduction);
}

/** Options of {@linkcode huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** Up to this difference the loss is a parabola. Default 1. */
  delta?: number;
}

const HUBER = optionNames<HuberLossOptions>({ reduction: 1, delta: 1 });

/**
 * Huber's loss (https://doi.org/10.1214/aoms/1177703732): d²/2 up to the difference delta, delta·(|d| − delta/2) beyond.
 *
 * @throws {RangeError} if the shapes differ, or delta is not above 0
 * @returns 0-d, or the inputs' shape without reduction
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.huberLoss(tensor([1, 2]), tensor([2, 5]), { delta: 2, reduction: "none" }).array()); // [ 0.5, 4 ]
 * ```
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  checkElementwise("huberLoss", options, HUBER, input, target);
  const delta = numberOption("huberLoss", "delta", options.delta ?? 1, 0, false);
  const off = input.sub(target), size = off.abs();
  const near = upTo(delta, off, size).square().mul(0.5);
  // The line beyond delta would be infinite, and the gradient 0 that it gets times that NaN.
  if (delta === Infinity) return reduced(near, options.reduction);
  return reduced(near.where(size.lt(delta), size.sub(delta / 2).mul(delta)), options.reduction);
}
