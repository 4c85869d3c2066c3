/** Residual blocks. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { ReLU } from "../nn/activations.ts";
import { Module } from "../nn/module.ts";
import { AvgPool2d } from "../nn/pooling.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { conv } from "./models.ts";

/** Options of {@linkcode ResBlock}. */
export interface ResBlockOptions {
  /** Makes the activation. Default: a ReLU. */
  act?: () => Module;
  /** Makes the normalisation for a number of channels. Default: none. */
  norm?: (channels: number) => Module;
  /** Of the second convolution; with 2 the input is averaged over 2 × 2 pixels. Default: 1. */
  stride?: 1 | 2;
  /** Side of both convolutions' windows. Default: 3. */
  kernelSize?: number;
  /** Whether the convolutions have a bias. Default: true. */
  bias?: boolean;
  /** Whether the short cut's convolution has a norm, too. Default: false. */
  normShortCut?: boolean;
  /** Which of the two convolutions has the stride. Default: "second". */
  strided?: "first" | "second";
  /** Source of the initial weights. Default: the default generator. */
  generator?: Generator;
  /** Where the parameters live. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<ResBlockOptions>({
  act: 1,
  norm: 1,
  stride: 1,
  kernelSize: 1,
  bias: 1,
  normShortCut: 1,
  strided: 1,
  generator: 1,
  device: 1,
});

/**
 * A residual block: two convolutions with norm, and the input beside them (He et al. 2015, https://arxiv.org/abs/1512.03385).
 *
 *     x ← act(convolutions(x) + short cut(x))
 *
 * The second convolution has no activation before the sum. The short cut is x itself; with a stride of 2 its average over 2 × 2 pixels, or
 * what of them there is at an edge; where the number of channels changes, that through a 1 × 1 convolution.
 *
 * @example
 * ```ts
 * import { lessons, nn, randn } from "./mod.ts";
 * const block = new lessons.ResBlock(8, 16, { stride: 2, norm: (channels) => new nn.BatchNorm2d(channels) });
 * console.log(block.call(randn([4, 8, 7, 7])).shape); // [ 4, 16, 4, 4 ]
 * ```
 */
export class ResBlock extends Module {
  /** The two convolutions. */
  readonly convs: Sequential;
  /** What the input goes through beside them; empty where that is nothing. */
  readonly shortCut: Sequential;
  /** After the sum. */
  readonly act: Module;

  /**
   * Makes the convolutions first, then the short cut's.
   *
   * @param inChannels channels of the input
   * @param outChannels channels of the output
   */
  constructor(inChannels: number, outChannels: number, options: ResBlockOptions = {}) {
    super();
    checkOptions("ResBlock", options, OPTIONS);
    const { act = () => new ReLU(), stride = 1, kernelSize = 3, strided = "second", normShortCut, ...block } = options;
    const strides = strided === "first" ? [stride, 1] as const : [1, stride] as const;
    this.convs = new Sequential(
      conv(inChannels, outChannels, { ...block, act, kernelSize, stride: strides[0] }),
      conv(outChannels, outChannels, { ...block, act: null, kernelSize, stride: strides[1] }),
    );
    const { norm, ...bare } = block;
    const same = { ...bare, ...normShortCut && norm ? { norm } : {}, act: null, kernelSize: 1, stride: 1 };
    this.shortCut = new Sequential(
      ...stride === 1 ? [] : [new AvgPool2d(2, { ceilMode: true })],
      ...inChannels === outChannels ? [] : conv(inChannels, outChannels, same),
    );
    this.act = act();
  }

  /** x [n, in, h, w] → [n, out, ⌈h / stride⌉, ⌈w / stride⌉] */
  forward(x: Tensor): Tensor {
    return this.act.call(this.convs.call(x).add(this.shortCut.call(x)));
  }
}
