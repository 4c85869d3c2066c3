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
 * @throws {ShapeError} if the sizes do not fit
 *
 * @example
 * ```ts
 * import { conv2d, randn } from "./mod.ts";
 * console.log(conv2d(randn([16, 1, 28, 28]), randn([8, 1, 5, 5]), { stride: 2, padding: 2 }).shape); // [ 16, 8, 14, 14 ]
 * ```
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

/**
 * Averages over windows of `kernelSize`: [n, c, h, w] → [n, c, oh, ow].
 *
 * @param options see {@linkcode AvgPoolOptions}
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { avgPool2d, tensor } from "./mod.ts";
 * console.log(await avgPool2d(tensor([[[[1, 2], [3, 6]]]]), 2).item()); // 3
 * ```
 */
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

/**
 * Averages to a fixed output size, whatever the input's: bin i covers ⌊i·h/oh⌋ to ⌈(i+1)·h/oh⌉.
 *
 * @param x [n, c, h, w], float32
 * @param outputSize height and width of the result; a number for both
 * @returns [n, c, oh, ow]
 * @throws {ShapeError} unless x has four axes and the sizes are whole numbers from 1
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool2d, randn } from "./mod.ts";
 * console.log(adaptiveAvgPool2d(randn([16, 64, 7, 7]), [2, 3]).shape); // [ 16, 64, 2, 3 ]
 * ```
 */
export function adaptiveAvgPool2d(x: TensorHandle, outputSize: Pair): Tensor {
  expectImages("adaptiveAvgPool2d", x);
  const [oh, ow] = pair("output size", outputSize, 1);
  return new Tensor(build.avgPool2d(x.node(), [0], [x.shape[0]!, x.shape[1]!, oh, ow]));
}

/**
 * Cross-entropy of each row: logsumexp(logits[r]) − logits[r, labels[r]]. [n, classes], int32 [n] → [n]. A bad label shows at the next read.
 *
 * @throws {ShapeError} if the shapes do not fit; {@linkcode TypeError} for labels that are not int32
 *
 * @example
 * ```ts
 * import { crossEntropyRows, tensor } from "./mod.ts";
 * const losses = crossEntropyRows(tensor([[0, 0], [1000, 0]]), tensor([1, 0], { dtype: "int32" }));
 * console.log(await losses.array()); // about [ 0.693, 0 ]
 * ```
 */
export function crossEntropyRows(logits: TensorHandle, labels: TensorHandle): Tensor {
  return new Tensor(build.crossEntropy(logits.node(), labels.node()));
}

/**
 * Rows `index` of a byte tensor [n, …] as float32: byte · scale + shift. A batch out of a data set that stays on the device as bytes.
 *
 * @param bytes [n, …], uint8
 * @param index rows, int32 [b]; one out of range is found on the device, and thrown at the next read
 * @param options `scale` (default 1) and `shift` (default 0)
 * @returns float32 [b, …]
 * @throws {ShapeError} if the axes do not fit
 *
 * @example
 * ```ts
 * import { takeBytes, tensor } from "./mod.ts";
 * const bytes = tensor(new Uint8Array([0, 51, 102, 255]), { shape: [2, 2] });
 * console.log(await takeBytes(bytes, tensor([1], { dtype: "int32" }), { scale: 1 / 255 }).array()); // about [ [ 0.4, 1 ] ]
 * ```
 */
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
 * @throws {RangeError} if there is no bin, or `min` is not below `max`
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
