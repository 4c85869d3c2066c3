/** The convolution over images: the function and the module. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensorOrNone } from "../tensor/expect.ts";
import { zeros } from "../tensor/create.ts";
import { conv2d as convolve } from "../tensor/conv.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBias, checkCount, type Pair, pair } from "./check.ts";
import { defaultInit_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";
import { pyTuple } from "./repr.ts";

/** Options of {@linkcode conv2d}. */
export interface ConvOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /** Zeros added on each side. Default: 0. */
  padding?: Pair;
}

const FUNCTION = optionNames<ConvOptions>({ bias: 1, stride: 1, padding: 1 });

/**
 * Cross-correlation: x [n, c, h, w], weight [out, c, kh, kw] → [n, out, h′, w′].
 *
 * @param options see {@linkcode ConvOptions}
 * @returns h′ = ⌊(h + 2·padding − kh) / stride⌋ + 1, and w′ likewise
 * @throws {ShapeError} if the sizes do not fit, or the bias is not [out]; {@linkcode TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { F, ones } from "./mod.ts";
 * const y = F.conv2d(ones([1, 1, 4, 4]), ones([8, 1, 3, 3]), { padding: 1, bias: ones([8]) });
 * console.log(y.shape, await y.at(0, 0, 0).array()); // [ 1, 8, 4, 4 ] [ 5, 7, 7, 5 ]
 * ```
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  checkOptions("conv2d", options, FUNCTION);
  const { bias, stride = 1, padding = 0 } = options;
  const y = convolve(x, weight, { stride, padding });
  checkTensorOrNone("conv2d", "the bias", bias);
  if (bias) checkBias("conv2d", bias, y.shape[1]!);
  return bias ? y.add(bias.view(1, -1, 1, 1)) : y;
}

/** Options of {@linkcode Conv2d}. */
export interface Conv2dOptions extends LayerOptions {
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /** Zeros added on each side. Default: 0. */
  padding?: Pair;
}

const LAYER = optionNames<Conv2dOptions>({ ...LAYER_OPTIONS, stride: 1, padding: 1 });

/**
 * The two-dimensional convolution (a cross-correlation, as in PyTorch) with a bias for each output channel.
 *
 * An input [n, inChannels, h, w] gives [n, outChannels, h′, w′] with h′ = ⌊(h + 2·padding − kernel) / stride⌋ + 1. The weight is
 * [outChannels, inChannels, kh, kw]; weight and bias start uniform in ±1/√(inChannels·kh·kw), as in PyTorch.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.Conv2d(1, 8, 3, { stride: 2, padding: 1 });
 * console.log(layer.call(randn([16, 1, 28, 28])).shape); // [ 16, 8, 14, 14 ]
 * ```
 */
export class Conv2d extends Module {
  /** The trained kernels, [outChannels, inChannels, kh, kw]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Height and width of a window. */
  readonly kernelSize: [number, number];
  /** Step between windows, down and across. */
  readonly stride: [number, number];
  /** Zeros added above and below, left and right. */
  readonly padding: [number, number];

  /**
   * All sizes are whole numbers from 1, the padding from 0.
   *
   * @param inChannels channels of the input
   * @param outChannels channels of the output
   * @param kernelSize height and width of the window
   * @param options see {@linkcode Conv2dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    options: Conv2dOptions = {},
  ) {
    super();
    checkOptions("Conv2d", options, LAYER);
    checkCount("Conv2d", "inChannels", inChannels);
    checkCount("Conv2d", "outChannels", outChannels);
    this.kernelSize = pair("Conv2d", "kernelSize", kernelSize, 1);
    this.stride = pair("Conv2d", "stride", options.stride ?? 1, 1);
    this.padding = pair("Conv2d", "padding", options.padding ?? 0, 0);
    this.registerParameter(
      "weight",
      parameter(zeros([outChannels, inChannels, ...this.kernelSize], onDevice(options))),
    );
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /** x [n, inChannels, h, w] → [n, outChannels, h′, w′] */
  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, { bias: this.bias, stride: this.stride, padding: this.padding });
  }

  /** Its settings as PyTorch prints them: `1, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1)`. */
  override extraRepr(): string {
    return convRepr(this, this.kernelSize, this.stride, this.padding);
  }
}

/** The settings of a convolution as PyTorch prints them, sizes as one number an axis. */
export function convRepr(
  { inChannels, outChannels, bias }: { inChannels: number; outChannels: number; bias: unknown },
  kernelSize: readonly number[],
  stride: readonly number[],
  padding: readonly number[],
): string {
  const parts = [`${inChannels}, ${outChannels}`, `kernel_size=${pyTuple(kernelSize)}`, `stride=${pyTuple(stride)}`];
  if (padding.some((p) => p !== 0)) parts.push(`padding=${pyTuple(padding)}`);
  if (!bias) parts.push("bias=False");
  return parts.join(", ");
}
