/** Max pooling. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type MaxPooling, maxPooling } from "../device/steps/max_pool.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Shape } from "../graph/shape.ts";
import { maxPool2d as maxPoolNode, maxPool2dIndices } from "../ops/max_pool.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { alongRow, checkWindows, type Images, imagesOf, type Pair, pair } from "./windows.ts";

/** Options of {@linkcode maxPool1d}. */
export interface MaxPool1dOptions {
  /** Step between windows. Default: the kernel's size. */
  stride?: number;
  /** Padding on each side that is never chosen, at most half the kernel's size. Default: 0. */
  padding?: number;
  /** Elements from one of a window to the next. Default: 1. */
  dilation?: number;
  /** Whether a last window that begins inside may reach beyond the padding. Default: false. */
  ceilMode?: boolean;
}

/** Options of {@linkcode maxPool2d}. */
export interface MaxPoolOptions {
  /** Step between windows. Default: the kernel's size. */
  stride?: Pair;
  /** Padding on each side that is never chosen, at most half the kernel's size. Default: 0. */
  padding?: Pair;
  /** Pixels from one element of a window to the next. Default: 1. */
  dilation?: Pair;
  /** Whether a last window that begins inside the image may reach beyond it. Default: false. */
  ceilMode?: boolean;
}

/** Asks a max pool for a pair: the largest elements, and where they were (PyTorch's `return_indices`). */
export interface WithIndices {
  /** The places are int32, y·w + x in the image of the channel. */
  indices: true;
}

/** What is chosen, and where it was. */
export type Chosen = [values: Tensor, indices: Tensor];

const OPTIONS_1D = optionNames<MaxPool1dOptions & { indices?: boolean }>({
  ...{ stride: 1, padding: 1, dilation: 1, ceilMode: 1, indices: 1 },
});
const OPTIONS = optionNames<MaxPoolOptions & { indices?: boolean }>({
  ...{ stride: 1, padding: 1, dilation: 1, ceilMode: 1, indices: 1 },
});

/** Throws if a window lies in the padding with all its elements, which a dilation makes possible. */
function expectPixels(what: string, images: Images, pooling: MaxPooling, windows: Shape): void {
  const { node: { shape: image }, given, show } = images;
  for (const axis of [0, 1] as const) {
    const [kernel, stride] = [pooling.kernelSize[axis], pooling.stride[axis]];
    const [padding, dilation] = [pooling.padding[axis], pooling.dilation[axis]];
    for (let i = 0; dilation > 1 && i < windows[2 + axis]!; i++) {
      const start = i * stride - padding, skipped = start < 0 ? Math.ceil(-start / dilation) : 0;
      if (skipped < kernel && start + skipped * dilation < image[2 + axis]!) continue;
      throw new ShapeError(
        `Cannot ${what} ${showShape(given)} with dilation ${show(pooling.dilation)} and padding ${
          show(pooling.padding)
        }: window ${i} of axis ${given.length - 2 + axis} covers nothing but padding`,
      );
    }
  }
}

function pooled(
  what: string,
  x: TensorHandle,
  axes: 1 | 2,
  kernelSize: Pair,
  options: MaxPoolOptions & { indices?: boolean },
): Tensor | Chosen {
  const images = imagesOf(what, x, axes), { node, restore } = images;
  const { shape, ceilMode: _, ...windows } = checkWindows(what, images, {
    kernelSize: pair("kernel size", kernelSize, 1),
    stride: pair("stride", options.stride ?? kernelSize, 1),
    padding: pair("padding", options.padding ?? 0, 0),
    dilation: pair("dilation", options.dilation ?? 1, 1),
    ceilMode: options.ceilMode ?? false,
  });
  const pooling = maxPooling(windows);
  expectPixels(what, images, pooling, shape);
  const values = restore(maxPoolNode(node, pooling, shape));
  return options.indices ? [values, restore(maxPool2dIndices(node, pooling, shape))] : values;
}

/**
 * The largest element of each window: [n, c, l] → [n, c, l′], or without the first axis, with
 * l′ = ⌊(l + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, rounded up instead with `ceilMode` (PyTorch).
 *
 * A NaN in a window makes its result NaN. The gradient of a window goes to its largest element, of equal ones to the first.
 *
 * @param x signals, float32
 * @param kernelSize length of a window
 * @param options see {@linkcode MaxPool1dOptions}; with `indices: true` the result is a pair, with the places of the elements, int32
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { maxPool1d, tensor } from "./mod.ts";
 * const [values, indices] = maxPool1d(tensor([[1, 4, 3, 2]]), 2, { indices: true });
 * console.log(await values.array(), await indices.array()); // [ [ 4, 3 ] ] [ [ 1, 2 ] ]
 * ```
 */
export function maxPool1d(x: TensorHandle, kernelSize: number, options?: MaxPool1dOptions): Tensor;
/** The same, and the place of each element. */
export function maxPool1d(x: TensorHandle, kernelSize: number, options: MaxPool1dOptions & WithIndices): Chosen;
/** Either. */
export function maxPool1d(
  x: TensorHandle,
  kernelSize: number,
  options: MaxPool1dOptions & { indices?: boolean } = {},
): Tensor | Chosen {
  checkOptions("maxPool1d", options, OPTIONS_1D);
  const { stride = kernelSize, padding = 0, dilation = 1, ...rest } = options;
  return pooled("maxPool1d", x, 1, alongRow("kernel size", kernelSize, 1), {
    stride: alongRow("stride", stride, 1),
    padding: alongRow("padding", padding, 0),
    dilation: alongRow("dilation", dilation, 1),
    ...rest,
  });
}

/**
 * The largest element of each window: [n, c, h, w] → [n, c, h′, w′], or without the first axis, with
 * h′ = ⌊(h + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, rounded up instead with `ceilMode` (PyTorch).
 *
 * A NaN in a window makes its result NaN. The gradient of a window goes to its largest element, of equal ones to the first.
 *
 * @param x images, float32
 * @param kernelSize height and width of a window
 * @param options see {@linkcode MaxPoolOptions}; with `indices: true` the result is a pair, with the places y·w + x of the elements, int32
 * @throws {ShapeError} if a setting is no whole number or too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { maxPool2d, tensor } from "./mod.ts";
 * console.log(await maxPool2d(tensor([[[[1, 2], [4, 3]]]]), 2).item()); // 4
 * ```
 */
export function maxPool2d(x: TensorHandle, kernelSize: Pair, options?: MaxPoolOptions): Tensor;
/** The same, and the place of each element. */
export function maxPool2d(x: TensorHandle, kernelSize: Pair, options: MaxPoolOptions & WithIndices): Chosen;
/** Either. */
export function maxPool2d(
  x: TensorHandle,
  kernelSize: Pair,
  options: MaxPoolOptions & { indices?: boolean } = {},
): Tensor | Chosen {
  checkOptions("maxPool2d", options, OPTIONS);
  return pooled("maxPool2d", x, 2, kernelSize, options);
}
