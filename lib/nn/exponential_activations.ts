/** Activations that bend by an exponential below zero, and smooth rectifiers: functions, and the layers that apply them. */
import { where } from "../tensor/combine.ts";
import { checkNumber, checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { pyFloat } from "./repr.ts";
import { logOnePlusExp } from "./softplus.ts";

/** The part of `x` below 0, and NaN; what is not below counts as 0, so that its exponential does not overflow. */
const belowZero = (x: Tensor, straight: Tensor): Tensor => where(straight, 0, x);

/**
 * x above 0, alpha·(eˣ − 1) below: the exponential linear unit (https://arxiv.org/abs/1511.07289).
 *
 * @param x float32 of any shape
 * @param alpha how far below 0 it goes; default 1
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.elu(tensor([-100, 2])).array()); // [ -1, 2 ]
 * ```
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  checkTensor("elu", "the input", x);
  checkNumber("compute elu", "alpha", alpha);
  const straight = x.ge(0);
  // The straight lines have 0: its slope is alpha, and does not change there, as in PyTorch.
  const rest = alpha === 1 ? x : where(x.gt(0), x, x.mul(alpha));
  return where(straight, rest, belowZero(x, straight).expm1().mul(alpha));
}

/**
 * x above 0, alpha·(e^(x/alpha) − 1) below, whose slope at 0 is 1 for every alpha (https://arxiv.org/abs/1704.07483).
 *
 * @param x float32 of any shape
 * @param alpha how far below 0 it goes; default 1
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.celu(tensor([-100, 2]), 2).array()); // [ -2, 2 ]
 * ```
 */
export function celu(x: Tensor, alpha = 1): Tensor {
  checkTensor("celu", "the input", x);
  checkNumber("compute celu", "alpha", alpha);
  if (alpha === 0) throw new RangeError("Cannot compute celu with an alpha of 0: x is divided by it");
  const straight = x.ge(0);
  return where(straight, x, belowZero(x, straight).div(alpha).expm1().mul(alpha));
}

/** The constants for which activations keep mean 0 and variance 1 from layer to layer, by Klambauer et al. */
const SELU_ALPHA = 1.6732632423543772, SELU_SCALE = 1.0507009873554805;

/**
 * An exponential linear unit scaled so that activations keep mean 0 and variance 1 (https://arxiv.org/abs/1706.02515).
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.selu(tensor([-100, 0])).array()); // about [ -1.758, 0 ]
 * ```
 */
export function selu(x: Tensor): Tensor {
  checkTensor("selu", "the input", x);
  return elu(x, SELU_ALPHA).mul(SELU_SCALE);
}

/**
 * log(1 + e^(beta·x)) / beta, a smooth rectifier; x itself where beta·x is above the threshold, as in PyTorch.
 *
 * @param x float32 of any shape
 * @param beta how sharply it bends; default 1
 * @param threshold from where on it is a straight line; default 20
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.softplus(tensor([0, 50])).array()); // about [ 0.6931, 50 ]
 * ```
 */
export function softplus(x: Tensor, beta = 1, threshold = 20): Tensor {
  checkTensor("softplus", "the input", x);
  checkNumber("compute softplus", "beta", beta);
  checkNumber("compute softplus", "threshold", threshold);
  const z = x.mul(beta);
  return where(z.gt(threshold), x, logOnePlusExp(z).div(beta));
}

/**
 * The logarithm of the logistic function, −log(1 + e⁻ˣ), without overflow.
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.logSigmoid(tensor([0, -1000])).array()); // about [ -0.6931, -1000 ]
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  checkTensor("logSigmoid", "the input", x);
  return logOnePlusExp(x.neg()).neg();
}

/**
 * x·tanh(log(1 + eˣ)) (https://arxiv.org/abs/1908.08681).
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.mish(tensor([0, 50])).array()); // [ 0, 50 ]
 * ```
 */
export function mish(x: Tensor): Tensor {
  checkTensor("mish", "the input", x);
  return x.mul(logOnePlusExp(x).tanh());
}

/**
 * x / (1 + |x|), between −1 and 1.
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.softsign(tensor([-1, 0, 3])).array()); // [ -0.5, 0, 0.75 ]
 * ```
 */
export function softsign(x: Tensor): Tensor {
  checkTensor("softsign", "the input", x);
  return x.div(x.abs().add(1));
}

/**
 * x above 0, alpha·(eˣ − 1) below; see `nn.functional.elu`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ELU().call(tensor([-100, 2])).array()); // [ -1, 2 ]
 * ```
 */
export class ELU extends Module {
  /**
   * The settings are fixed; they are not trained.
   *
   * @param alpha how far below 0 it goes; default 1
   * @throws {TypeError} for what is no number
   */
  constructor(readonly alpha = 1) {
    super();
    checkNumber("make ELU", "alpha", alpha);
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }

  /** Its settings as PyTorch prints them. */
  override extraRepr(): string {
    return `alpha=${pyFloat(this.alpha)}`;
  }
}

/**
 * x above 0, alpha·(e^(x/alpha) − 1) below; see `nn.functional.celu`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.CELU(2).call(tensor([-100, 2])).array()); // [ -2, 2 ]
 * ```
 */
export class CELU extends Module {
  /**
   * The settings are fixed; they are not trained.
   *
   * @param alpha how far below 0 it goes; default 1
   * @throws {TypeError} for what is no number
   */
  constructor(readonly alpha = 1) {
    super();
    checkNumber("make CELU", "alpha", alpha);
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return celu(x, this.alpha);
  }

  /** Its settings as PyTorch prints them. */
  override extraRepr(): string {
    return `alpha=${pyFloat(this.alpha)}`;
  }
}

/**
 * The scaled exponential linear unit; see `nn.functional.selu`. Weights are to be drawn with variance 1/n, Kaiming's of a linear layer.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.SELU().call(tensor([0])).item()); // 0
 * ```
 */
export class SELU extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/**
 * log(1 + e^(beta·x)) / beta; see `nn.functional.softplus`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(String(new nn.Softplus()), await new nn.Softplus().call(tensor([50])).item()); // Softplus(beta=1, threshold=20) 50
 * ```
 */
export class Softplus extends Module {
  /**
   * The settings are fixed; they are not trained.
   *
   * @param beta how sharply it bends; default 1
   * @param threshold from where on it is a straight line; default 20
   * @throws {TypeError} for what is no number
   */
  constructor(readonly beta = 1, readonly threshold = 20) {
    super();
    checkNumber("make Softplus", "beta", beta);
    checkNumber("make Softplus", "threshold", threshold);
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }

  /** Its settings as PyTorch prints them. */
  override extraRepr(): string {
    return `beta=${String(this.beta)}, threshold=${String(this.threshold)}`;
  }
}

/**
 * −log(1 + e⁻ˣ); see `nn.functional.logSigmoid`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.LogSigmoid().call(tensor([-1000])).item()); // -1000
 * ```
 */
export class LogSigmoid extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}

/**
 * x·tanh(log(1 + eˣ)); see `nn.functional.mish`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Mish().call(tensor([0, 50])).array()); // [ 0, 50 ]
 * ```
 */
export class Mish extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/**
 * x / (1 + |x|); see `nn.functional.softsign`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Softsign().call(tensor([-1, 3])).array()); // [ -0.5, 0.75 ]
 * ```
 */
export class Softsign extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return softsign(x);
  }
}
