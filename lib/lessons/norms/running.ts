/** Running batch normalisation by hand. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { Module } from "../../nn/module.ts";
import { parameter } from "../../nn/parameter.ts";
import { ones, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expectChannels, RUNNING, type RunningOptions } from "./options.ts";

/** Options of {@linkcode RunningBatchNorm}. */
export interface RunningBatchNormOptions extends RunningOptions {
  /** The longer form, which divides the averages by what they miss in the first 100 steps. Default: false. */
  debias?: boolean;
}

/** The variance is at least FLOOR while fewer than FEW samples were seen. */
const FLOOR = 0.01, FEW = 20;
/** The averages are debiased during this many steps. */
const EARLY = 100;

const OPTIONS = optionNames<RunningBatchNormOptions>({ ...RUNNING, debias: 1 });

/**
 * Batch normalisation for small batches, written with tensor operations: training and evaluation both normalise by running averages. Not means
 * and variances are averaged but what they are made of, the sums, the sums of squares and the count of elements, since the
 * variance of a mixture is not the average of the variances. Gradients flow through the current batch's part of the averages.
 *
 * The weight of a batch of n is 1 − (1 − momentum)/√(n − 1), so that larger batches count for more. While fewer than 20 samples were
 * seen, no variance is below 0.01. (From the fast.ai course of 2019; PyTorch has no such layer.)
 *
 * There are two forms. The simplified one keeps what it multiplies by and adds (`factor`, `offset`) as they were in the last training
 * step: evaluation does not see that step's update of `mults` and `adds`. The one with `debias` computes both each time, and in the first 100
 * steps divides sums, squares and count by the weight that they have gathered (`dbias`), which cancels: in training both forms
 * give the same. Evaluated before any training step, the simplified form returns its input, the other NaN (0/0).
 *
 * @throws {RangeError} in training on a batch of one, whose weight would divide by 0
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const norm = new lessons.RunningBatchNorm(8);
 * for (let step = 0; step < 100; step++) norm.call(randn([2, 8, 14, 14]).mul(3).add(2));
 * console.log(norm.factor.shape); // [ 1, 8, 1, 1 ]
 * console.log(await norm.factor.mean().item()); // about 0.333
 * ```
 */
export class RunningBatchNorm extends Module {
  /** Running sums of each channel, [1, c, 1, 1]. */
  declare sums: Tensor;
  /** Running sums of squares of each channel, [1, c, 1, 1]. */
  declare sqrs: Tensor;
  /** Running count of the elements that a sum is made of, []. */
  declare count: Tensor;
  /**
   * How many samples were seen in training. With `debias` a buffer, []; in the simplified form a number, which `stateDict` does not have: a
   * layer that was loaded has the floor again for its first 20 samples of training.
   */
  declare batch: Tensor | number;
  /** Simplified form: what the input is multiplied by, [1, c, 1, 1]. */
  declare factor: Tensor;
  /** Simplified form: what is added then, [1, c, 1, 1]. */
  declare offset: Tensor;
  /** With `debias`: training steps so far, []. */
  declare step: Tensor;
  /** With `debias`: the weight that the averages have gathered, from 0 towards 1, []. */
  declare dbias: Tensor;
  /** Trained factor, [1, c, 1, 1]; initially 1. */
  mults: Tensor;
  /** Trained offset, [1, c, 1, 1]; initially 0. */
  adds: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Weight of the new batch, from which that of its size follows. */
  readonly momentum: number;
  /** Whether it is the longer form. */
  readonly debias: boolean;

  /**
   * Running sums and their count begin at 0.
   *
   * @param channels of the input
   */
  constructor(readonly channels: number, options: RunningBatchNormOptions = {}) {
    super();
    checkOptions("RunningBatchNorm", options, OPTIONS);
    const { eps = 1e-5, momentum = 0.1, debias = false, ...on } = options;
    const each = [1, channels, 1, 1];
    this.eps = eps;
    this.momentum = momentum;
    this.debias = debias;
    this.mults = parameter(ones(each, on));
    this.adds = parameter(zeros(each, on));
    this.registerBuffer("sums", zeros(each, on));
    this.registerBuffer("sqrs", zeros(each, on));
    this.registerBuffer("count", zeros([], on));
    if (debias) {
      this.registerBuffer("batch", zeros([], on));
      this.registerBuffer("step", zeros([], on));
      this.registerBuffer("dbias", zeros([], on));
    } else {
      this.batch = 0;
      this.registerBuffer("factor", ones(each, on));
      this.registerBuffer("offset", zeros(each, on));
    }
  }

  /**
   * Moves the running averages towards this batch.
   *
   * @throws {RangeError} for a batch of one
   */
  updateStats(x: Tensor): void {
    const n = x.size(0);
    if (n < 2) {
      throw new RangeError(
        "Cannot train RunningBatchNorm on a batch of 1: its weight 1 − 0.9/√(n − 1) divides by 0. " +
          "Use batches of at least 2 (drop the short last one), or eval()",
      );
    }
    const weight = 1 - (1 - this.momentum) / Math.sqrt(n - 1);
    // What came before this batch has no gradient.
    this.sums = this.sums.detach().lerp(x.sum([0, 2, 3], { keepdim: true }), weight);
    this.sqrs = this.sqrs.detach().lerp(x.square().sum([0, 2, 3], { keepdim: true }), weight);
    this.count.lerp_(x.numel / this.channels, weight);
    if (typeof this.batch === "number") return void (this.batch += n);
    this.batch.add_(n);
    this.dbias.lerp_(1, weight);
    this.step.add_(1);
  }

  /** What normalises by the running averages: factor and offset of each channel. */
  affine(): [factor: Tensor, offset: Tensor] {
    let { sums, sqrs, count } = this;
    if (this.debias) {
      const weight = this.dbias.where(this.step.lt(EARLY), 1);
      [sums, sqrs, count] = [sums.div(weight), sqrs.div(weight), count.div(weight)];
    }
    const means = sums.div(count);
    const vars = sqrs.div(count).sub(means.square());
    const factor = this.mults.mul(this.#floored(vars).add(this.eps).rsqrt());
    return [factor, this.adds.sub(means.mul(factor))];
  }

  #floored(vars: Tensor): Tensor {
    if (typeof this.batch === "number") return this.batch < FEW ? vars.clampMin(FLOOR) : vars;
    return vars.clampMin(FLOOR).where(this.batch.lt(FEW), vars);
  }

  /**
   * x [n, c, h, w] → the same shape
   *
   * @throws {RangeError} for other axes or channels
   */
  forward(x: Tensor): Tensor {
    expectChannels("RunningBatchNorm", x, this.channels);
    if (this.training) this.updateStats(x);
    if (this.debias) {
      const [factor, offset] = this.affine();
      return x.mul(factor).add(offset);
    }
    if (this.training) [this.factor, this.offset] = this.affine();
    return x.mul(this.factor).add(this.offset);
  }

  /** Its settings as the module's text shows them: `8, eps=0.00001, momentum=0.1`. */
  override extraRepr(): string {
    return `${this.channels}, eps=${this.eps}, momentum=${this.momentum}${this.debias ? ", debias=True" : ""}`;
  }
}
