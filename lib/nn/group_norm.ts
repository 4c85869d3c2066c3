/** Group normalisation. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { ones, zeros } from "../tensor/create.ts";
import { checkNumber } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { checkGroups, groupNorm } from "./functional_norms.ts";
import { onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool, pyFloat } from "./repr.ts";

/** Options of {@linkcode GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** Whether a trained weight and bias for each channel follow. Default: true. */
  affine?: boolean;
  /** Where parameters live. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<GroupNormOptions>({ eps: 1, affine: 1, device: 1 });

/**
 * Group normalisation (Wu and He 2018), PyTorch's: each sample by the mean and biased variance of each group of neighbouring channels.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.GroupNorm(3, 6).call(randn([20, 6, 10, 10])).shape); // [ 20, 6, 10, 10 ]
 * ```
 */
export class GroupNorm extends Module {
  /** Trained factor of each channel, [numChannels], at first 1; null without `affine`. */
  declare weight: Parameter | null;
  /** Trained offset of each channel, [numChannels], at first 0; null without `affine`. */
  declare bias: Parameter | null;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether it has weight and bias. */
  readonly affine: boolean;

  /**
   * Both counts are whole numbers from 1.
   *
   * @param numGroups groups; divides `numChannels`
   * @param numChannels channels of the input
   * @param options see {@linkcode GroupNormOptions}
   * @throws {RangeError} for other counts, or if the groups do not divide the channels evenly
   */
  constructor(readonly numGroups: number, readonly numChannels: number, options: GroupNormOptions = {}) {
    super();
    checkOptions("GroupNorm", options, OPTIONS);
    checkCount("GroupNorm", "numGroups", numGroups);
    checkCount("GroupNorm", "numChannels", numChannels);
    checkGroups("make GroupNorm of", numGroups, numChannels);
    const { eps = 1e-5, affine = true } = options;
    checkNumber("make GroupNorm", "eps", eps);
    [this.eps, this.affine] = [eps, affine];
    this.registerParameter("weight", affine ? parameter(ones([numChannels], onDevice(options))) : null);
    this.registerParameter("bias", affine ? parameter(zeros([numChannels], onDevice(options))) : null);
  }

  /**
   * x [n, numChannels, …] → the same shape
   *
   * @throws {RangeError} for other axes or channels
   */
  forward(x: Tensor): Tensor {
    if (x.ndim < 2 || x.shape[1] !== this.numChannels) {
      throw new RangeError(
        `Cannot GroupNorm ${showShape(x.shape)}: it takes [batch, ${this.numChannels}, …], found ${
          x.ndim < 2 ? `${x.ndim} axes` : `${x.shape[1]} channels`
        }`,
      );
    }
    return groupNorm(x, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  /** Its settings as PyTorch prints them: `3, 6, eps=1e-05, affine=True`. */
  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this;
    return `${numGroups}, ${numChannels}, eps=${pyFloat(eps)}, affine=${pyBool(affine)}`;
  }
}
