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

/**
 * max(0, x).
 *
 * @param x any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.relu(tensor([-1, 2])).array()); // [ 0, 2 ]
 * ```
 */
export function relu(x: Tensor): Tensor {
  return x.relu();
}

/**
 * x above 0, `slope`·x below.
 *
 * @param x any shape
 * @param slope default 0.01
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.leakyRelu(tensor([-1, 2]), 0.5).array()); // [ -0.5, 2 ]
 * ```
 */
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

/**
 * min(leaky(x) − sub, maxv): a rectifier that may leak, be moved down and be cut off.
 *
 * @param x any shape
 * @param options see {@linkcode GeneralReluOptions}; without any it is a plain rectifier
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.generalRelu(tensor([-2, 1, 9]), { leak: 0.5, sub: 1, maxv: 2 }).array()); // [ -2, 0, 2 ]
 * ```
 */
export function generalRelu(x: Tensor, { leak, sub, maxv }: GeneralReluOptions = {}): Tensor {
  let y = leak === undefined ? x.relu() : x.leakyRelu(leak);
  if (sub !== undefined) y = y.sub(sub);
  if (maxv !== undefined) y = y.clampMax(maxv);
  return y;
}

/**
 * exp(x) over its sum along `dim`.
 *
 * @param x float32 of at least one axis
 * @param dim the axis along which the result adds up to 1; default −1, the last
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.softmax(tensor([[0, 0], [1000, 0]])).array()); // [ [ 0.5, 0.5 ], [ 1, 0 ] ]
 * ```
 */
export function softmax(x: Tensor, dim = -1): Tensor {
  return x.softmax(dim);
}

/**
 * The logarithm of {@linkcode softmax}, computed stably: x − logsumexp(x).
 *
 * @param x float32 of at least one axis
 * @param dim default −1, the last
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.logSoftmax(tensor([1000, 0])).array()); // [ 0, -1000 ]
 * ```
 */
export function logSoftmax(x: Tensor, dim = -1): Tensor {
  return x.logSoftmax(dim);
}

/**
 * x·Wᵀ + b: x [..., in], weight [out, in], bias [out] → [..., out].
 *
 * @throws {ShapeError} if the sizes do not fit
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const weight = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(await F.linear(tensor([[1, 1]]), weight, tensor([0.5, 0, 0])).array()); // [ [ 3.5, 7, 11 ] ]
 * ```
 */
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

/**
 * Cross-correlation: x [n, c, h, w], weight [out, c, kh, kw] → [n, out, h′, w′].
 *
 * @param options see {@linkcode ConvOptions}
 * @returns h′ = ⌊(h + 2·padding − kh) / stride⌋ + 1, and w′ likewise
 * @throws {ShapeError} if the sizes do not fit
 *
 * @example
 * ```ts
 * import { F, ones } from "./mod.ts";
 * const y = F.conv2d(ones([1, 1, 4, 4]), ones([8, 1, 3, 3]), { padding: 1, bias: ones([8]) });
 * console.log(y.shape, await y.at(0, 0, 0).array()); // [ 1, 8, 4, 4 ] [ 5, 7, 7, 5 ]
 * ```
 */
export function conv2d(x: Tensor, weight: Tensor, { bias, stride = 1, padding = 0 }: ConvOptions = {}): Tensor {
  const y = ops.conv2d(x, weight, { stride, padding });
  return bias ? y.add(bias.view(1, -1, 1, 1)) : y;
}

/**
 * Mean over windows: [n, c, h, w] → [n, c, h′, w′]. `stride` is the kernel's size by default; padded zeros count.
 *
 * @returns h′ = ⌊(h + 2·padding − kernel) / stride⌋ + 1, and w′ likewise
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.avgPool2d(tensor([[[[1, 2], [3, 6]]]]), 2).item()); // 3
 * ```
 */
export function avgPool2d(
  x: Tensor,
  kernelSize: Pair,
  { stride = kernelSize, padding = 0 }: Omit<ConvOptions, "bias"> = {},
): Tensor {
  return ops.avgPool2d(x, kernelSize, { stride, padding });
}

/**
 * Mean over a grid of `outputSize` cells: [n, c, h, w] → [n, c, outputSize…].
 *
 * @throws {ShapeError} unless x has four axes and the sizes are whole numbers from 1
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.adaptiveAvgPool2d(tensor([[[[1, 2], [3, 6]]]]), 1).item()); // 3
 * ```
 */
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

/**
 * Negative log-likelihood of log-probabilities [n, classes] and class numbers [n]: the mean of −input[target].
 *
 * @param input log-probabilities [n, classes], such as logSoftmax gives
 * @param target class numbers [n], int32, from 0 to classes − 1
 * @returns 0-d, or [n] without reduction
 * @throws {RangeError} if the shapes do not fit. A class number out of range is found on the device, and thrown at the
 *   next read.
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const loss = F.nllLoss(tensor([[-0.1, -2.4], [-1.6, -0.2]]), tensor([0, 1], { dtype: "int32" }));
 * console.log(await loss.item()); // about 0.15
 * ```
 */
export function nllLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkClasses("nllLoss", input, target);
  return reduced(input.gather(1, target.unsqueeze(1)).squeeze(1).neg(), options);
}

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
