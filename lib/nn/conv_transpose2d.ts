/** The transposed convolution over images: the function and the module. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { convTranspose2d as transpose } from "../tensor/conv.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Pair, pair } from "./check.ts";
import {
  checkChannels,
  checkOutputPadding,
  convRepr,
  outputPaddingFor,
  type OutputSize,
  withBias,
} from "./conv_shared.ts";
import { defaultInit_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** Options of {@linkcode convTranspose2d}. */
export interface ConvTransposeOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between the places where the kernel is laid. Default: 1. */
  stride?: Pair;
  /** Rows and columns that are left out on each side of the result. Default: 0. */
  padding?: Pair;
  /** Rows and columns more at the end of the result; less than the stride or the dilation. Default: 0. */
  outputPadding?: Pair;
  /** Into how many groups the channels fall: each group of inputs reaches its group of outputs alone. Default: 1. */
  groups?: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. Default: 1. */
  dilation?: Pair;
}

const FUNCTION = optionNames<ConvTransposeOptions>({
  bias: 1,
  stride: 1,
  padding: 1,
  outputPadding: 1,
  groups: 1,
  dilation: 1,
});

/**
 * The transposed convolution: x [n, c, h, w], weight [c, out / groups, kh, kw] → [n, out, h′, w′]; an image without a batch axis, [c, h, w], gives one
 * without.
 *
 * @param options see {@linkcode ConvTransposeOptions}
 * @returns h′ = (h − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1, and w′ likewise
 * @throws {ShapeError} if the sizes do not fit, or the bias is not [out]; {@linkcode RangeError} for an outputPadding that is not less than the
 * stride or the dilation, or groups below 1; {@linkcode TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { F, ones, tensor } from "./mod.ts";
 * const y = F.convTranspose2d(tensor([[[[1, 2]]]]), ones([1, 1, 1, 2]), { stride: 2, bias: tensor([10]) });
 * console.log(await y.at(0, 0, 0).array()); // [ 11, 11, 12, 12 ]
 * ```
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  checkOptions("convTranspose2d", options, FUNCTION);
  const { bias, stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  const y = transpose(x, weight, { stride, padding, outputPadding, groups, dilation });
  return withBias("convTranspose2d", y, bias, 2);
}

/** Options of {@linkcode ConvTranspose2d}. */
export interface ConvTranspose2dOptions extends LayerOptions {
  /** Step between the places where the kernel is laid. Default: 1. */
  stride?: Pair;
  /** Rows and columns that are left out on each side of the result. Default: 0. */
  padding?: Pair;
  /** Rows and columns more at the end of the result; less than the stride or the dilation. Default: 0. */
  outputPadding?: Pair;
  /** Into how many groups the channels fall: each group of inputs reaches its group of outputs alone. Default: 1. */
  groups?: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. Default: 1. */
  dilation?: Pair;
}

const LAYER = optionNames<ConvTranspose2dOptions>({
  ...LAYER_OPTIONS,
  stride: 1,
  padding: 1,
  outputPadding: 1,
  groups: 1,
  dilation: 1,
});

/**
 * The two-dimensional transposed convolution with a bias for each output channel: it enlarges images as a {@linkcode Conv2d} of the same settings
 * makes them smaller.
 *
 * An input [n, inChannels, h, w] gives [n, outChannels, h′, w′] with h′ = (h − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1; one without
 * a batch axis one without. The weight is [inChannels, outChannels / groups, kh, kw]; weight and bias start uniform in
 * ±1/√(outChannels/groups·kh·kw), as in PyTorch.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1, outputPadding: 1 });
 * console.log(layer.call(randn([4, 16, 7, 7])).shape); // [ 4, 8, 14, 14 ]
 * console.log(layer.forward(randn([4, 16, 7, 7]), [13, 14]).shape); // [ 4, 8, 13, 14 ]
 * ```
 */
export class ConvTranspose2d extends Module {
  /** The trained kernels, [inChannels, outChannels / groups, kh, kw]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Height and width of a kernel. */
  readonly kernelSize: [number, number];
  /** Step between the places where the kernel is laid, down and across. */
  readonly stride: [number, number];
  /** What is left out above and below, left and right. */
  readonly padding: [number, number];
  /** Rows and columns more at the end of the result. */
  readonly outputPadding: [number, number];
  /** Groups of channels. */
  readonly groups: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid, down and across. */
  readonly dilation: [number, number];

  /**
   * All sizes are whole numbers from 1, padding and outputPadding from 0.
   *
   * @param inChannels channels of the input, a multiple of the groups
   * @param outChannels channels of the output, a multiple of the groups
   * @param kernelSize height and width of the kernel
   * @param options see {@linkcode ConvTranspose2dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    options: ConvTranspose2dOptions = {},
  ) {
    super();
    checkOptions("ConvTranspose2d", options, LAYER);
    this.groups = options.groups ?? 1;
    checkChannels("ConvTranspose2d", inChannels, outChannels, this.groups);
    this.kernelSize = pair("ConvTranspose2d", "kernelSize", kernelSize, 1);
    this.stride = pair("ConvTranspose2d", "stride", options.stride ?? 1, 1);
    this.padding = pair("ConvTranspose2d", "padding", options.padding ?? 0, 0);
    this.outputPadding = pair("ConvTranspose2d", "outputPadding", options.outputPadding ?? 0, 0);
    this.dilation = pair("ConvTranspose2d", "dilation", options.dilation ?? 1, 1);
    checkOutputPadding("ConvTranspose2d", this);
    const shape = [inChannels, outChannels / this.groups, ...this.kernelSize];
    this.registerParameter("weight", parameter(zeros(shape, onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /**
   * x [n, inChannels, h, w] → [n, outChannels, h′, w′]
   *
   * @param outputSize what the result's last axes, or all of them, are to be: the layer's output padding then does not count. `call`, which takes tensors
   * alone, takes a tensor of that size. (PyTorch's `output_size`.)
   * @throws {RangeError} for a size that no output padding below the stride gives; {@linkcode TypeError} for what is no size
   */
  forward(x: Tensor, outputSize?: OutputSize): Tensor {
    const { bias, stride, padding, groups, dilation } = this;
    const outputPadding = outputSize === undefined
      ? this.outputPadding
      : outputPaddingFor("ConvTranspose2d", x, outputSize, this) as [number, number];
    return convTranspose2d(x, this.weight, { bias, stride, padding, outputPadding, groups, dilation });
  }

  /** Its settings as PyTorch prints them: `16, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1)`. */
  override extraRepr(): string {
    return convRepr(this);
  }
}
