/** Group normalisation by hand. */
import { checkOptions } from "../../device/check_options.ts";
import { Module } from "../../nn/module.ts";
import { parameter } from "../../nn/parameter.ts";
import { ones, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expectChannels, IMAGE_NORM, type ImageNormOptions } from "./options.ts";

/**
 * Group normalisation written with tensor operations: the channels of each image are taken in `groups` of neighbours, each group is normalised to
 * mean 0 and standard deviation 1 over its channels and pixels, then each channel is multiplied by `mults` and shifted by `adds`, which are trained.
 * As many groups as channels have {@linkcode InstanceNorm}'s statistics; one group has {@linkcode LayerNorm}'s. Gradients flow
 * through mean and variance.
 *
 * (Wu and He 2018, https://arxiv.org/abs/1803.08494.) It differs from PyTorch's layer in one thing: it normalises by the unbiased
 * variance, as the other norms here do (`correction: 0` for PyTorch's).
 *
 * @throws {RangeError} if the channels cannot be divided evenly among the groups
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const x = randn([20, 6, 10, 10]);
 * console.log(new lessons.GroupNorm(3, 6).call(x).shape); // [ 20, 6, 10, 10 ]
 * ```
 */
export class GroupNorm extends Module {
  /** Trained factor, [1, c, 1, 1]; initially 1. */
  mults: Tensor;
  /** Trained offset, [1, c, 1, 1]; initially 0. */
  adds: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Subtracted from the count in the variance. */
  readonly correction: number;

  /**
   * Parameters are those of single channels, not of groups.
   *
   * @param groups of neighbouring channels
   * @param channels of the input
   */
  constructor(
    readonly groups: number,
    readonly channels: number,
    options: ImageNormOptions = {},
  ) {
    super();
    checkOptions("GroupNorm", options, IMAGE_NORM);
    const { eps = 1e-5, correction = 1, ...on } = options;
    if (!(Number.isInteger(groups) && groups >= 1 && channels % groups === 0)) {
      throw new RangeError(
        `Cannot make GroupNorm: ${channels} channels cannot be divided evenly into ${groups} groups`,
      );
    }
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
    expectChannels("GroupNorm", x, this.channels);
    const grouped = x.reshape(x.size(0), this.groups, -1);
    const [v, m] = grouped.varMean(2, { keepdim: true, correction: this.correction });
    return grouped.sub(m).mul(v.add(this.eps).rsqrt()).reshape(x.shape).mul(this.mults).add(this.adds);
  }

  /** Its settings as the module's text shows them: `3, 6, eps=0.00001`. */
  override extraRepr(): string {
    return `${this.groups}, ${this.channels}, eps=${this.eps}`;
  }
}
