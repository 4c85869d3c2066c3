/** The average pooling layers. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { avgPool1d, type AvgPool1dOptions, avgPool2d, type AvgPool2dOptions } from "../tensor/pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, type Pair, pair } from "./check.ts";
import { Module } from "./module.ts";
import { pyBool, pyPair } from "./repr.ts";

const OPTIONS_1D = optionNames<AvgPool1dOptions>({ stride: 1, padding: 1, ceilMode: 1, countIncludePad: 1 });
const OPTIONS = optionNames<AvgPool2dOptions>({
  ...{ stride: 1, padding: 1, ceilMode: 1, countIncludePad: 1, divisorOverride: 1 },
});

/**
 * Averages each channel over windows of `kernelSize`; padded zeros count, as in PyTorch's default.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AvgPool1d(2).call(randn([16, 8, 14])).shape); // [ 16, 8, 7 ]
 * ```
 */
export class AvgPool1d extends Module {
  /** Step between windows. */
  readonly stride: number;
  /** Zeros added on each side. */
  readonly padding: number;
  /** Whether a last window may reach beyond the padding. */
  readonly ceilMode: boolean;
  /** Whether padding counts in the divisor. */
  readonly countIncludePad: boolean;

  /**
   * As {@linkcode F.avgPool1d} does.
   *
   * @param kernelSize length of the window
   * @param options see {@linkcode AvgPool1dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly kernelSize: number, options: AvgPool1dOptions = {}) {
    super();
    checkOptions("AvgPool1d", options, OPTIONS_1D);
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    checkCount("AvgPool1d", "kernelSize", kernelSize);
    checkCount("AvgPool1d", "stride", this.stride);
    checkCount("AvgPool1d", "padding", this.padding, 0);
  }

  /** x [n, c, l] → [n, c, l′], or without the first axis */
  forward(x: Tensor): Tensor {
    const { stride, padding, ceilMode, countIncludePad } = this;
    return avgPool1d(x, this.kernelSize, { stride, padding, ceilMode, countIncludePad });
  }

  /** Its settings as PyTorch prints them: `kernel_size=(2,), stride=(2,), padding=(0,)`. */
  override extraRepr(): string {
    return `kernel_size=(${this.kernelSize},), stride=(${this.stride},), padding=(${this.padding},)`;
  }
}

/**
 * Averages each channel over windows of `kernelSize`; padded zeros count, as in PyTorch's default.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AvgPool2d(2).call(randn([16, 8, 14, 14])).shape); // [ 16, 8, 7, 7 ]
 * ```
 */
export class AvgPool2d extends Module {
  /** Step between windows. */
  readonly stride: Pair;
  /** Zeros added on each side. */
  readonly padding: Pair;
  /** Whether a last window may reach beyond the padded image. */
  readonly ceilMode: boolean;
  /** Whether padding counts in the divisor. */
  readonly countIncludePad: boolean;
  /** What sums are divided by; undefined for the size of each window. */
  readonly divisorOverride: number | undefined;

  /**
   * Sizes are numbers, or [vertical, horizontal].
   *
   * @param kernelSize height and width of the window
   * @param options see {@linkcode AvgPool2dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    checkOptions("AvgPool2d", options, OPTIONS);
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride;
    pair("AvgPool2d", "kernelSize", kernelSize, 1);
    pair("AvgPool2d", "stride", this.stride, 1);
    pair("AvgPool2d", "padding", this.padding, 0);
  }

  /** x [n, c, h, w] → [n, c, h′, w′] with h′ = ⌊(h + 2·padding − kernel) / stride⌋ + 1, or rounded up; or without the first axis */
  forward(x: Tensor): Tensor {
    const { stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    const divisor = divisorOverride === undefined ? {} : { divisorOverride };
    return avgPool2d(x, this.kernelSize, { stride, padding, ceilMode, countIncludePad, ...divisor });
  }

  /** Its settings as PyTorch prints them: `kernel_size=2, stride=2, padding=0`; and those that PyTorch leaves out where they are not usual. */
  override extraRepr(): string {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return `kernel_size=${pyPair(kernelSize)}, stride=${pyPair(stride)}, padding=${pyPair(padding)}` +
      (ceilMode ? `, ceil_mode=${pyBool(true)}` : "") +
      (countIncludePad ? "" : `, count_include_pad=${pyBool(false)}`) +
      (divisorOverride === undefined ? "" : `, divisor_override=${divisorOverride}`);
  }
}
