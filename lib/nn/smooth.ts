/** Smooth activations: functions, and the layers that apply them. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * 1 / (1 + e⁻ˣ), between 0 and 1.
 *
 * @param x any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.sigmoid(tensor([-100, 0, 100])).array()); // about [ 0, 0.5, 1 ]
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  checkTensor("sigmoid", "the input", x);
  return x.sigmoid();
}

/**
 * The hyperbolic tangent, between −1 and 1.
 *
 * @param x any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.tanh(tensor([-100, 0, 100])).array()); // about [ -1, 0, 1 ]
 * ```
 */
export function tanh(x: Tensor): Tensor {
  checkTensor("tanh", "the input", x);
  return x.tanh();
}

/**
 * x·sigmoid(x), also called swish (https://arxiv.org/abs/1702.03118).
 *
 * @param x any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.silu(tensor([0, 30])).array()); // about [ 0, 30 ]
 * ```
 */
export function silu(x: Tensor): Tensor {
  checkTensor("silu", "the input", x);
  return x.mul(x.sigmoid());
}

/** Options of {@linkcode gelu}. */
export interface GeluOptions {
  /** "none" (the default) uses the error function, "tanh" the faster formula that some published models were trained with. */
  approximate?: "none" | "tanh";
}

const TWICE_SQRT_2_OVER_PI = 2 * Math.sqrt(2 / Math.PI);

const GELU_OPTIONS = optionNames<GeluOptions>({ approximate: 1 });

/**
 * x·Φ(x) with Φ the standard normal distribution function: x/2 · (1 + erf(x/√2)), or approximately
 * x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))). Source: Hendrycks and Gimpel (2016), https://arxiv.org/abs/1606.08415.
 *
 * @throws {RangeError} if `approximate` is neither "none" nor "tanh"
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await nn.functional.gelu(tensor([0, 9])).array()); // [ 0, 9 ]
 * ```
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions("gelu", options, GELU_OPTIONS);
  checkTensor("gelu", "the input", x);
  const { approximate = "none" } = options;
  switch (approximate) {
    case "none": {
      const half = x.mul(0.5);
      return half.add(half.mul(x.mul(Math.SQRT1_2).erf()));
    }
    case "tanh": // (1 + tanh z) / 2 = sigmoid(2z), which takes fewer operations
      return x.mul(x.square().mul(TWICE_SQRT_2_OVER_PI * 0.044715).add(TWICE_SQRT_2_OVER_PI).mul(x).sigmoid());
    default:
      throw new RangeError(`Cannot use gelu with approximate "${approximate}": it is "none" or "tanh"`);
  }
}

/**
 * The logistic function 1 / (1 + e⁻ˣ).
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Sigmoid().call(tensor([0])).item()); // 0.5
 * ```
 */
export class Sigmoid extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/**
 * The hyperbolic tangent.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Tanh().call(tensor([0])).item()); // 0
 * ```
 */
export class Tanh extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * x·sigmoid(x), PyTorch's SiLU.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.SiLU().call(tensor([0, 30])).array()); // [ 0, 30 ]
 * ```
 */
export class SiLU extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/**
 * x·Φ(x), the Gaussian error linear unit; see `nn.functional.gelu` for its formulas.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const act = new nn.GELU({ approximate: "tanh" });
 * console.log(await act.call(tensor([0, 9])).array()); // [ 0, 9 ]
 * console.log(String(act)); // GELU(approximate='tanh')
 * ```
 */
export class GELU extends Module {
  /** Which formula is used. */
  readonly approximate: "none" | "tanh";

  /**
   * Both formulas differ by less than 0.001.
   *
   * @param options `approximate`: which formula is used, "none" (the default) or "tanh"
   * @throws {RangeError} for another one
   */
  constructor(options: GeluOptions = {}) {
    super();
    checkOptions("GELU", options, GELU_OPTIONS);
    const { approximate = "none" } = options;
    if (approximate !== "none" && approximate !== "tanh") {
      throw new RangeError(`Cannot make GELU: approximate is "none" or "tanh", found "${approximate}"`);
    }
    this.approximate = approximate;
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }

  /** Its settings as PyTorch prints them: `approximate='none'`. */
  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}
