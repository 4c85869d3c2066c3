/** The adaptive pooling layers. */
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d } from "../tensor/adaptive_pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, type Pair, pair } from "./check.ts";
import { Module } from "./module.ts";
import { pyPair } from "./repr.ts";

/**
 * A layer with the size of its result.
 *
 * @internal
 */
export abstract class Adaptive<S extends Pair> extends Module {
  /** @param outputSize the size of the result along each axis that is pooled */
  constructor(readonly outputSize: S) {
    super();
    pair(new.target.name, "outputSize", outputSize, 1);
  }

  /** Its settings as PyTorch prints them: `output_size=1`. */
  override extraRepr(): string {
    return `output_size=${pyPair(this.outputSize)}`;
  }
}

/** Checks what one axis alone is pooled to. */
function length(layer: string, outputSize: number): number {
  checkCount(layer, "outputSize", outputSize);
  return outputSize;
}

/**
 * Averages each channel over `outputSize` bins, whatever the input's length.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AdaptiveAvgPool1d(1).call(randn([16, 64, 20])).shape); // [ 16, 64, 1 ]
 * ```
 */
export class AdaptiveAvgPool1d extends Adaptive<number> {
  /**
   * The size is a whole number from 1.
   *
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(outputSize: number) {
    super(length("AdaptiveAvgPool1d", outputSize));
  }

  /** x [n, c, l] → [n, c, outputSize], or without the first axis */
  forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
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
export class AdaptiveAvgPool2d extends Adaptive<Pair> {
  /** x [n, c, h, w] → [n, c, …outputSize], or without the first axis */
  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/**
 * The largest element of each channel in `outputSize` bins, whatever the input's length.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AdaptiveMaxPool1d(4).call(randn([16, 64, 20])).shape); // [ 16, 64, 4 ]
 * ```
 */
export class AdaptiveMaxPool1d extends Adaptive<number> {
  /**
   * The size is a whole number from 1.
   *
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(outputSize: number) {
    super(length("AdaptiveMaxPool1d", outputSize));
  }

  /** x [n, c, l] → [n, c, outputSize], or without the first axis */
  forward(x: Tensor): Tensor {
    return adaptiveMaxPool1d(x, this.outputSize);
  }
}

/**
 * The largest element of each channel in a grid of `outputSize` cells, whatever the input's size: [n, c, h, w] → [n, c, outputSize…].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.AdaptiveMaxPool2d([2, 3]).call(randn([16, 64, 7, 7])).shape); // [ 16, 64, 2, 3 ]
 * ```
 */
export class AdaptiveMaxPool2d extends Adaptive<Pair> {
  /** x [n, c, h, w] → [n, c, …outputSize], or without the first axis */
  forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}
