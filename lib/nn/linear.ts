/** The fully connected layer: the function and the module. */
import { checkOptions } from "../device/check_options.ts";
import { checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBias, checkCount } from "./check.ts";
import { defaultInit_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool } from "./repr.ts";

/**
 * x·Wᵀ + b: x [..., in], weight [out, in], bias [out] → [..., out].
 *
 * @throws {ShapeError} if the sizes do not fit, or the bias is not [out]; {@linkcode TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const weight = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(await F.linear(tensor([[1, 1]]), weight, tensor([0.5, 0, 0])).array()); // [ [ 3.5, 7, 11 ] ]
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  checkTensor("linear", "the input", x);
  checkTensor("linear", "the weight", weight);
  checkTensorOrNone("linear", "the bias", bias);
  const y = x.matmul(weight.t());
  if (bias === undefined || bias === null) return y;
  checkBias("linear", bias, y.shape.at(-1) ?? 1);
  return y.add(bias);
}

/**
 * The fully connected layer y = x·Wᵀ + b.
 *
 * W is [outFeatures, inFeatures], b is [outFeatures]; both start uniform in ±1/√inFeatures, as in PyTorch.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.Linear(20, 30);
 * console.log(layer.call(randn([128, 20])).shape); // [ 128, 30 ]
 * ```
 */
export class Linear extends Module {
  /** The trained matrix W, [outFeatures, inFeatures]. */
  declare weight: Parameter;
  /** The trained b, [outFeatures]; null without one. */
  declare bias: Parameter | null;

  /**
   * Both sizes are whole numbers from 1.
   *
   * @param inFeatures size of the input's last axis
   * @param outFeatures size of the output's last axis
   * @param options see {@linkcode LayerOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly inFeatures: number, readonly outFeatures: number, options: LayerOptions = {}) {
    super();
    checkOptions("Linear", options, LAYER_OPTIONS);
    checkCount("Linear", "inFeatures", inFeatures);
    checkCount("Linear", "outFeatures", outFeatures);
    this.registerParameter("weight", parameter(zeros([outFeatures, inFeatures], onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outFeatures], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /** x [..., inFeatures] → [..., outFeatures] */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  /** Its settings as PyTorch prints them: `in_features=20, out_features=30, bias=True`. */
  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pyBool(this.bias !== null)}`;
  }
}
