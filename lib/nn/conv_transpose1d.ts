/** The transposed convolution along one axis: the function and the module. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { convTranspose2d } from "../tensor/conv.ts";
import { zeros } from "../tensor/create.ts";
import { checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape, whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import {
  checkChannels,
  checkFloats,
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

/** Options of {@linkcode convTranspose1d}. */
export interface ConvTranspose1dFunctionOptions {
  /** One number for each output channel. Default: none. */
  bias?: Tensor | null;
  /** Step between the places where the kernel is laid. Default: 1. */
  stride?: number;
  /** Elements that are left out at each end of the result. Default: 0. */
  padding?: number;
  /** Elements more at the end of the result; less than the stride or the dilation. Default: 0. */
  outputPadding?: number;
  /** Into how many groups the channels fall: each group of inputs reaches its group of outputs alone. Default: 1. */
  groups?: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. Default: 1. */
  dilation?: number;
}

const FUNCTION = optionNames<ConvTranspose1dFunctionOptions>({
  bias: 1,
  stride: 1,
  padding: 1,
  outputPadding: 1,
  groups: 1,
  dilation: 1,
});

/**
 * The transposed convolution along one axis: x [n, c, l], weight [c, out / groups, k] → [n, out, l′] with
 * l′ = (l − 1)·stride − 2·padding + dilation·(k − 1) + outputPadding + 1; an input without a batch axis, [c, l], gives one without.
 *
 * @throws {ShapeError} if the shapes do not fit, or the bias is not [out]
 * @throws {RangeError} if a setting is no whole number in range, or outputPadding is not less than the stride or the dilation; {@linkcode TypeError}
 * for other types than float32
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const y = F.convTranspose1d(tensor([[[1, 2, 4]]]), tensor([[[1, -1]]]));
 * console.log(await y.array()); // [ [ [ 1, 1, 2, -4 ] ] ]
 * ```
 */
