/**
 * Layers and losses as functions, PyTorch's `nn.functional`.
 *
 * @module
 */
import { showShape } from "../graph/errors.ts";
import * as ops from "../tensor/ops.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Pair } from "./check.ts";

export { conv1d, type Conv1dFunctionOptions } from "./conv1d.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export { embedding, type EmbeddingFunctionOptions } from "./embedding.ts";
export { maxPool2d, type MaxPoolOptions } from "../tensor/max_pool.ts";
export { gelu, type GeluOptions, sigmoid, silu, tanh } from "./smooth.ts";
export {
  batchNorm,
  type BatchNormOptions,
  groupNorm,
  instanceNorm,
  type InstanceNormOptions,
  layerNorm,
  type NormOptions,
  type RunningNormOptions,
} from "./functional_norms.ts";

/** max(0, x). */
export function relu(x: Tensor): Tensor {
  return x.relu();
}

/** x above 0, `slope`·x below. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return x.leakyRelu(slope);
}

/** Options of {@linkcode generalRelu}. */
export interface GeneralReluOptions {
  /** Slope below zero. Default: none, a plain rectifier. */
  leak?: number | undefined;
  /** What to subtract. Default: nothing. */
  sub?: number | undefined;
  /** Upper bound. Default: none. */
  maxv?: number | undefined;
}

/** min(leaky(x) − sub, maxv): a rectifier that may leak, be moved down and be cut off. */
export function generalRelu(x: Tensor, { leak, sub, maxv }: GeneralReluOptions = {}): Tensor {
  let y = leak === undefined ? x.relu() : x.leakyRelu(leak);
  if (sub !== undefined) y = y.sub(sub);
  if (maxv !== undefined) y = y.clampMax(maxv);
  return y;
}

/** exp(x) over its sum along `dim`. */
export function softmax(x: Tensor, dim = -1): Tensor {
  return x.softmax(dim);
}

/** The logarithm of {@linkcode softmax}, computed stably: x − logsumexp(x). */
export function logSoftmax(x: Tensor, dim = -1): Tensor {
  return x.logSoftmax(dim);
}

/** x·Wᵀ + b: x [..., in], weight [out, in], bias [out] → [..., out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const y = x.matmul(weight.t());
  return bias ? y.add(bias) : y;
}

/** Options of {@linkcode conv2d}. */
export interface ConvOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /** Zeros added on each side. Default: 0. */
  padding?: Pair;
}

/** Cross-correlation: x [n, c, h, w], weight [out, c, kh, kw] → [n, out, h′, w′]. */
export function conv2d(x: Tensor, weight: Tensor, { bias, stride = 1, padding = 0 }: ConvOptions = {}): Tensor {
  const y = ops.conv2d(x, weight, { stride, padding });
  return bias ? y.add(bias.view(1, -1, 1, 1)) : y;
}

/** Mean over windows: [n, c, h, w] → [n, c, h′, w′]. `stride` is the kernel's size by default; padded zeros count. */
export function avgPool2d(
  x: Tensor,
  kernelSize: Pair,
  { stride = kernelSize, padding = 0 }: Omit<ConvOptions, "bias"> = {},
): Tensor {
  return ops.avgPool2d(x, kernelSize, { stride, padding });
}

/** Mean over a grid of `outputSize` cells: [n, c, h, w] → [n, c, outputSize…]. */
export function adaptiveAvgPool2d(x: Tensor, outputSize: Pair): Tensor {
  return ops.adaptiveAvgPool2d(x, outputSize);
}

/** How a loss combines its samples: their mean (the default), their sum, or one number each. */
export type Reduction = "mean" | "sum" | "none";

/** Options of the losses. */
export interface LossOptions {
  /** Default: "mean". */
  reduction?: Reduction;
}

function reduced(losses: Tensor, { reduction = "mean" }: LossOptions): Tensor {
  switch (reduction) {
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    case "none":
      return losses;
    default:
      throw new RangeError(`Cannot use reduction "${reduction}": it is "mean", "sum" or "none"`);
  }
}

/**
 * Cross-entropy of logits and class numbers: the mean of −logSoftmax(input)[target], fused and stable.
 *
 * @param input logits [n, classes], float32
 * @param target class numbers [n], int32, from 0 to classes − 1
 * @returns 0-d, or [n] without reduction
 * @throws {RangeError} if the shapes do not fit. A class number out of range is found on the device, and thrown at the next read.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = nn.functional.crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "int32" }));
 * console.log(await loss.item()); // 0.6931471824645996
 * ```
 */
export function crossEntropy(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkClasses("crossEntropy", input, target);
  return reduced(ops.crossEntropyRows(input, target), options);
}

/** Negative log-likelihood of log-probabilities [n, classes] and class numbers [n]: the mean of −input[target]. */
export function nllLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkClasses("nllLoss", input, target);
  return reduced(input.gather(1, target.unsqueeze(1)).squeeze(1).neg(), options);
}

/**
 * Mean squared error, the mean of (input − target)².
 *
 * @throws {RangeError} if the shapes differ: broadcasting here is nearly always a mistake, such as [n] against [n, 1]
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  if (input.ndim !== target.ndim || input.shape.some((size, i) => size !== target.shape[i])) {
    throw new RangeError(
      `Cannot compute mseLoss of ${showShape(input.shape)} and ${showShape(target.shape)}: the shapes must be equal. ` +
        `Use view or squeeze on one of them`,
    );
  }
  return reduced(input.sub(target).square(), options);
}

function checkClasses(loss: string, input: Tensor, target: Tensor): void {
  if (input.ndim !== 2 || target.ndim !== 1 || input.shape[0] !== target.shape[0]) {
    throw new RangeError(
      `Cannot compute ${loss} of ${showShape(input.shape)} and ${showShape(target.shape)}: ` +
        `it takes one row of class scores [n, classes] and one class number [n] for each sample. ` +
        (input.ndim > 2 ? "Put a Flatten at the end of the model" : "Check the shapes of predictions and labels"),
    );
  }
  if (target.dtype !== "int32") {
    throw new TypeError(
      `Cannot compute ${loss} with ${target.dtype} labels: class numbers are int32. Use target.int()`,
    );
  }
}
