/** Convolution along one axis: the function and the layer. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { zeros } from "../tensor/create.ts";
import { ShapeError, showShape, whole } from "../tensor/graph.ts";
import { conv2d } from "../tensor/conv.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import {
  checkChannels,
  checkFloats,
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

/** Options of {@linkcode conv1d}. */
export interface Conv1dFunctionOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between windows. Default: 1. */
  stride?: number;
  /** Zeros added at each end; "same" for a result of the input's length (stride 1), "valid" for none. Default: 0. */
  padding?: number | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. Default: 1. */
  dilation?: number;
  /** Into how many groups the channels fall: each group of outputs sees its group of inputs alone. Default: 1. */
  groups?: number;
}

const FUNCTION = optionNames<Conv1dFunctionOptions>({ bias: 1, stride: 1, padding: 1, dilation: 1, groups: 1 });

/** Padding along one axis, for an image of one row. */
const across = (padding: number | "same" | "valid") => typeof padding === "number" ? [0, padding] as const : padding;

/**
 * Cross-correlation along one axis: x [n, c, l], weight [out, c / groups, k] → [n, out, l′] with
 * l′ = ⌊(l + 2·padding − dilation·(k − 1) − 1) / stride⌋ + 1; an input without a batch axis, [c, l], gives one without.
 *
 * @throws {ShapeError} if the shapes do not fit, or the bias is not [out]
 * @throws {RangeError} if stride, padding, dilation or groups are no whole numbers in range, or for padding "same" with a stride;
 * {@linkcode TypeError} for other types than float32
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
  const { bias, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  whole("conv1d", "stride", stride, 1);
  if (padding !== "same" && padding !== "valid") whole("conv1d", "padding", padding);
  whole("conv1d", "dilation", dilation, 1);
  whole("conv1d", "groups", groups, 1);
  const refuse = (why: string) =>
    new ShapeError(`Cannot conv1d ${showShape(x.shape)} with weights ${showShape(weight.shape)}: ${why}`, [
      x.shape,
      weight.shape,
    ]);
  if (x.ndim !== 3 && x.ndim !== 2 || weight.ndim !== 3 || x.shape.at(-2) !== weight.shape[1]! * groups) {
    const inGroups = groups === 1 ? "" : `, the channels of one of ${groups} groups`;
    throw refuse(`it takes [batch, channels, length] or [channels, length], and [out, channels, kernel]${inGroups}`);
  }
  if (weight.shape[0]! % groups !== 0) {
    throw refuse(`${weight.shape[0]} output channels do not fall into ${groups} groups`);
  }
  if (weight.shape[2] === 0) throw refuse("a kernel has at least one element");
  const length = x.shape.at(-1)! + (typeof padding === "number" ? 2 * padding : 0);
  if (padding !== "same" && length < dilation * (weight.shape[2]! - 1) + 1) {
    throw refuse(`the kernel is larger than the padded length, ${length}`);
  }
  checkFloats("conv1d", x, weight);
  // An image of one row
  const y = conv2d(x.unsqueeze(-2), weight.unsqueeze(2), {
    stride: [1, stride],
    padding: across(padding),
    dilation: [1, dilation],
    groups,
  }).squeeze(-2);
  return withBias("conv1d", y, bias, 1);
}

/** Options of {@linkcode Conv1d}. */
export interface Conv1dOptions extends LayerOptions {
  /** Step between windows. Default: 1. */
  stride?: number;
  /** What is added at each end; "same" for a result of the input's length (stride 1), "valid" for nothing. Default: 0. */
  padding?: number | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. Default: 1. */
  dilation?: number;
  /** Into how many groups the channels fall: each group of outputs sees its group of inputs alone. Default: 1. */
  groups?: number;
  /** What is added: "zeros" (the default), or the input mirrored ("reflect"), its ends again ("replicate"), its other end ("circular"). */
  paddingMode?: PaddingMode;
}

const LAYER = optionNames<Conv1dOptions>({
  ...LAYER_OPTIONS,
  stride: 1,
  padding: 1,
  dilation: 1,
  groups: 1,
  paddingMode: 1,
});

/**
 * The one-dimensional convolution (a cross-correlation, as in PyTorch) with a bias for each output channel.
 *
 * An input [n, inChannels, l] gives [n, outChannels, l′] with l′ = ⌊(l + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1; one without a batch axis
 * one without. The weight is [outChannels, inChannels / groups, kernel]; weight and bias start uniform in ±1/√(inChannels/groups·kernel), as in
 * PyTorch.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.Conv1d(16, 33, 3, { stride: 2 });
 * console.log(layer.call(randn([20, 16, 50])).shape); // [ 20, 33, 24 ]
 * ```
 */
export class Conv1d extends Module {
  /** The trained kernels, [outChannels, inChannels / groups, kernelSize]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Step between windows, in elements. */
  readonly stride: number;
  /** What is added at each end: a number, "same" or "valid". */
  readonly padding: number | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. */
  readonly dilation: number;
  /** Groups of channels. */
  readonly groups: number;
  /** What is added. */
  readonly paddingMode: PaddingMode;

  /**
   * All sizes are whole numbers from 1, the padding from 0.
   *
   * @param inChannels channels of the input, a multiple of the groups
   * @param outChannels channels of the output, a multiple of the groups
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
    this.dilation = options.dilation ?? 1;
    this.groups = options.groups ?? 1;
    this.paddingMode = options.paddingMode ?? "zeros";
    checkChannels("Conv1d", inChannels, outChannels, this.groups);
    checkCount("Conv1d", "kernelSize", kernelSize);
    checkCount("Conv1d", "stride", this.stride);
    this.padding = checkPadding("Conv1d", options.padding ?? 0, [this.stride], (padding: number) => {
      checkCount("Conv1d", "padding", padding, 0);
      return padding;
    });
    checkCount("Conv1d", "dilation", this.dilation);
    checkPaddingMode("Conv1d", this.paddingMode);
    const shape = [outChannels, inChannels / this.groups, kernelSize];
    this.registerParameter("weight", parameter(zeros(shape, onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /** x [n, inChannels, l] → [n, outChannels, l′] */
  forward(x: Tensor): Tensor {
    const { bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === "zeros") return conv1d(x, this.weight, { bias, stride, padding, dilation, groups });
    return conv1d(surround(x, { paddingMode, ...this.#sizes() }), this.weight, { bias, stride, dilation, groups });
  }

  /** Its sizes as a number an axis. */
  #sizes() {
    const { kernelSize, stride, padding, dilation } = this;
    return {
      kernelSize: [kernelSize],
      stride: [stride],
      padding: typeof padding === "number" ? [padding] : padding,
      dilation: [dilation],
    };
  }

  /** Its settings as PyTorch prints them: `16, 33, kernel_size=(3,), stride=(2,)`. */
  override extraRepr(): string {
    const { inChannels, outChannels, bias, groups, paddingMode } = this;
    return convRepr({ inChannels, outChannels, bias, groups, paddingMode, ...this.#sizes() });
  }
}