export function convTranspose1d(x: Tensor, weight: Tensor, options: ConvTranspose1dFunctionOptions = {}): Tensor {
  const what = "convTranspose1d";
  checkOptions(what, options, FUNCTION);
  checkTensor(what, "the input", x);
  checkTensor(what, "the weight", weight);
  const { bias, stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  whole(what, "stride", stride, 1);
  whole(what, "padding", padding);
  whole(what, "outputPadding", outputPadding);
  whole(what, "groups", groups, 1);
  whole(what, "dilation", dilation, 1);
  const refuse = (why: string) =>
    new ShapeError(`Cannot convTranspose1d ${showShape(x.shape)} with weights ${showShape(weight.shape)}: ${why}`, [
      x.shape,
      weight.shape,
    ]);
  if (x.ndim !== 3 && x.ndim !== 2 || weight.ndim !== 3 || x.shape.at(-2) !== weight.shape[0]) {
    throw refuse("it takes [batch, channels, length] or [channels, length], and [channels, out, kernel]");
  }
  const [channels, , kernel] = weight.shape as [number, number, number];
  if (channels % groups !== 0) throw refuse(`${channels} input channels do not fall into ${groups} groups`);
  if (outputPadding >= Math.max(stride, dilation)) {
    throw new RangeError(
      `Cannot convTranspose1d with outputPadding ${outputPadding}: it must be less than the stride, ${stride}, or the dilation, ${dilation}`,
    );
  }
  const length = (x.shape.at(-1)! - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1;
  if (length < 1) throw refuse(`the padding, ${padding}, leaves nothing of the result, a length of ${length}`);
  checkFloats(what, x, weight);
  // An image of one row
  const y = convTranspose2d(x.unsqueeze(-2), weight.unsqueeze(2), {
    stride: [1, stride],
    padding: [0, padding],
    outputPadding: [0, outputPadding],
    groups,
    dilation: [1, dilation],
  }).squeeze(-2);
  return withBias(what, y, bias, 1);
}

/** Options of {@linkcode ConvTranspose1d}. */
export interface ConvTranspose1dOptions extends LayerOptions {
  /** Step between the places where the kernel is laid. Default: 1. */
  stride?: number;
  /** Elements that are left out at each end of the result. Default: 0. */
  padding?: number;
  /** Elements more at the end of the result; less than the stride or the dilation. Default: 0. */
  outputPadding?: number;
  /** Into how many groups the channels fall: each group of inputs reaches its group of outputs alone. Default: 1. */
  groups?: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. Default: 1. */
  dilation?: number;
}

const LAYER = optionNames<ConvTranspose1dOptions>({
  ...LAYER_OPTIONS,
  stride: 1,
  padding: 1,
  outputPadding: 1,
  groups: 1,
  dilation: 1,
});

/**
 * The one-dimensional transposed convolution with a bias for each output channel.
 *
 * An input [n, inChannels, l] gives [n, outChannels, l′] with l′ = (l − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1; one without a
 * batch axis one without. The weight is [inChannels, outChannels / groups, kernel]; weight and bias start uniform in ±1/√(outChannels/groups·kernel),
 * as in PyTorch.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.ConvTranspose1d(16, 8, 4, { stride: 2, padding: 1 });
 * console.log(layer.call(randn([4, 16, 25])).shape); // [ 4, 8, 50 ]
 * ```
 */
export class ConvTranspose1d extends Module {
  /** The trained kernels, [inChannels, outChannels / groups, kernelSize]. */
  declare weight: Parameter;
  /** What is added to each output channel, [outChannels]; null without one. */
  declare bias: Parameter | null;
  /** Step between the places where the kernel is laid. */
  readonly stride: number;
  /** Elements that are left out at each end of the result. */
  readonly padding: number;
  /** Elements more at the end of the result. */
  readonly outputPadding: number;
  /** Groups of channels. */
  readonly groups: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. */
  readonly dilation: number;

  /**
   * All sizes are whole numbers from 1, padding and outputPadding from 0.
   *
   * @param inChannels channels of the input, a multiple of the groups
   * @param outChannels channels of the output, a multiple of the groups
   * @param kernelSize length of the kernel
   * @param options see {@linkcode ConvTranspose1dOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: number,
    options: ConvTranspose1dOptions = {},
  ) {
    super();
    checkOptions("ConvTranspose1d", options, LAYER);
    this.stride = options.stride ?? 1;
    this.padding = options.padding ?? 0;
    this.outputPadding = options.outputPadding ?? 0;
    this.groups = options.groups ?? 1;
    this.dilation = options.dilation ?? 1;
    checkChannels("ConvTranspose1d", inChannels, outChannels, this.groups);
    checkCount("ConvTranspose1d", "kernelSize", kernelSize);
    checkCount("ConvTranspose1d", "stride", this.stride);
    checkCount("ConvTranspose1d", "padding", this.padding, 0);
    checkCount("ConvTranspose1d", "outputPadding", this.outputPadding, 0);
    checkCount("ConvTranspose1d", "dilation", this.dilation);
    checkOutputPadding("ConvTranspose1d", this.#sizes());
    const shape = [inChannels, outChannels / this.groups, kernelSize];
    this.registerParameter("weight", parameter(zeros(shape, onDevice(options))));
    this.registerParameter("bias", options.bias ?? true ? parameter(zeros([outChannels], onDevice(options))) : null);
    defaultInit_(this.weight, this.bias, drawnFrom(options));
  }

  /**
   * x [n, inChannels, l] → [n, outChannels, l′]
   *
   * @param outputSize what the result's last axes, or all of them, are to be: the layer's output padding then does not count. `call`, which takes tensors
   * alone, takes a tensor of that size. (PyTorch's `output_size`.)
   * @throws {RangeError} for a size that no output padding below the stride gives; {@linkcode TypeError} for what is no size
   */
  forward(x: Tensor, outputSize?: OutputSize): Tensor {
    const { bias, stride, padding, groups, dilation } = this;
    const [outputPadding = this.outputPadding] = outputSize === undefined
      ? []
      : outputPaddingFor("ConvTranspose1d", x, outputSize, this.#sizes());
    return convTranspose1d(x, this.weight, { bias, stride, padding, outputPadding, groups, dilation });
  }

  /** Its sizes as a number an axis. */
  #sizes() {
    const { kernelSize, stride, padding, outputPadding, dilation } = this;
    return {
      kernelSize: [kernelSize],
      stride: [stride],
      padding: [padding],
      outputPadding: [outputPadding],
      dilation: [dilation],
    };
  }

  /** Its settings as PyTorch prints them: `16, 8, kernel_size=(4,), stride=(2,), padding=(1,)`. */
  override extraRepr(): string {
    const { inChannels, outChannels, bias, groups } = this;
    return convRepr({ inChannels, outChannels, bias, groups, ...this.#sizes() });
  }
}
