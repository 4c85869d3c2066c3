/** Instance normalisation by hand. */
import { checkOptions } from "../../device/check_options.ts";
import { Module } from "../../nn/module.ts";
import { parameter } from "../../nn/parameter.ts";
import { ones, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expectChannels, IMAGE_NORM, type ImageNormOptions } from "./options.ts";

/**
 * Instance normalisation written with tensor operations: each channel of each image is normalised to mean 0 and standard deviation 1 over its own
 * pixels, then multiplied by `mults` and shifted by `adds`, which are trained. Gradients flow through mean and variance.
 *
 * (Ulyanov, Vedaldi and Lempitsky 2016, https://arxiv.org/abs/1607.08022.) It differs from PyTorch's layer as the lessons do: `mults` and
 * `adds` are there by default, and it normalises by the unbiased variance (`correction: 0` for PyTorch's). Of a map of one pixel that
 * variance is 0/0, so the output is NaN; by the biased one nothing but `adds` is left of such a map. Either way the net cannot
 * classify by it.
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const pixel = randn([2, 3, 1, 1]);
 * console.log(await new lessons.InstanceNorm(3).call(pixel).at(0).flatten().array()); // [ NaN, NaN, NaN ]
 * console.log(await new lessons.InstanceNorm(3, { correction: 0 }).call(pixel).at(0).flatten().array()); // [ 0, 0, 0 ]
 * ```
 */
export class InstanceNorm extends Module {
  /** Trained factor, [1, c, 1, 1]; initially 1. */
  mults: Tensor;
  /** Trained offset, [1, c, 1, 1]; initially 0. */
  adds: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Subtracted from the count in the variance. */
  readonly correction: number;

  /**
   * It keeps nothing from batch to batch.
   *
   * @param channels of the input
   */
  constructor(readonly channels: number, options: ImageNormOptions = {}) {
    super();
    checkOptions("InstanceNorm", options, IMAGE_NORM);
    const { eps = 1e-5, correction = 1, ...on } = options;
    this.eps = eps;
    this.correction = correction;
    this.mults = parameter(ones([1, channels, 1, 1], on));
    this.adds = parameter(zeros([1, channels, 1, 1], on));
  }

  /**
   * x [n, c, h, w] → the same shape
   *
   * @throws {RangeError} for other axes or channels
   */
  forward(x: Tensor): Tensor {
    expectChannels("InstanceNorm", x, this.channels);
    const [v, m] = x.varMean([2, 3], { keepdim: true, correction: this.correction });
    return x.sub(m).mul(v.add(this.eps).rsqrt()).mul(this.mults).add(this.adds);
  }

  /** Its settings as the module's text shows them: `3, eps=0.00001`. */
  override extraRepr(): string {
    return `${this.channels}, eps=${this.eps}`;
  }
}
