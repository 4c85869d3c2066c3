/**
 * Initial values of parameters. Each function fills a tensor in place, outside gradients, and returns it.
 *
 * Sources: Glorot and Bengio (2010), https://proceedings.mlr.press/v9/glorot10a.html; He and others (2015),
 * https://arxiv.org/abs/1502.01852. Definitions follow PyTorch's `torch.nn.init`.
 *
 * @module
 */
import { textOf } from "../device/expect.ts";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { FILL, type FillOptions, normal_, uniform_ } from "./fill.ts";
import { drawnFrom } from "./layer_options.ts";

export { constant_, type FillOptions, normal_, ones_, uniform_, zeros_ } from "./fill.ts";
export { orthogonal_, type OrthogonalOptions } from "./orthogonal.ts";
export { dirac_, type DiracOptions, eye_, sparse_, type SparseOptions } from "./patterns.ts";
export { truncNormal_, type TruncNormalOptions } from "./trunc_normal.ts";

/** Activations that {@linkcode calculateGain} knows. */
export type Nonlinearity = "linear" | "conv2d" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** Options of the Kaiming functions. */
export interface KaimingOptions {
  /** Slope below zero of the rectifier that follows; 0 is a plain ReLU. Default: 0. */
  a?: number;
  /** Keep the variance of the forward pass ("fanIn", the default) or of the backward pass ("fanOut"). */
  mode?: "fanIn" | "fanOut";
  /** What follows the layer. Default: "leakyRelu" with slope `a`. */
  nonlinearity?: Nonlinearity;
  /** Source of the numbers. Default: the default generator. */
  generator?: Generator;
}

/** Options of the Xavier functions. */
export interface XavierOptions {
  /** Factor on the deviation. Default: 1. */
  gain?: number;
  /** Source of the numbers. Default: the default generator. */
  generator?: Generator;
}

const KAIMING = optionNames<KaimingOptions>({ a: 1, mode: 1, nonlinearity: 1, generator: 1 });
const XAVIER = optionNames<XavierOptions>({ gain: 1, generator: 1 });

/**
 * How many inputs reach one output of a weight (fanIn), and how many outputs one input reaches (fanOut). A weight is
 * [out, in, ...window]; both count the window's elements.
 *
 * @throws {RangeError} if the tensor has fewer than two axes
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * console.log(nn.init.calculateFan(zeros([8, 1, 5, 5]))); // { fanIn: 25, fanOut: 200 }
 * ```
 */
export function calculateFan(weight: Tensor): { fanIn: number; fanOut: number } {
  checkTensor("calculateFan", "the weight", weight);
  if (weight.ndim < 2) {
    throw new RangeError(
      `Cannot compute the fan of a tensor of shape [${weight.shape.join(", ")}]: a weight has at least two axes`,
    );
  }
  const [out = 0, inputs = 0, ...window] = weight.shape;
  const taps = window.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * taps, fanOut: out * taps };
}

/**
 * The factor by which an activation shrinks the deviation of its input, inverted: √(2/(1+a²)) for a rectifier of slope a, 5/3 for
 * tanh, 3/4 for selu, 1 for what is linear near zero.
 *
 * @param param the slope below zero, for "leakyRelu"; default 0.01
 * @throws {RangeError} for an activation that is not known
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * console.log(nn.init.calculateGain("relu") ** 2, nn.init.calculateGain("tanh")); // about 2 1.6667
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case "linear":
    case "conv2d":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + param ** 2));
    case "selu":
      return 3 / 4;
    default:
      throw new RangeError(
        `Cannot compute the gain of "${
          textOf(nonlinearity)
        }": known are linear, conv2d, sigmoid, tanh, relu, leakyRelu, selu`,
      );
  }
}

/** A deviation of a weight; of one without elements, which nothing is drawn for, 1: its fan may be 0. */
const drawable = (weight: Tensor, std: number): number => weight.numel === 0 ? 1 : std;

