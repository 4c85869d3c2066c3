/** What the layers that keep running averages have in common. */
import type { Device } from "../device/device.ts";
import { showShape } from "../graph/errors.ts";
import { ones, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, onDevice } from "./check.ts";
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

/** Parameters and running averages of a normalisation by channels. */
export abstract class RunningNorm extends Module {
  declare weight: Parameter | null;
  declare bias: Parameter | null;
  /** Running average of the mean [c]. */
  declare running_mean: Tensor | null;
  /** Running average of the unbiased variance [c]. */
  declare running_var: Tensor | null;
  /** Batches seen in training mode; 0-d int32. */
  declare num_batches_tracked: Tensor | null;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;

  /**
   * @param numFeatures channels of the input
   * @param options see {@linkcode RunningNormLayerOptions}
   */
  constructor(readonly numFeatures: number, options: RunningNormLayerOptions = {}) {
    super();
    checkCount(this.typeName, "numFeatures", numFeatures);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
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

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    const shown = momentum === null ? "None" : pyFloat(momentum);
    return `${numFeatures}, eps=${pyFloat(eps)}, momentum=${shown}, affine=${pyBool(affine)}, ` +
      `track_running_stats=${pyBool(trackRunningStats)}`;
  }
}
