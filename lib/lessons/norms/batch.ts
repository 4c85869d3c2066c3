/** Batch normalisation by hand. */
import { checkOptions } from "../../device/check_options.ts";
import { Module } from "../../nn/module.ts";
import { parameter } from "../../nn/parameter.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expectChannels, RUNNING, type RunningOptions } from "./options.ts";

/**
 * Batch normalisation written with tensor operations: each channel of [n, c, h, w] is normalised to mean 0 and standard deviation 1 over the batch and
 * its pixels, then multiplied by `mults` and shifted by `adds`, which are trained. In evaluation mode the running averages `means` and
 * `vars` take the place of the batch's own.
 *
 * (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.) It differs from PyTorch's layer on purpose, as the lessons do:
 * - mean and variance carry no gradient: backward takes them for constants. PyTorch differentiates through them;
 * - it normalises by the unbiased variance; PyTorch by the biased one. (Both keep the unbiased one in the running average.)
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const norm = new lessons.BatchNorm(8);
 * const y = norm.call(randn([64, 8, 7, 7]).mul(3).add(2));
 * console.log(await y.std().item()); // about 1
 * console.log(norm.means.shape); // [ 1, 8, 1, 1 ]
 * ```
 */
export class BatchNorm extends Module {
  /** Running mean of each channel, [1, c, 1, 1]. */
  declare means: Tensor;
  /** Running unbiased variance of each channel, [1, c, 1, 1]. */
  declare vars: Tensor;
  /** Trained factor, [1, c, 1, 1]; initially 1. */
  mults: Tensor;
  /** Trained offset, [1, c, 1, 1]; initially 0. */
  adds: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Weight of the new batch in the running averages. */
  readonly momentum: number;

  /**
   * Running means begin at 0, running variances at 1.
   *
   * @param channels of the input
   */
  constructor(readonly channels: number, options: RunningOptions = {}) {
    super();
    checkOptions("BatchNorm", options, RUNNING);
    const { eps = 1e-5, momentum = 0.1, ...on } = options;
    this.eps = eps;
    this.momentum = momentum;
    this.mults = parameter(ones([1, channels, 1, 1], on));
    this.adds = parameter(zeros([1, channels, 1, 1], on));
    this.registerBuffer("vars", ones([1, channels, 1, 1], on));
    this.registerBuffer("means", zeros([1, channels, 1, 1], on));
  }

  /** Moves the running averages towards this batch's variance and mean, and returns those. */
  updateStats(x: Tensor): [v: Tensor, m: Tensor] {
    const [v, m] = x.varMean([0, 2, 3], { keepdim: true });
    this.vars.lerp_(v, this.momentum);
    this.means.lerp_(m, this.momentum);
    return [v, m];
  }

  /**
   * x [n, c, h, w] → the same shape
   *
   * @throws {RangeError} for other axes or channels
   */
  forward(x: Tensor): Tensor {
    expectChannels("BatchNorm", x, this.channels);
    const [v, m] = this.training ? noGrad(() => this.updateStats(x)) : [this.vars, this.means];
    return x.sub(m).mul(v.add(this.eps).rsqrt()).mul(this.mults).add(this.adds);
  }

  /** Its settings as the module's text shows them: `8, eps=0.00001, momentum=0.1`. */
  override extraRepr(): string {
    return `${this.channels}, eps=${this.eps}, momentum=${this.momentum}`;
  }
}
