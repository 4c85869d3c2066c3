/** Normalisation by the root mean square. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { checkList, found } from "../device/expect.ts";
import { ones } from "../tensor/create.ts";
import { checkNumber, checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool, pyFloat, pyTuple } from "./repr.ts";

/** Options of {@linkcode rmsNorm}. */
export interface RmsNormFunctionOptions {
  /** Factor, of the normalised shape. Default: none. */
  weight?: Tensor | null;
  /** Added to the mean square. Default: 2⁻²³, the distance from 1 to the next float32 number. */
  eps?: number;
}

const FUNCTION = optionNames<RmsNormFunctionOptions>({ weight: 1, eps: 1 });
const EPSILON = 2 ** -23;

/**
 * Each sample divided by the root of its mean square over the last axes (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467):
 * x / √(mean(x²) + eps) · weight.
 *
 * @param x [..., …normalizedShape]
 * @param normalizedShape sizes of the last axes
 * @param options see {@linkcode RmsNormFunctionOptions}
 * @returns the shape of `x`
 * @throws {RangeError} if `x` does not end with `normalizedShape`, or the weight does not have it
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.rmsNorm(tensor([[3, -3], [1, 7]]), [2]).array()); // about [ [ 1, -1 ], [ 0.2, 1.4 ] ]
 * ```
 */
export function rmsNorm(x: Tensor, normalizedShape: readonly number[], options: RmsNormFunctionOptions = {}): Tensor {
  checkOptions("rmsNorm", options, FUNCTION);
  checkTensor("rmsNorm", "the input", x);
  checkList("rmsNorm", "normalizedShape", normalizedShape, "an array of numbers", Number.isInteger);
  const { weight, eps = EPSILON } = options, count = normalizedShape.length;
  checkNumber("run rmsNorm", "eps", eps);
  checkTensorOrNone("rmsNorm", "weight", weight);
  if (count === 0 || count > x.ndim || showShape(x.shape.slice(-count)) !== showShape(normalizedShape)) {
    throw new RangeError(
      `Cannot rmsNorm ${showShape(x.shape)} over ${showShape(normalizedShape)}: its last axes must have these sizes`,
    );
  }
  if (weight && showShape(weight.shape) !== showShape(normalizedShape)) {
    throw new RangeError(
      `Cannot rmsNorm over ${showShape(normalizedShape)}: weight must have that shape, found ${
        showShape(weight.shape)
      }`,
    );
  }
  const axes = normalizedShape.map((_, i) => i - count);
  const y = x.mul(x.square().mean(axes, { keepdim: true }).add(eps).rsqrt());
  return weight ? y.mul(weight) : y;
}

/** Options of {@linkcode RMSNorm}. */
export interface RMSNormOptions {
  /** Added to the mean square. Default: 2⁻²³. */
  eps?: number;
  /** Whether there is a weight. Default: true. */
  elementwiseAffine?: boolean;
  /** Where it lives. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<RMSNormOptions>({ eps: 1, elementwiseAffine: 1, device: 1 });

/**
 * Normalisation by the root mean square over the last axes (Zhang and Sennrich 2019), as PyTorch's from version 2.4 on: x / √(mean(x²) + eps) · weight.
 * No mean is subtracted. The weight starts at 1.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.RMSNorm(16).call(randn([2, 5, 16])).shape); // [ 2, 5, 16 ]
 * ```
 */
export class RMSNorm extends Module {
  /** Trained factor, of the normalised shape, at first 1; null without `elementwiseAffine`. */
  declare weight: Parameter | null;
  /** Sizes of the axes that it normalises over. */
  readonly normalizedShape: readonly number[];
  /** Added to the mean square. */
  readonly eps: number;

  /**
   * Sizes are whole numbers from 1.
   *
   * @param normalizedShape size of the last axis, or sizes of the last axes
   * @param options see {@linkcode RMSNormOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what are none
   */
  constructor(normalizedShape: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    checkOptions("RMSNorm", options, OPTIONS);
    const shape: readonly number[] = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
    if (!Array.isArray(shape) || shape.length === 0) {
      throw new TypeError(
        `Cannot make RMSNorm: normalizedShape must be a size or an array of sizes, found ${found(normalizedShape)}`,
      );
    }
    for (const size of shape) checkCount("RMSNorm", "normalizedShape", size);
    const { eps = EPSILON, elementwiseAffine = true } = options;
    checkNumber("make RMSNorm", "eps", eps);
    this.normalizedShape = [...shape];
    this.eps = eps;
    this.registerParameter(
      "weight",
      elementwiseAffine ? parameter(ones(this.normalizedShape, onDevice(options))) : null,
    );
  }

  /** x [..., …normalizedShape] → the same shape */
  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps });
  }

  /** Its settings as PyTorch prints them: `(16,), eps=1e-05, elementwise_affine=True`; an eps of 2⁻²³ is None there. */
  override extraRepr(): string {
    const { normalizedShape, eps, weight } = this;
    return `${pyTuple(normalizedShape)}, eps=${eps === EPSILON ? "None" : pyFloat(eps)}, elementwise_affine=${
      pyBool(weight !== null)
    }`;
  }
}
