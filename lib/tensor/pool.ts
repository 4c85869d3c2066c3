/** Average pooling as functions of tensors. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { avgPooling } from "../device/steps/pool.ts";
import { MOST, whole } from "../device/whole.ts";
import { avgPool2d as average } from "../ops/pool.ts";
import type { TensorHandle } from "./handle.ts";
import type { Tensor } from "./tensor.ts";
import { alongRow, checkWindows, imagesOf, type Pair, pair } from "./windows.ts";

/** Options of {@linkcode avgPool1d}. */
export interface AvgPool1dOptions {
  /** Step between windows. Default: the kernel's size. */
  stride?: number;
  /** Zeros added on each side, at most half the kernel's size. Default: 0. */
  padding?: number;
  /** Whether a last window that begins inside the image, or in the padding before it, may reach beyond the padding. Default: false. */
  ceilMode?: boolean;
  /** Whether padding counts in the divisor; what is beyond the padding never does. Default: true. */
  countIncludePad?: boolean;
}

/** Options of {@linkcode avgPool2d}. */
export interface AvgPool2dOptions extends Omit<AvgPool1dOptions, "stride" | "padding"> {
  /** Step between windows. Default: the kernel's size. */
  stride?: Pair;
  /** Zeros added on each side, at most half the kernel's size. Default: 0. */
  padding?: Pair;
  /** What each sum is divided by, a whole number but 0. Default: the number of elements in its window. */
  divisorOverride?: number;
}

const OPTIONS_1D = optionNames<AvgPool1dOptions>({ stride: 1, padding: 1, ceilMode: 1, countIncludePad: 1 });
const OPTIONS = optionNames<AvgPool2dOptions>({
  stride: 1,
  padding: 1,
  ceilMode: 1,
  countIncludePad: 1,
  divisorOverride: 1,
});

/** Averages images, of which signals are those of one row, over windows. */
function pooled(what: string, x: TensorHandle, axes: 1 | 2, kernelSize: Pair, options: AvgPool2dOptions): Tensor {
  const images = imagesOf(what, x, axes);
  const { ceilMode = false, countIncludePad = true, divisorOverride } = options;
  const windows = checkWindows(what, images, {
    kernelSize: pair("kernel size", kernelSize, 1),
    stride: pair("stride", options.stride ?? kernelSize, 1),
    padding: pair("padding", options.padding ?? 0, 0),
    dilation: [1, 1],
    ceilMode,
  });
  const divisor = divisorOverride === undefined ? 0 : whole(what, "divisorOverride", divisorOverride, -MOST);
  if (divisorOverride === 0) throw new RangeError(`Cannot ${what} with divisorOverride 0: sums are divided by it`);
  const { kernelSize: kernel, stride, padding, shape } = windows;
  const pooling = avgPooling({ adaptive: false, kernelSize: kernel, stride, padding, countIncludePad, divisor });
  return images.restore(average(images.node, pooling, shape));
}

/**
 * Averages over windows of `kernelSize`: [n, c, l] → [n, c, l′], or without the first axis, with
 * l′ = ⌊(l + 2·padding − kernel) / stride⌋ + 1, rounded up instead with `ceilMode` (PyTorch).
 *
 * @param x signals, float32
 * @param kernelSize length of a window
 * @param options see {@linkcode AvgPool1dOptions}
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { avgPool1d, tensor } from "./mod.ts";
 * console.log(await avgPool1d(tensor([[1, 3, 5]]), 2, { ceilMode: true }).array()); // [ [ 2, 5 ] ]
 * ```
 */
export function avgPool1d(x: TensorHandle, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  checkOptions("avgPool1d", options, OPTIONS_1D);
  const { stride = kernelSize, padding = 0, ...rest } = options;
  return pooled("avgPool1d", x, 1, alongRow("kernel size", kernelSize, 1), {
    stride: alongRow("stride", stride, 1),
    padding: alongRow("padding", padding, 0),
    ...rest,
  });
}

/**
 * Averages over windows of `kernelSize`: [n, c, h, w] → [n, c, h′, w′], or without the first axis, with
 * h′ = ⌊(h + 2·padding − kernel) / stride⌋ + 1, rounded up instead with `ceilMode` (PyTorch).
 *
 * @param x images, float32
 * @param kernelSize height and width of a window
 * @param options see {@linkcode AvgPool2dOptions}
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { avgPool2d, tensor } from "./mod.ts";
 * console.log(await avgPool2d(tensor([[[[1, 2], [3, 6]]]]), 2).item()); // 3
 * ```
 */
export function avgPool2d(x: TensorHandle, kernelSize: Pair, options: AvgPool2dOptions = {}): Tensor {
  checkOptions("avgPool2d", options, OPTIONS);
  return pooled("avgPool2d", x, 2, kernelSize, options);
}
