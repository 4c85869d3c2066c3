/** The convolution over images: the function and the module. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { zeros } from "../tensor/create.ts";
import { conv2d as convolve } from "../tensor/conv.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Pair, pair } from "./check.ts";
import {
  checkChannels,
  checkPadding,
  checkPaddingMode,
  convRepr,
  type PaddingMode,
  surround,
  withBias,
} from "./conv_shared.ts";
import { defaultInit_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** Options of {@linkcode conv2d}. */
export interface ConvOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /** Zeros added on each side; "same" for a result of the input's size (stride 1), "valid" for none. Default: 0. */
  padding?: Pair | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. Default: 1. */
  dilation?: Pair;
  /** Into how many groups the channels fall: each group of outputs sees its group of inputs alone. Default: 1. */
  groups?: number;
}

const FUNCTION = optionNames<ConvOptions>({ bias: 1, stride: 1, padding: 1, dilation: 1, groups: 1 });

/**
 * Cross-correlation: x [n, c, h, w], weight [out, c / groups, kh, kw] → [n, out, h′, w′]; an image without a batch axis, [c, h, w], gives one without.
 *
 * @param options see {@linkcode ConvOptions}
 * @returns h′ = ⌊(h + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1, and w′ likewise
 * @throws {ShapeError} if the sizes do not fit, or the bias is not [out]; {@linkcode RangeError} for padding "same" with a stride, or groups below
 * 1; {@linkcode TypeError} for other types than float32
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
  const { bias, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  return withBias("conv2d", convolve(x, weight, { stride, padding, dilation, groups }), bias, 2);
}

/** Options of {@linkcode Conv2d}. */
export interface Conv2dOptions extends LayerOptions {
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /** What is added on each side; "same" for a result of the input's size (stride 1), "valid" for nothing. Default: 0. */
  padding?: Pair | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. Default: 1. */
  dilation?: Pair;
  /** Into how many groups the channels fall: each group of outputs sees its group of inputs alone. Default: 1. */
  groups?: number;
  /** What is added: "zeros" (the default), or the image mirrored ("reflect"), its border again ("replicate"), its other side ("circular"). */
  paddingMode?: PaddingMode;
}

const LAYER = optionNames<Conv2dOptions>({
  ...LAYER_OPTIONS,
  stride: 1,
  padding: 1,
  dilation: 1,
  groups: 1,
  paddingMode: 1,
});

/**
 * The two-dimensional convolution (a cross-correlation, as in PyTorch) with a bias for each output channel.
 *
 * An input [n, inChannels, h, w] gives [n, outChannels, h′, w′] with h′ = ⌊(h + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1; one without a batch
 * axis one without. The weight is [outChannels, inChannels / groups, kh, kw]; weight and bias start uniform in ±1/√(inChannels/groups·kh·kw), as in
 * PyTorch. With as many groups as channels it is depthwise.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.Conv2d(1, 8, 3, { stride: 2, padding: 1 });
 * console.log(layer.call(randn([16, 1, 28, 28])).shape); // [ 16, 8, 14, 14 ]
 * const depthwise = new nn.Conv2d(8, 8, 3, { groups: 8, padding: "same" });
 * console.log(depthwise.weight.shape); // [ 8, 1, 3, 3 ]
 * ```
 */
export class Conv2d extends Module {
  /** The trained kernels, [outChannels, inChannels / groups, kh, kw]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Height and width of a window. */
  readonly kernelSize: [number, number];
  /** Step between windows, down and across. */
  readonly stride: [number, number];
  /** What is added above and below, left and right: numbers, "same" or "valid". */
  readonly padding: [number, number] | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet, down and across. */
  readonly dilation: [number, number];
  /** Groups of channels. */
  readonly groups: number;
  /** What is added. */
  readonly paddingMode: PaddingMode;

  /**
   * All sizes are whole numbers from 1, the padding from 0.
   *
   * @param inChannels channels of the input, a multiple of the groups
   * @param outChannels channels of the output, a multiple of the groups
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
    this.groups = options.groups ?? 1;
    checkChannels("Conv2d", inChannels, outChannels, this.groups);
    this.kernelSize = pair("Conv2d", "kernelSize", kernelSize, 1);
    const stride = this.stride = pair("Conv2d", "stride", options.stride ?? 1, 1);
    const read = (padding: Pair) => pair("Conv2d", "padding", padding, 0);
    this.padding = checkPadding("Conv2d", options.padding ?? 0, stride, read) as Conv2d["padding"];
    this.dilation = pair("Conv2d", "dilation", options.dilation ?? 1, 1);
    this.paddingMode = options.paddingMode ?? "zeros";
    checkPaddingMode("Conv2d", this.paddingMode);
    const shape = [outChannels, inChannels / this.groups, ...this.kernelSize];
    this.registerParameter("weight", parameter(zeros(shape, onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /** x [n, inChannels, h, w] → [n, outChannels, h′, w′] */
  forward(x: Tensor): Tensor {
    const { bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === "zeros") return conv2d(x, this.weight, { bias, stride, padding, dilation, groups });
    return conv2d(surround(x, this), this.weight, { bias, stride, dilation, groups });
  }

  /** Its settings as PyTorch prints them: `1, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1)`. */
  override extraRepr(): string {
    return convRepr(this);
  }
}
