/** What the layers that keep running averages have in common. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { ones, zeros } from "../tensor/create.ts";
import { checkNumber } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool, pyFloat } from "./repr.ts";

/** Options of batch and instance normalisation layers. */
export interface RunningNormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** Weight of a batch in the running averages; null weighs all batches alike. Default: 0.1. */
  momentum?: number | null;
  /** Whether a trained weight and bias follow. Default: true for batch, false for instance normalisation. */
  affine?: boolean;
  /** Whether running averages are kept for evaluation mode. Default: true for batch, false for instance normalisation. */
  trackRunningStats?: boolean;
  /** Where parameters and averages live. Default: the default device. */
  device?: Device;
}

/** Names of the options. */
export const RUNNING_NORM = optionNames<RunningNormLayerOptions>({
  eps: 1,
  momentum: 1,
  affine: 1,
  trackRunningStats: 1,
  device: 1,
});

/**
 * Parameters and running averages of a normalisation by channels: what {@linkcode BatchNorm1d}, {@linkcode BatchNorm2d}
 * and {@linkcode InstanceNorm2d} have in common. Names and first values are PyTorch's.
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const norm: nn.RunningNorm = new nn.BatchNorm2d(8, { momentum: 0.2 });
 * console.log(norm.numFeatures, norm.momentum, norm.running_mean!.shape); // 8 0.2 [ 8 ]
 * ```
 */
export abstract class RunningNorm extends Module {
  /** Trained factor of each channel, [c], at first 1; null without `affine`. */
  declare weight: Parameter | null;
  /** Trained offset of each channel, [c], at first 0; null without `affine`. */
  declare bias: Parameter | null;
  /** Running average of the mean [c]. */
  declare running_mean: Tensor | null;
  /** Running average of the unbiased variance [c]. */
  declare running_var: Tensor | null;
  /** Batches seen in training mode; 0-d int32. */
  declare num_batches_tracked: Tensor | null;
  /** Added to the variance. */
  readonly eps: number;
  /** Weight of a batch in the running averages; null weighs all batches alike. */
  readonly momentum: number | null;
  /** Whether it has weight and bias. */
  readonly affine: boolean;
  /** Whether it keeps running averages, and uses them in evaluation mode. */
  readonly trackRunningStats: boolean;

  /**
   * Running averages begin as those of a standard normal distribution.
   *
   * @param numFeatures channels of the input
   * @param options see {@linkcode RunningNormLayerOptions}
   * @throws {RangeError} unless it is a whole number from 1
   */
  constructor(readonly numFeatures: number, options: RunningNormLayerOptions = {}) {
    super();
    checkOptions(this.typeName, options, RUNNING_NORM);
    checkCount(this.typeName, "numFeatures", numFeatures);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    checkNumber(`make ${this.typeName}`, "eps", eps);
    if (momentum !== null) checkNumber(`make ${this.typeName}`, "momentum", momentum);
    [this.eps, this.momentum, this.affine, this.trackRunningStats] = [eps, momentum, affine, trackRunningStats];
    const shape = [numFeatures], on = onDevice(options);
    this.registerParameter("weight", affine ? parameter(ones(shape, on)) : null);
    this.registerParameter("bias", affine ? parameter(zeros(shape, on)) : null);
    if (trackRunningStats) {
      this.registerBuffer("running_mean", zeros(shape, on));
      this.registerBuffer("running_var", ones(shape, on));
      this.registerBuffer("num_batches_tracked", zeros([], { dtype: "int32", ...on }));
    } else this.running_mean = this.running_var = this.num_batches_tracked = null;
  }

  /** Throws unless axis `axis` of `x` has the layer's channels. */
  protected checkChannels(x: Tensor, axis: number): void {
    if (x.shape[axis] === this.numFeatures) return;
    throw new RangeError(
      `Cannot ${this.typeName} ${showShape(x.shape)}: axis ${axis} must have ${this.numFeatures} channels, found ${
        x.shape[axis]
      }`,
    );
  }

  /** Its settings as PyTorch prints them: `8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True`. */
  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    const shown = momentum === null ? "None" : pyFloat(momentum);
    return `${numFeatures}, eps=${pyFloat(eps)}, momentum=${shown}, affine=${pyBool(affine)}, ` +
      `track_running_stats=${pyBool(trackRunningStats)}`;
  }
}
