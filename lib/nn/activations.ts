/** Rectifiers: functions and modules. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { pyFloat } from "./repr.ts";

/**
 * max(0, x).
 *
 * @param x any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.relu(tensor([-1, 2])).array()); // [ 0, 2 ]
 * ```
 */
export function relu(x: Tensor): Tensor {
  checkTensor("relu", "the input", x);
  return x.relu();
}

/**
 * x above 0, `slope`·x below.
 *
 * @param x any shape
 * @param slope default 0.01
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.leakyRelu(tensor([-1, 2]), 0.5).array()); // [ -0.5, 2 ]
 * ```
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkTensor("leakyRelu", "the input", x);
  return x.leakyRelu(slope);
}

/** Options of {@linkcode generalRelu}. */
export interface GeneralReluOptions {
  /** Slope below zero. Default: none, a plain rectifier. */
  leak?: number | undefined;
  /** What to subtract. Default: nothing. */
  sub?: number | undefined;
  /** Upper bound. Default: none. */
  maxv?: number | undefined;
}

const OPTIONS = optionNames<GeneralReluOptions>({ leak: 1, sub: 1, maxv: 1 });

/**
 * min(leaky(x) − sub, maxv): a rectifier that may leak, be shifted down and be capped.
 *
 * @param x any shape
 * @param options see {@linkcode GeneralReluOptions}; without any it is a plain rectifier
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.generalRelu(tensor([-2, 1, 9]), { leak: 0.5, sub: 1, maxv: 2 }).array()); // [ -2, 0, 2 ]
 * ```
 */
export function generalRelu(x: Tensor, options: GeneralReluOptions = {}): Tensor {
  checkOptions("generalRelu", options, OPTIONS);
  checkTensor("generalRelu", "the input", x);
  const { leak, sub, maxv } = options;
  let y = leak === undefined ? x.relu() : x.leakyRelu(leak);
  if (sub !== undefined) y = y.sub(sub);
  if (maxv !== undefined) y = y.clampMax(maxv);
  return y;
}

/**
 * The rectifier max(0, x).
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ReLU().call(tensor([-1, 2])).array()); // [ 0, 2 ]
 * ```
 */
export class ReLU extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/**
 * The rectifier that leaks: x above 0, negativeSlope·x below.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.LeakyReLU(0.5).call(tensor([-1, 2])).array()); // [ -0.5, 2 ]
 * console.log(String(new nn.LeakyReLU())); // LeakyReLU(negative_slope=0.01)
 * ```
 */
export class LeakyReLU extends Module {
  /**
   * The slope is fixed; it is not trained.
   *
   * @param negativeSlope slope below zero; default 0.01
   * @throws {TypeError} for a slope that is no number
   */
  constructor(readonly negativeSlope = 0.01) {
    super();
    if (typeof negativeSlope !== "number") {
      throw new TypeError(`Cannot make LeakyReLU: negativeSlope must be a number, found ${typeof negativeSlope}`);
    }
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }

  /** Its settings as PyTorch prints them: `negative_slope=0.01`. */
  override extraRepr(): string {
    return `negative_slope=${pyFloat(this.negativeSlope)}`;
  }
}

/**
 * A rectifier that may leak, be shifted down and be capped: min(leaky(x) − sub, maxv), where leaky(x) is x above 0 and leak·x below.
 *
 * Without options it is {@linkcode ReLU}. A leak of 0.1 and a sub of 0.4 bring the mean of its output near 0 for inputs of mean 0 and
 * deviation 1, which is what the next layer wants.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const act = new nn.GeneralReLU({ leak: 0.5, sub: 1, maxv: 2 });
 * console.log(await act.call(tensor([-2, 1, 9])).array()); // [ -2, 0, 2 ]
 * ```
 */
export class GeneralReLU extends Module {
  /** Slope below zero; undefined is a plain rectifier. */
  readonly leak: number | undefined;
  /** What is subtracted; undefined is nothing. May be changed between steps, as LSUV does. */
  sub: number | undefined;
  /** Upper bound of the output; undefined is none. */
  readonly maxv: number | undefined;

  /**
   * Each number that is left out leaves its part of the formula out.
   *
   * @param options see {@linkcode GeneralReluOptions}
   */
  constructor(options: GeneralReluOptions = {}) {
    super();
    checkOptions("GeneralReLU", options, OPTIONS);
    const { leak, sub, maxv } = options;
    this.leak = leak;
    this.sub = sub;
    this.maxv = maxv;
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return generalRelu(x, { leak: this.leak, sub: this.sub, maxv: this.maxv });
  }
}
