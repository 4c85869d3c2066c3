/** Activations of straight pieces with upper and lower ends: functions, and the layers that apply them. */
import { where } from "../tensor/combine.ts";
import { checkNumber, checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { pyFloat } from "./repr.ts";

/** `inside` between both ends, numbers beyond them; no gradient flows at the ends themselves, as in PyTorch. */
function between(x: Tensor, least: number, most: number, below: number, inside: Tensor, above: number): Tensor {
  return where(x.le(least), below, where(x.ge(most), above, inside));
}

/**
 * x between two ends, which it does not pass.
 *
 * @param x float32 of any shape
 * @param min lower end; default -1
 * @param max upper end; default 1
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.hardtanh(tensor([-3, 0.5, 3])).array()); // [ -1, 0.5, 1 ]
 * ```
 */
export function hardtanh(x: Tensor, min = -1, max = 1): Tensor {
  checkTensor("hardtanh", "the input", x);
  checkNumber("compute hardtanh", "min", min);
  checkNumber("compute hardtanh", "max", max);
  if (!(min < max)) throw new RangeError(`Cannot compute hardtanh: min must be below max, found ${min} and ${max}`);
  return between(x, min, max, min, x, max);
}

/**
 * A rectifier that ends at 6 (https://arxiv.org/abs/1704.04861).
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.relu6(tensor([-1, 2, 9])).array()); // [ 0, 2, 6 ]
 * ```
 */
export function relu6(x: Tensor): Tensor {
  checkTensor("relu6", "the input", x);
  return between(x, 0, 6, 0, x, 6);
}

/**
 * x/6 + 1/2 between 0 and 1, which it reaches at −3 and 3 (https://arxiv.org/abs/1905.02244).
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.hardsigmoid(tensor([-9, 0, 9])).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export function hardsigmoid(x: Tensor): Tensor {
  checkTensor("hardsigmoid", "the input", x);
  return between(x, -3, 3, 0, x.add(3).div(6), 1);
}

/**
 * x·hardsigmoid(x), a swish of a parabola and a line (https://arxiv.org/abs/1905.02244).
 *
 * @param x float32 of any shape
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.hardswish(tensor([-9, 0, 9])).array()); // [ 0, 0, 9 ]
 * ```
 */
export function hardswish(x: Tensor): Tensor {
  checkTensor("hardswish", "the input", x);
  // Beyond both ends the parabola's gradient is 0, which times an infinite input would be NaN.
  const near = where(x.abs().gt(3), 0, x);
  return where(x.lt(-3), x.mul(0), where(x.le(3), near.mul(near.add(3).div(6)), x));
}

/**
 * x between two ends; see `nn.functional.hardtanh`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Hardtanh(-2, 2).call(tensor([-3, 0.5, 3])).array()); // [ -2, 0.5, 2 ]
 * ```
 */
export class Hardtanh extends Module {
  /**
   * The settings are fixed; they are not trained.
   *
   * @param minVal lower end; default -1
   * @param maxVal upper end; default 1
   * @throws {TypeError} for what is no number
   */
  constructor(readonly minVal: number = -1, readonly maxVal = 1) {
    super();
    checkNumber("make Hardtanh", "minVal", minVal);
    checkNumber("make Hardtanh", "maxVal", maxVal);
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return hardtanh(x, this.minVal, this.maxVal);
  }

  /** Its settings as PyTorch prints them. */
  override extraRepr(): string {
    return `min_val=${pyFloat(this.minVal)}, max_val=${pyFloat(this.maxVal)}`;
  }
}

/**
 * A rectifier that ends at 6; see `nn.functional.relu6`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ReLU6().call(tensor([-1, 2, 9])).array()); // [ 0, 2, 6 ]
 * ```
 */
export class ReLU6 extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/**
 * x/6 + 1/2 between 0 and 1; see `nn.functional.hardsigmoid`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Hardsigmoid().call(tensor([-9, 0, 9])).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export class Hardsigmoid extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/**
 * x·hardsigmoid(x); see `nn.functional.hardswish`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Hardswish().call(tensor([-9, 0, 9])).array()); // [ 0, 0, 9 ]
 * ```
 */
export class Hardswish extends Module {
  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return hardswish(x);
  }
}
