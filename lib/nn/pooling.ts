/** Average pooling: functions and modules. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import * as pool from "../tensor/pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Pair, pair } from "./check.ts";
import { Module } from "./module.ts";
import { pyPair } from "./repr.ts";

/** Options of {@linkcode AvgPool2d} and {@linkcode avgPool2d}. */
export interface AvgPool2dOptions {
  /** Step between windows. Default: the kernel's size. */
  stride?: Pair;
  /** Zeros added on each side. Default: 0. */
  padding?: Pair;
}

const OPTIONS = optionNames<AvgPool2dOptions>({ stride: 1, padding: 1 });

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
  options: AvgPool2dOptions = {},
): Tensor {
  checkOptions("avgPool2d", options, OPTIONS);
  const { stride = kernelSize, padding = 0 } = options;
  return pool.avgPool2d(x, kernelSize, { stride, padding });
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
  return pool.adaptiveAvgPool2d(x, outputSize);
}

/**
 * Averages each channel over a grid of `outputSize` cells, whatever the input's size: [n, c, h, w] → [n, c, outputSize…].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AdaptiveAvgPool2d(1).call(randn([16, 64, 2, 2])).shape); // [ 16, 64, 1, 1 ]
 * ```
 */
export class AdaptiveAvgPool2d extends Module {
  /**
   * Sizes are whole numbers from 1.
   *
   * @param outputSize cells down and across
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly outputSize: Pair) {
    super();
    pair("AdaptiveAvgPool2d", "outputSize", outputSize, 1);
  }

  /** x [n, c, h, w] → [n, c, …outputSize] */
  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  /** Its settings as PyTorch prints them: `output_size=1`. */
  override extraRepr(): string {
    return `output_size=${pyPair(this.outputSize)}`;
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
    pair("AvgPool2d", "kernelSize", kernelSize, 1);
    pair("AvgPool2d", "stride", this.stride, 1);
    pair("AvgPool2d", "padding", this.padding, 0);
  }

  /** x [n, c, h, w] → [n, c, h′, w′] with h′ = ⌊(h + 2·padding − kernel) / stride⌋ + 1 */
  forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, { stride: this.stride, padding: this.padding });
  }

  /** Its settings as PyTorch prints them: `kernel_size=2, stride=2, padding=0`. */
  override extraRepr(): string {
    return `kernel_size=${pyPair(this.kernelSize)}, stride=${pyPair(this.stride)}, padding=${pyPair(this.padding)}`;
  }
}
