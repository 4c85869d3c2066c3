/** Instance normalisation. */
import { checkOptions } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { instanceNorm } from "./functional_norms.ts";
import { RUNNING_NORM, RunningNorm, type RunningNormLayerOptions } from "./running_norm.ts";

/** Options of {@linkcode InstanceNorm2d}. */
export type InstanceNormLayerOptions = RunningNormLayerOptions;

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
export class InstanceNorm2d extends RunningNorm {
  /**
   * Unlike batch normalisation it begins without `affine` and without `trackRunningStats`.
   *
   * @param numFeatures channels of the input
   * @param options see {@linkcode InstanceNormLayerOptions}
   * @throws {RangeError} unless it is a whole number from 1
   */
  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    checkOptions(new.target.name, options, RUNNING_NORM);
    super(numFeatures, { affine: false, trackRunningStats: false, ...options });
  }

  /**
   * x [n, c, h, w] or [c, h, w] → the same shape
   *
   * @throws {RangeError} for other axes or channels; in training for images of one pixel
   */
  forward(x: Tensor): Tensor {
    checkTensor(this.typeName, "the input", x);
    if (x.ndim !== 3 && x.ndim !== 4) {
      throw new RangeError(`Cannot ${this.typeName} ${showShape(x.shape)}: it takes 3 or 4 axes, found ${x.ndim}`);
    }
    this.checkChannels(x, x.ndim - 3);
    const { weight, bias, eps, running_mean: runningMean, running_var: runningVar } = this;
    const useInputStats = this.training || !this.trackRunningStats, momentum = this.momentum ?? 0;
    const options = { weight, bias, runningMean, runningVar, useInputStats, momentum, eps };
    return x.ndim === 4 ? instanceNorm(x, options) : instanceNorm(x.unsqueeze(0), options).squeeze(0);
  }
}
