/** Losses of probabilities: of two classes, and between distributions. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { where } from "../tensor/combine.ts";
import { checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkElementwise, checkSameShape, type LossOptions, reduced, type Reduction } from "./reduction.ts";
import { logOnePlusExp } from "./softplus.ts";

/** Options of {@linkcode binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** What the loss of each element is multiplied by; of a shape that broadcasts to the input's. No gradient goes to it. Default: nothing. */
  weight?: Tensor | undefined;
}

/** Options of {@linkcode binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** What the loss of positive targets is multiplied by, for each class; of a shape that broadcasts. No gradient goes to it. Default: nothing. */
  posWeight?: Tensor | undefined;
}

const BINARY = optionNames<BinaryCrossEntropyOptions>({ reduction: 1, weight: 1 });
const WITH_LOGITS = optionNames<BinaryCrossEntropyWithLogitsOptions>({ reduction: 1, weight: 1, posWeight: 1 });

/** The logarithm of `p` as far as −100, whose gradient at 0 is 0 rather than infinite. */
function boundedLog(p: Tensor): Tensor {
  const isZero = p.eq(0);
  return where(isZero, -100, where(isZero, 1, p).log()).clampMin(-100);
}

/** Losses times weights, which must not make them more: [n, 1] beside [n] would give n². */
function weighted(loss: string, losses: Tensor, weight: Tensor | undefined, name = "weight"): Tensor {
  if (weight === undefined) return losses;
  checkTensor(loss, name, weight);
  const { shape } = losses, sizes = shape.slice(Math.max(0, shape.length - weight.ndim));
  if (weight.ndim > shape.length || !weight.shape.every((size, i) => size === 1 || size === sizes[i])) {
    throw new ShapeError(
      `Cannot compute ${loss} of ${showShape(shape)} with ${name} of shape ${
        showShape(weight.shape)
      }: it must broadcast to the input. Use view or squeeze on it`,
      [shape, weight.shape],
    );
  }
  return losses.mul(weight.detach());
}

/**
 * Binary cross-entropy of probabilities: the mean of −target·log(input) − (1 − target)·log(1 − input). Logarithms end at −100, as in PyTorch.
 *
 * {@linkcode binaryCrossEntropyWithLogits} is more exact, as it takes what comes before the sigmoid.
 *
 * @param input probabilities, float32, from 0 to 1; others give NaN
 * @param target of the input's shape, from 0 to 1
 * @returns 0-d, or the input's shape without reduction
 * @throws {RangeError} if the shapes differ
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.binaryCrossEntropy(tensor([0.5, 1]), tensor([1, 1])).item()); // about 0.3466
 * ```
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  checkElementwise("binaryCrossEntropy", options, BINARY, input, target);
  const one = target.neg().add(1), losses = target.mul(boundedLog(input)).add(one.mul(boundedLog(input.neg().add(1))));
  return reduced(weighted("binaryCrossEntropy", losses.neg(), options.weight), options.reduction);
}

/**
 * Binary cross-entropy of logits, sigmoid and logarithm in one, and stable: the mean of −target·log σ(input) − (1 − target)·log σ(−input).
 *
 * @param input logits, float32
 * @param target of the input's shape, from 0 to 1
 * @returns 0-d, or the input's shape without reduction
 * @throws {RangeError} if the shapes differ
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.binaryCrossEntropyWithLogits(tensor([0, 1000]), tensor([1, 1])).item()); // about 0.3466
 * ```
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const name = "binaryCrossEntropyWithLogits";
  checkElementwise(name, options, WITH_LOGITS, input, target);
  const { weight, posWeight, reduction } = options;
  const positive = weighted(name, target.mul(logOnePlusExp(input.neg())), posWeight, "posWeight");
  const losses = positive.add(target.neg().add(1).mul(logOnePlusExp(input)));
  return reduced(weighted(name, losses, weight), reduction);
}

/** Options of {@linkcode klDiv}. */
export interface KlDivOptions {
  /** Default: "mean", over all elements; "batchmean", the sum over the first axis' size, is the divergence's mean over samples. */
  reduction?: Reduction | "batchmean";
  /** Whether the target is given as logarithms of probabilities, as the input is. Default false. */
  logTarget?: boolean;
}

const KL = optionNames<KlDivOptions>({ reduction: 1, logTarget: 1 });

/**
 * Kullback–Leibler divergence of the target from the input: target·(log(target) − input), element by element.
 *
 * @param input logarithms of probabilities, float32
 * @param target probabilities of the same shape; with `logTarget` their logarithms
 * @returns 0-d, or the input's shape without reduction
 * @throws {RangeError} if the shapes differ
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const input = tensor([[0.5, 0.5]]).log(), target = tensor([[1, 0]]);
 * console.log(await F.klDiv(input, target, { reduction: "batchmean" }).item()); // 0.6931471824645996
 * ```
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions("klDiv", options, KL);
  checkSameShape("klDiv", input, target);
  const { reduction = "mean", logTarget = false } = options;
  const losses = logTarget ? target.exp().mul(target.sub(input)) : plogp(target).sub(target.mul(input));
  if (reduction !== "batchmean") return reduced(losses, reduction);
  return input.ndim === 0 ? losses.sum() : losses.sum().div(input.shape[0]!);
}

/** p·log p, which is 0 at 0. */
function plogp(p: Tensor): Tensor {
  const isZero = p.eq(0);
  return where(isZero, 0, p.mul(where(isZero, 1, p).log()));
}
