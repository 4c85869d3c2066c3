/** Convolution along one axis: the function and the layer. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { zeros } from "../tensor/create.ts";
import { ShapeError, showShape, whole } from "../tensor/graph.ts";
import { conv2d } from "../tensor/conv.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBias, checkCount } from "./check.ts";
import { convRepr } from "./conv2d.ts";
import { defaultInit_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** Options of {@linkcode conv1d}. */
export interface Conv1dFunctionOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between windows. Default: 1. */
  stride?: number;
  /** Zeros added at each end. Default: 0. */
  padding?: number;
}

const FUNCTION = optionNames<Conv1dFunctionOptions>({ bias: 1, stride: 1, padding: 1 });

/**
 * Cross-correlation along one axis: x [n, c, l], weight [out, c, k] → [n, out, l′] with l′ = ⌊(l + 2·padding − k) / stride⌋ + 1.
 *
 * @throws {ShapeError} if the shapes do not fit, or the bias is not [out]
 * @throws {RangeError} if stride or padding is no whole number in range; {@linkcode TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const y = nn.functional.conv1d(tensor([[[1, 2, 4]]]), tensor([[[-1, 1]]]));
 * console.log(await y.array()); // [ [ [ 1, 2 ] ] ]
 * ```
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  options: Conv1dFunctionOptions = {},
): Tensor {
  checkOptions("conv1d", options, FUNCTION);
  checkTensor("conv1d", "the input", x);
  checkTensor("conv1d", "the weight", weight);
  const { bias, stride = 1, padding = 0 } = options;
  whole("conv1d", "stride", stride, 1);
  whole("conv1d", "padding", padding);
  if (x.ndim !== 3 || weight.ndim !== 3 || x.shape[1] !== weight.shape[1]) {
    throw new ShapeError(
      `Cannot conv1d ${showShape(x.shape)} with weights ${showShape(weight.shape)}: ` +
        `it takes [batch, channels, length] and [out, channels, kernel]`,
      [x.shape, weight.shape],
    );
  }
  if (x.shape[2]! + 2 * padding < weight.shape[2]!) {
    throw new ShapeError(
      `Cannot conv1d ${showShape(x.shape)} with weights ${showShape(weight.shape)}: ` +
        `the kernel is larger than the padded length, ${x.shape[2]! + 2 * padding}`,
      [x.shape, weight.shape],
    );
  }
  // An image of one row
  const y = conv2d(x.unsqueeze(2), weight.unsqueeze(2), { stride: [1, stride], padding: [0, padding] }).squeeze(2);
  checkTensorOrNone("conv1d", "the bias", bias);
  if (bias) checkBias("conv1d", bias, y.shape[1]!);
  return bias ? y.add(bias.view(1, -1, 1)) : y;
}

/** Options of {@linkcode Conv1d}. */
export interface Conv1dOptions extends LayerOptions {
  /** Step between windows. Default: 1. */
  stride?: number;
  /** Zeros added at each end. Default: 0. */
  padding?: number;
}

const LAYER = optionNames<Conv1dOptions>({ ...LAYER_OPTIONS, stride: 1, padding: 1 });

/**
 * The one-dimensional convolution (a cross-correlation, as in PyTorch) with a bias for each output channel.
 *
 * An input [n, inChannels, l] gives [n, outChannels, l′] with l′ = ⌊(l + 2·padding − kernel) / stride⌋ + 1. The weight is
 * [outChannels, inChannels, kernel]; weight and bias start uniform in ±1/√(inChannels·kernel), as in PyTorch. There is no dilation.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.Conv1d(16, 33, 3, { stride: 2 });
 * console.log(layer.call(randn([20, 16, 50])).shape); // [ 20, 33, 24 ]
 * ```
 */
export class Conv1d extends Module {
  /** The trained kernels, [outChannels, inChannels, kernelSize]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Step between windows, in elements. */
  readonly stride: number;
  /** Zeros added at each end. */
  readonly padding: number;

  /**
   * All sizes are whole numbers from 1, the padding from 0.
   *
   * @param inChannels channels of the input
   * @param outChannels channels of the output
   * @param kernelSize length of the window
   * @param options see {@linkcode Conv1dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: number,
    options: Conv1dOptions = {},
  ) {
    super();
    checkOptions("Conv1d", options, LAYER);
    this.stride = options.stride ?? 1;
    this.padding = options.padding ?? 0;
    checkCount("Conv1d", "inChannels", inChannels);
    checkCount("Conv1d", "outChannels", outChannels);
    checkCount("Conv1d", "kernelSize", kernelSize);
    checkCount("Conv1d", "stride", this.stride);
    checkCount("Conv1d", "padding", this.padding, 0);
    this.registerParameter("weight", parameter(zeros([outChannels, inChannels, kernelSize], onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /** x [n, inChannels, l] → [n, outChannels, l′] */
  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, { bias: this.bias, stride: this.stride, padding: this.padding });
  }

  /** Its settings as PyTorch prints them: `16, 33, kernel_size=(3,), stride=(2,)`. */
  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return convRepr(this, [kernelSize], [stride], [padding]);
  }
}
