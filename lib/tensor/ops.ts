/** Operations with kernels of their own, as functions of tensors. */
import { build } from "../graph/build.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { sizeOf } from "../graph/shape.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { expectHalfPadding, expectImages, type Pair, pair } from "./windows.ts";

export type { Pair } from "./windows.ts";

/**
 * 2-D cross-correlation of `x` [n, in, h, w] with `weights` [out, in, kh, kw], without bias.
 *
 * @param options `stride` (default 1) and zero `padding` (default 0), each a number or [vertical, horizontal]
 * @returns [n, out, ⌊(h + 2·padding − kh)/stride⌋ + 1, …]
 */
export function conv2d(
  x: TensorHandle,
  weights: TensorHandle,
  options: { stride?: Pair; padding?: Pair } = {},
): Tensor {
  const geometry = [...pair("stride", options.stride ?? 1, 1), ...pair("padding", options.padding ?? 0, 0)];
  return new Tensor(build.conv2d(x.node(), weights.node(), geometry));
}

/** Options of {@linkcode avgPool2d}. */
export interface AvgPoolOptions {
  /** Default: the kernel size. */
  stride?: Pair;
  /** Zero padding, at most half the kernel size. Default 0. */
  padding?: Pair;
  /** Whether padding counts in the divisor. Default true (PyTorch). */
  countIncludePad?: boolean;
}

/** Averages over windows of `kernelSize`: [n, c, h, w] → [n, c, oh, ow]. */
export function avgPool2d(x: TensorHandle, kernelSize: Pair, options: AvgPoolOptions = {}): Tensor {
  expectImages("avgPool2d", x);
  const kernel = pair("kernel size", kernelSize, 1), stride = pair("stride", options.stride ?? kernelSize, 1);
  const padding = pair("padding", options.padding ?? 0, 0);
  expectHalfPadding(padding, kernel);
  const out = (i: 0 | 1) => Math.floor((x.shape[2 + i]! + 2 * padding[i]! - kernel[i]!) / stride[i]!) + 1;
  if (out(0) < 1 || out(1) < 1) {
    throw new ShapeError(
      `Cannot avgPool2d ${showShape(x.shape)}: the window ${showShape(kernel)} is larger than the image`,
    );
  }
  const pooling = [1, ...kernel, ...stride, ...padding, options.countIncludePad ?? true ? 1 : 0];
  return new Tensor(build.avgPool2d(x.node(), pooling, [x.shape[0]!, x.shape[1]!, out(0), out(1)]));
}

/** Averages to a fixed output size, whatever the input's: bin i covers ⌊i·h/oh⌋ to ⌈(i+1)·h/oh⌉. */
export function adaptiveAvgPool2d(x: TensorHandle, outputSize: Pair): Tensor {
  expectImages("adaptiveAvgPool2d", x);
  const [oh, ow] = pair("output size", outputSize, 1);
  return new Tensor(build.avgPool2d(x.node(), [0], [x.shape[0]!, x.shape[1]!, oh, ow]));
}

/** Cross-entropy of each row: logsumexp(logits[r]) − logits[r, labels[r]]. [n, classes], int32 [n] → [n]. A bad label shows at the next read. */
export function crossEntropyRows(logits: TensorHandle, labels: TensorHandle): Tensor {
  return new Tensor(build.crossEntropy(logits.node(), labels.node()));
}

/** Rows `index` of a byte tensor [n, …] as float32: byte · scale + shift. A batch out of a data set that stays on the device as bytes. */
export function takeBytes(
  bytes: TensorHandle,
  index: TensorHandle,
  options: { scale?: number; shift?: number } = {},
): Tensor {
  if (bytes.ndim < 1 || index.ndim !== 1) {
    throw new ShapeError(
      `Cannot takeBytes from ${showShape(bytes.shape)} at ${showShape(index.shape)}: it takes [n, …] and [batch]`,
    );
  }
  const row = bytes.shape.slice(1);
  const flat = build.reshape(bytes.node(), [bytes.shape[0]!, sizeOf(row)]);
  const out = build.takeBytes(flat, index.node(), options.scale ?? 1, options.shift ?? 0);
  return new Tensor(build.reshape(out, [index.shape[0]!, ...row]));
}

/** Options of {@linkcode statistics}. */
export interface StatisticsOptions {
  /** Number of equal bins. Default 40. */
  bins?: number;
  /** Lower edge of the first bin. Default 0. */
  min?: number;
  /** Upper edge of the last bin, which includes it. Default 10. */
  max?: number;
  /** Count |x| rather than x. Default true. */
  absolute?: boolean;
}

/**
 * Mean, unbiased standard deviation and histogram of all elements, in one pass on the device: float32 `[mean, std, below, above, ...counts]`.
 *
 * `below` and `above` count what lies outside [min, max]. No gradient flows through. Bins are PyTorch's histc's.
 *
 * @example
 * ```ts
 * import { statistics, tensor } from "./mod.ts";
 * const s = statistics(tensor([-1, 1, 3, 30]), { bins: 2, min: 0, max: 10 });
 * console.log(await s.array()); // about [ 8.25, 14.59, 0, 1, 3, 0 ]
 * ```
 */
export function statistics(x: TensorHandle, options: StatisticsOptions = {}): Tensor {
  const { bins = 40, min = 0, max = 10, absolute = true } = options;
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new ShapeError(`Cannot count in ${bins} bins: there must be at least one`);
  }
  if (!(min < max)) throw new RangeError(`Cannot count in [${min}, ${max}]: min must be below max`);
  return new Tensor(build.statistics(x.node(), bins, min, max, absolute));
}
