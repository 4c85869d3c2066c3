/** Batch normalisation. */
import { checkOptions } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchNorm } from "./functional_norms.ts";
import { RUNNING_NORM, RunningNorm, type RunningNormLayerOptions } from "./running_norm.ts";

/** Options of {@linkcode BatchNorm1d} and {@linkcode BatchNorm2d}. */
export type BatchNormLayerOptions = RunningNormLayerOptions;

/**
 * What both have in common; they differ in the inputs they take.
 *
 * @internal
 */
abstract class BatchNorm extends RunningNorm {
  /** Axes that an input may have. */
  protected abstract readonly ranks: readonly number[];

  /** Both have weight, bias and running averages unless told otherwise. */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    checkOptions(new.target.name, options, RUNNING_NORM);
    super(numFeatures, { affine: true, trackRunningStats: true, ...options });
  }

  /**
   * x of as many axes as {@linkcode BatchNorm.ranks} says → the same shape
   *
   * @throws {RangeError} for other axes or channels; in training for a single value a channel
   */
  forward(x: Tensor): Tensor {
    checkTensor(this.typeName, "the input", x);
    if (!this.ranks.includes(x.ndim)) {
      throw new RangeError(
        `Cannot ${this.typeName} ${showShape(x.shape)}: it takes ${this.ranks.join(" or ")} axes, found ${x.ndim}`,
      );
    }
    this.checkChannels(x, 1);
    const { weight, bias, eps, running_mean: runningMean, running_var: runningVar } = this;
    const training = this.training || !this.trackRunningStats;
    let momentum: number | Tensor = this.momentum ?? 0;
    if (this.training && this.num_batches_tracked) {
      this.num_batches_tracked.add_(1);
      if (this.momentum === null) momentum = this.num_batches_tracked.float().reciprocal();
    }
    return batchNorm(x, { weight, bias, runningMean, runningVar, training, momentum, eps });
  }
}

/**
 * Batch normalisation of vectors [n, c] or sequences [n, c, l], PyTorch's; see {@linkcode BatchNorm2d}.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const norm = new nn.BatchNorm1d(4);
 * console.log(norm.call(randn([16, 4])).shape, norm.call(randn([16, 4, 9])).shape); // [ 16, 4 ] [ 16, 4, 9 ]
 * ```
 */
export class BatchNorm1d extends BatchNorm {
  /** [n, c] and [n, c, l]. */
  protected readonly ranks = [2, 3];
}

/**
 * Batch normalisation of images [n, c, h, w] (Ioffe and Szegedy 2015), PyTorch's: y = (x − mean) / √(var + eps) · weight + bias.
 *
 * In training mode, mean and biased variance are those of each channel over batch and pixels, the gradient goes through them, and
 * `running_mean` and `running_var` (unbiased) follow them: average += momentum · (value − average). In evaluation mode the averages
 * take their place. Weight starts at 1, bias and running mean at 0, running variance at 1.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const norm = new nn.BatchNorm2d(8);
 * console.log(norm.call(randn([16, 8, 14, 14])).shape); // [ 16, 8, 14, 14 ]
 * console.log(Object.keys(norm.stateDict()).join(" ")); // weight bias running_mean running_var num_batches_tracked
 * ```
 */
export class BatchNorm2d extends BatchNorm {
  /** [n, c, h, w]. */
  protected readonly ranks = [4];
}
