/** The layer of the lesson on LSUV. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { GeneralReLU } from "../nn/activations.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Module } from "../nn/module.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ConvOptions } from "./models.ts";

/** Options of {@linkcode ConvLayer}. */
export interface ConvLayerOptions extends Pick<ConvOptions, "stride" | "kernelSize" | "generator" | "device"> {
  /** What is subtracted after the rectifier. Default: 0. */
  sub?: number;
}

const OPTIONS = optionNames<ConvLayerOptions>({ stride: 1, kernelSize: 1, generator: 1, device: 1, sub: 1 });

/**
 * A convolution with a trained bias of its own, then a ReLU moved down by `sub`: relu(conv(x)) − sub.
 *
 * `sub` is a number that is never trained, and that `stateDict` does not have; LSUV sets it, through `bias`, which is −sub.
 *
 * @example
 * ```ts
 * import { lessons, zeros } from "./mod.ts";
 * const layer = new lessons.ConvLayer(1, 8, { sub: 0.4 });
 * layer.bias -= 0.1;
 * console.log(layer.relu.sub, layer.call(zeros([1, 1, 28, 28])).shape); // 0.5 [ 1, 8, 14, 14 ]
 * ```
 */
export class ConvLayer extends Module {
  /** The convolution; its padding is half the kernel, rounded down. */
  conv: Conv2d;
  /** The rectifier, which holds `sub`. */
  relu: GeneralReLU;

  /**
   * The convolution has stride 2 and a 3×3 kernel unless told otherwise.
   *
   * @param inChannels channels of the input
   * @param outChannels channels of the output
   * @param options see {@linkcode ConvLayerOptions}
   */
  constructor(inChannels: number, outChannels: number, options: ConvLayerOptions = {}) {
    super();
    checkOptions("ConvLayer", options, OPTIONS);
    const { stride = 2, kernelSize = 3, sub = 0, generator, device } = options;
    this.conv = new Conv2d(inChannels, outChannels, kernelSize, {
      stride,
      padding: Math.floor(kernelSize / 2),
      ...(generator ? { generator } : {}),
      ...(device ? { device } : {}),
    });
    this.relu = new GeneralReLU({ sub });
  }

  /** The convolution's weight. */
  get weight(): Parameter {
    return this.conv.weight;
  }

  /** −sub: what is added after the rectifier. Assigning a number holds from the next forward on. */
  get bias(): number {
    return 0 - this.relu.sub!; // never −0
  }

  set bias(bias: number) {
    this.relu.sub = -bias;
  }

  /** x [n, inChannels, h, w] → [n, outChannels, h′, w′] */
  forward(x: Tensor): Tensor {
    return this.relu.call(this.conv.call(x));
  }
}
