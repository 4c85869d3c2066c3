/** Layer normalisation. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";
import type { Device } from "../device/device.ts";
import { ones, zeros } from "../tensor/create.ts";
import { checkNumber } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { layerNorm } from "./functional_norms.ts";
import { onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool, pyFloat, pyTuple } from "./repr.ts";

/** Options of {@linkcode LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** Whether a trained weight and bias for each element follow. Default: true. */
  elementwiseAffine?: boolean;
  /** Where parameters live. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<LayerNormOptions>({ eps: 1, elementwiseAffine: 1, device: 1 });

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016), PyTorch's: each sample by its own mean and biased variance over the last axes, in training
 * and evaluation mode alike. Weight (1 at first) and bias (0) have the shape that is normalised.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.LayerNorm([8, 14, 14]).call(randn([16, 8, 14, 14])).shape); // [ 16, 8, 14, 14 ]
 * ```
 */
export class LayerNorm extends Module {
  /** Trained factor of each element, of shape `normalizedShape`, at first 1; null without `elementwiseAffine`. */
  declare weight: Parameter | null;
  /** Trained offset of each element, of shape `normalizedShape`, at first 0; null without `elementwiseAffine`. */
  declare bias: Parameter | null;
  /** Sizes of the last axes, over which is normalised. */
  readonly normalizedShape: readonly number[];
  /** Added to the variance. */
  readonly eps: number;
  /** Whether it has weight and bias. */
  readonly elementwiseAffine: boolean;

  /**
   * The first axis, the batch, is not among the sizes.
   *
   * @param normalizedShape sizes of the input's last axes, over which is normalised; a number for the last axis alone
   * @param options see {@linkcode LayerNormOptions}
   * @throws {RangeError} for no size, or one that is not a whole number from 1
   */
  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, OPTIONS);
    if (typeof normalizedShape !== "number") {
      checkList("LayerNorm", "normalizedShape", normalizedShape, "a number or an array of numbers");
    }
    const shape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    if (shape.length === 0) throw new RangeError("Cannot make LayerNorm: normalizedShape must name at least one axis");
    for (const size of shape) checkCount("LayerNorm", "normalizedShape", size);
    const { eps = 1e-5, elementwiseAffine = true } = options;
    checkNumber("make LayerNorm", "eps", eps);
    [this.normalizedShape, this.eps, this.elementwiseAffine] = [shape, eps, elementwiseAffine];
    this.registerParameter("weight", elementwiseAffine ? parameter(ones(shape, onDevice(options))) : null);
    this.registerParameter("bias", elementwiseAffine ? parameter(zeros(shape, onDevice(options))) : null);
  }

  /** x [..., …normalizedShape] → the same shape */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  /** Its settings as PyTorch prints them: `(8, 14, 14), eps=1e-05, elementwise_affine=True`. */
  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${pyTuple(normalizedShape)}, eps=${pyFloat(eps)}, elementwise_affine=${pyBool(elementwiseAffine)}`;
  }
}
