/** Max pooling. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { maxPooling } from "../device/steps/max_pool.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { maxPool2d as maxPoolNode } from "../ops/max_pool.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { expectHalfPadding, expectImages, type Pair, pair } from "./windows.ts";

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

const OPTIONS = optionNames<MaxPoolOptions>({ stride: 1, padding: 1, dilation: 1, ceilMode: 1 });

/**
 * The largest element of each window: [n, c, h, w] → [n, c, h′, w′] with
 * h′ = ⌊(h + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, rounded up instead with `ceilMode`.
 *
 * A NaN in a window makes its result NaN. The gradient of a window goes to its largest element, of equal ones to the first.
 *
 * @param x images [n, c, h, w], float32
 * @param kernelSize height and width of a window
 * @param options see {@linkcode MaxPoolOptions}
 * @throws {ShapeError} if a setting is no whole number or too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { maxPool2d, tensor } from "./mod.ts";
 * console.log(await maxPool2d(tensor([[[[1, 2], [4, 3]]]]), 2).item()); // 4
 * ```
 */
export function maxPool2d(x: TensorHandle, kernelSize: Pair, options: MaxPoolOptions = {}): Tensor {
  checkOptions("maxPool2d", options, OPTIONS);
  expectImages("maxPool2d", x);
  const kernel = pair("kernel size", kernelSize, 1), stride = pair("stride", options.stride ?? kernelSize, 1);
  const padding = pair("padding", options.padding ?? 0, 0), dilation = pair("dilation", options.dilation ?? 1, 1);
  expectHalfPadding(padding, kernel);
  const out = ([0, 1] as const).map((axis) => {
    const size = x.shape[2 + axis]!,
      pad = padding[axis],
      step = stride[axis],
      reach = dilation[axis] * (kernel[axis] - 1);
    const windows = windowCount(size + 2 * pad - reach - 1, step, options.ceilMode === true, size + pad);
    if (windows < 1) {
      throw new ShapeError(
        `Cannot maxPool2d ${showShape(x.shape)}: the window ${showShape(kernel)}` +
          `${dilation.some((d) => d > 1) ? ` with dilation ${showShape(dilation)}` : ""} is larger than the image`,
      );
    }
    for (let i = 0; dilation[axis] > 1 && i < windows; i++) {
      const start = i * step - pad, skipped = start < 0 ? Math.ceil(-start / dilation[axis]) : 0;
      if (skipped < kernel[axis] && start + skipped * dilation[axis] < size) continue;
      throw new ShapeError(
        `Cannot maxPool2d ${showShape(x.shape)} with dilation ${showShape(dilation)} and padding ${
          showShape(padding)
        }: ` +
          `window ${i} of axis ${2 + axis} covers nothing but padding`,
      );
    }
    return windows;
  });
  const shape = [x.shape[0]!, x.shape[1]!, ...out];
  return new Tensor(maxPoolNode(x.node(), maxPooling({ kernelSize: kernel, stride, padding, dilation }), shape));
}

/** How many windows begin in `room`, or with `up` also one that ends outside of it but begins before `end`. */
function windowCount(room: number, stride: number, up: boolean, end: number): number {
  const down = Math.floor(room / stride) + 1, more = Math.ceil(room / stride) + 1;
  return up && (more - 1) * stride < end ? more : down;
}
