/** The max pooling layers. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { maxPool1d, type MaxPool1dOptions, maxPool2d, type MaxPoolOptions } from "../tensor/max_pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, type Pair, pair } from "./check.ts";
import { Module } from "./module.ts";
import { pyBool, pyPair } from "./repr.ts";

const OPTIONS = optionNames<MaxPoolOptions>({ stride: 1, padding: 1, dilation: 1, ceilMode: 1 });

const OPTIONS_1D = optionNames<MaxPool1dOptions>({ stride: 1, padding: 1, dilation: 1, ceilMode: 1 });

/**
 * The largest element of each channel in windows of `kernelSize`; padding is never chosen.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.MaxPool1d(2).call(randn([16, 8, 14])).shape); // [ 16, 8, 7 ]
 * ```
 */
export class MaxPool1d extends Module {
  /** Step between windows. */
  readonly stride: number;
  /** Elements added on each side, which are never chosen. */
  readonly padding: number;
  /** Elements from one of a window to the next. */
  readonly dilation: number;
  /** Whether a last window may reach beyond the padding. */
  readonly ceilMode: boolean;

  /**
   * As {@linkcode F.maxPool1d} does.
   *
   * @param kernelSize length of the window
   * @param options see {@linkcode MaxPool1dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly kernelSize: number, options: MaxPool1dOptions = {}) {
    super();
    checkOptions("MaxPool1d", options, OPTIONS_1D);
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
    checkCount("MaxPool1d", "kernelSize", kernelSize);
    checkCount("MaxPool1d", "stride", this.stride);
    checkCount("MaxPool1d", "padding", this.padding, 0);
    checkCount("MaxPool1d", "dilation", this.dilation);
  }

  /** x [n, c, l] → [n, c, l′], or without the first axis */
  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, ceilMode } = this;
    return maxPool1d(x, this.kernelSize, { stride, padding, dilation, ceilMode });
  }

  /** Its settings as PyTorch prints them: `kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False`. */
  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation } = this;
    return `kernel_size=${kernelSize}, stride=${stride}, padding=${padding}, dilation=${dilation}, ` +
      `ceil_mode=${pyBool(this.ceilMode)}`;
  }
}

/**
 * The largest element of each channel in windows of `kernelSize`; padding is never chosen.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.MaxPool2d(2).call(randn([16, 8, 14, 14])).shape); // [ 16, 8, 7, 7 ]
 * ```
 */
export class MaxPool2d extends Module {
  /** Step between windows. */
  readonly stride: Pair;
  /** Pixels added on each side, which are never chosen. */
  readonly padding: Pair;
  /** Pixels from one element of a window to the next. */
  readonly dilation: Pair;
  /** Whether a last window may reach beyond the image. */
  readonly ceilMode: boolean;

  /**
   * Sizes are numbers, or [vertical, horizontal].
   *
   * @param kernelSize height and width of the window
   * @param options `stride` (default: the kernel's size), `padding` (0), `dilation` (1), `ceilMode` (false)
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly kernelSize: Pair, options: MaxPoolOptions = {}) {
    super();
    checkOptions("MaxPool2d", options, OPTIONS);
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
    pair("MaxPool2d", "kernelSize", kernelSize, 1);
    pair("MaxPool2d", "stride", this.stride, 1);
    pair("MaxPool2d", "padding", this.padding, 0);
    pair("MaxPool2d", "dilation", this.dilation, 1);
  }

  /** x [n, c, h, w] → [n, c, h′, w′], or without the first axis */
  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, ceilMode } = this;
    return maxPool2d(x, this.kernelSize, { stride, padding, dilation, ceilMode });
  }

  /** Its settings as PyTorch prints them: `kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False`. */
  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation } = this;
    return `kernel_size=${pyPair(kernelSize)}, stride=${pyPair(stride)}, padding=${pyPair(padding)}, ` +
      `dilation=${pyPair(dilation)}, ceil_mode=${pyBool(this.ceilMode)}`;
  }
}
