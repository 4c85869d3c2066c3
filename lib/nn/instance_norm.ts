/** Instance normalisation. */
import { checkOptions } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { instanceNorm } from "./functional_norms.ts";
import { RUNNING_NORM, RunningNorm, type RunningNormLayerOptions } from "./running_norm.ts";

/** Options of {@linkcode InstanceNorm1d} and {@linkcode InstanceNorm2d}. */
export type InstanceNormLayerOptions = RunningNormLayerOptions;

/**
 * What both have in common; they differ in the inputs they take.
 *
 * @internal
 */
abstract class InstanceNorm extends RunningNorm {
  /** Axes that an input has, the batch's included. */
  protected abstract readonly rank: number;

  /** Unlike batch normalisation both begin without `affine` and without `trackRunningStats`. */
  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    checkOptions(new.target.name, options, RUNNING_NORM);
    super(numFeatures, { affine: false, trackRunningStats: false, ...options });
  }

  /**
   * x of {@linkcode InstanceNorm.rank} axes, or of one fewer without a batch → the same shape
   *
   * @throws {RangeError} for other axes or channels; in training for images of one pixel
   */
  forward(x: Tensor): Tensor {
    checkTensor(this.typeName, "the input", x);
    const { rank } = this, isBatch = x.ndim === rank;
    if (!isBatch && x.ndim !== rank - 1) {
      throw new RangeError(
        `Cannot ${this.typeName} ${showShape(x.shape)}: it takes ${rank - 1} or ${rank} axes, found ${x.ndim}`,
      );
    }
    this.checkChannels(x, isBatch ? 1 : 0);
    const { weight, bias, eps, running_mean: runningMean, running_var: runningVar } = this;
    const useInputStats = this.training || !this.trackRunningStats, momentum = this.momentum ?? 0;
    const options = { weight, bias, runningMean, runningVar, useInputStats, momentum, eps };
    return isBatch ? instanceNorm(x, options) : instanceNorm(x.unsqueeze(0), options).squeeze(0);
  }
}

/**
 * Instance normalisation of sequences [n, c, l] or one sequence [c, l], PyTorch's; see {@linkcode InstanceNorm2d}.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.InstanceNorm1d(8).call(randn([16, 8, 50])).shape); // [ 16, 8, 50 ]
 * ```
 */
export class InstanceNorm1d extends InstanceNorm {
  /** [n, c, l]. */
  protected readonly rank = 3;
}

/**
 * Instance normalisation of images [n, c, h, w] or one image [c, h, w] (Ulyanov, Vedaldi and Lempitsky 2016), PyTorch's.
 *
 * Each channel of each image is normalised by its own mean and biased variance, in evaluation mode too, unless running averages are kept.
 * There is no weight and bias by default. As in PyTorch, `num_batches_tracked` stays 0, and without momentum the averages stay as they are.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.InstanceNorm2d(8).call(randn([16, 8, 14, 14])).shape); // [ 16, 8, 14, 14 ]
 * ```
 */
export class InstanceNorm2d extends InstanceNorm {
  /** [n, c, h, w]. */
  protected readonly rank = 4;
}
