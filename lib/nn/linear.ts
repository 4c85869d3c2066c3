/** The fully connected layer. */
import type { Device } from "../device/device.ts";
import { zeros } from "../tensor/create.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, onDevice } from "./check.ts";
import { linear } from "./functional.ts";
import { defaultInit_ } from "./init.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyBool } from "./repr.ts";

/** Options that every layer with parameters takes. */
export interface LayerOptions {
  /** Whether the layer adds a trained bias. Default: true. */
  bias?: boolean;
  /** Where its parameters live. Default: the default device. */
  device?: Device;
  /** Random numbers of its first values. Default: the default generator, which `setSeed` sets. */
  generator?: Generator;
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
    checkCount("Linear", "inFeatures", inFeatures);
    checkCount("Linear", "outFeatures", outFeatures);
    this.registerParameter("weight", parameter(zeros([outFeatures, inFeatures], onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outFeatures], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, options);
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