function kaimingStd(weight: Tensor, { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions): number {
  if (mode !== "fanIn" && mode !== "fanOut") {
    throw new RangeError(`Cannot use mode "${mode}": it is "fanIn" or "fanOut"`);
  }
  if (a !== 0 && nonlinearity !== "leakyRelu") {
    throw new TypeError(
      `Cannot use the slope a = ${a} with "${nonlinearity}": it is that of a leakyRelu. Leave it out`,
    );
  }
  return drawable(weight, calculateGain(nonlinearity, a) / Math.sqrt(calculateFan(weight)[mode]));
}

function xavierStd(weight: Tensor, { gain = 1 }: XavierOptions): number {
  const { fanIn, fanOut } = calculateFan(weight);
  return drawable(weight, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/** A uniform distribution of deviation `std` reaches this far on both sides of 0. */
const reach = (std: number): number => Math.sqrt(3) * std;

/**
 * Fills a weight with normal numbers of deviation gain/√fan, gain = √(2/(1+a²)), so that activations keep their scale through
 * rectifiers of slope a.
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Conv2d(1, 8, 3), new nn.ReLU());
 * model.apply((m) => {
 *   if (m instanceof nn.Conv2d) nn.init.kaimingNormal_(m.weight, { a: 0.1 });
 * });
 * ```
 */
export function kaimingNormal_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  checkOptions("kaimingNormal_", options, KAIMING);
  checkTensor("kaimingNormal_", "the weight", weight);
  return normal_(weight, 0, kaimingStd(weight, options), drawnFrom(options));
}

/**
 * Fills a weight with uniform numbers in ±√3·gain/√fan, the same deviation as {@linkcode kaimingNormal_}.
 *
 * @param weight [out, in, ...window], changed in place
 * @param options see {@linkcode KaimingOptions}
 * @throws {RangeError} for fewer than two axes, or a mode or nonlinearity that is not known
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const weight = nn.init.kaimingUniform_(zeros([50, 600]));
 * console.log(await weight.abs().max().item() <= 0.1); // true: √3·√2/√600
 * ```
 */
export function kaimingUniform_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  checkOptions("kaimingUniform_", options, KAIMING);
  checkTensor("kaimingUniform_", "the weight", weight);
  const bound = reach(kaimingStd(weight, options));
  return uniform_(weight, -bound, bound, drawnFrom(options));
}

/**
 * Fills a weight with normal numbers of deviation gain·√(2/(fanIn + fanOut)).
 *
 * @param weight [out, in, ...window], changed in place
 * @param options see {@linkcode XavierOptions}
 * @throws {RangeError} for fewer than two axes
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const weight = nn.init.xavierNormal_(zeros([300, 500]));
 * console.log(Math.abs(await weight.std().item() - 0.05) < 0.005); // true: √(2/800)
 * ```
 */
export function xavierNormal_(weight: Tensor, options: XavierOptions = {}): Tensor {
  checkOptions("xavierNormal_", options, XAVIER);
  checkTensor("xavierNormal_", "the weight", weight);
  return normal_(weight, 0, xavierStd(weight, options), drawnFrom(options));
}

/**
 * Fills a weight with uniform numbers in ±gain·√(6/(fanIn + fanOut)).
 *
 * @param weight [out, in, ...window], changed in place
 * @param options see {@linkcode XavierOptions}
 * @throws {RangeError} for fewer than two axes
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const weight = nn.init.xavierUniform_(zeros([300, 300]));
 * console.log(await weight.abs().max().item() <= 0.1); // true: √(6/600)
 * ```
 */
export function xavierUniform_(weight: Tensor, options: XavierOptions = {}): Tensor {
  checkOptions("xavierUniform_", options, XAVIER);
  checkTensor("xavierUniform_", "the weight", weight);
  const bound = reach(xavierStd(weight, options));
  return uniform_(weight, -bound, bound, drawnFrom(options));
}

/**
 * PyTorch's default for linear and convolution layers: weight and bias uniform in ±1/√fanIn. (PyTorch writes the weight's as
 * Kaiming uniform with a = √5, which is the same bound.) Without inputs the bias is 0, as there.
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const layer = new nn.Linear(100, 10);
 * nn.init.defaultInit_(layer.weight, layer.bias); // begins anew, with other numbers
 * console.log(await layer.weight.abs().max().item() <= 0.1); // true: 1/√100
 * ```
 */
export function defaultInit_(weight: Tensor, bias: Tensor | null, options: FillOptions = {}): void {
  checkOptions("defaultInit_", options, FILL);
  kaimingUniform_(weight, { ...options, a: Math.sqrt(5) });
  const { fanIn } = calculateFan(weight), bound = fanIn === 0 ? 0 : 1 / Math.sqrt(fanIn);
  if (bias) uniform_(bias, -bound, bound, options);
}
