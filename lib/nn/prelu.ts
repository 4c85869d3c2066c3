/** The rectifier whose slope below zero is trained. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { where } from "../tensor/combine.ts";
import { full } from "../tensor/create.ts";
import { checkNumber, checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import type { Device } from "../device/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/**
 * x above 0, weight·x elsewhere (https://arxiv.org/abs/1502.01852).
 *
 * @param x float32 [n, channels, …], or any shape with a weight of one number
 * @param weight float32 [1], or [channels]
 * @returns x's shape
 * @throws {ShapeError} for a weight of another size
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.prelu(tensor([[-1, -1], [2, 2]]), tensor([0.25, 0.5])).array()); // [ [ -0.25, -0.5 ], [ 2, 2 ] ]
 * ```
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkTensor("prelu", "the input", x);
  checkTensor("prelu", "the weight", weight);
  const channels = x.ndim < 2 ? 1 : x.shape[1]!;
  if (weight.ndim !== 1 || (weight.shape[0] !== 1 && weight.shape[0] !== channels)) {
    throw new ShapeError(
      `Cannot compute prelu of ${showShape(x.shape)} with a weight of shape ${
        showShape(weight.shape)
      }: it takes [1], or ` +
        `one slope for each channel of axis 1, [${channels}]`,
      [x.shape, weight.shape],
    );
  }
  const slopes = weight.shape[0] === 1 ? weight.view([]) : weight.view(-1, ...x.shape.slice(2).map(() => 1));
  return where(x.gt(0), x, x.mul(slopes));
}

/** Options of {@linkcode PReLU}. */
export interface PReLUOptions {
  /** The slopes at first. Default 0.25. */
  init?: number;
  /** Where the slopes are. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<PReLUOptions>({ init: 1, device: 1 });

/**
 * The rectifier whose slope below zero is trained: one for all, or one a channel.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const act = new nn.PReLU();
 * console.log(String(act), await act.call(tensor([-4, 2])).array()); // PReLU(num_parameters=1) [ -1, 2 ]
 * ```
 */
export class PReLU extends Module {
  /** The slopes, [numParameters]. */
  declare weight: Parameter;

  /**
   * All slopes begin alike.
   *
   * @param numParameters how many slopes: 1 (the default), or the number of channels
   * @param options see {@linkcode PReLUOptions}
   * @throws {RangeError} for less than one; {@linkcode TypeError} for what is no number
   */
  constructor(readonly numParameters = 1, options: PReLUOptions = {}) {
    super();
    checkOptions("PReLU", options, OPTIONS);
    checkCount("PReLU", "numParameters", numParameters);
    const { init = 0.25, device } = options;
    checkNumber("make PReLU", "init", init);
    this.registerParameter("weight", parameter(full([numParameters], init, device ? { device } : {})));
  }

  /** x [n, channels, …], or any shape with one slope → the same shape */
  forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  /** Its settings as PyTorch prints them: `num_parameters=1`. */
  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
