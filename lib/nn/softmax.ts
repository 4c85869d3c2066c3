/** Softmax and its logarithm. */
import { checkNumber, checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * exp(x) over its sum along `dim`.
 *
 * @param x float32 of at least one axis
 * @param dim the axis along which the result adds up to 1; default −1, the last
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.softmax(tensor([[0, 0], [1000, 0]])).array()); // [ [ 0.5, 0.5 ], [ 1, 0 ] ]
 * ```
 */
export function softmax(x: Tensor, dim = -1): Tensor {
  checkTensor("softmax", "the input", x);
  return x.softmax(dim);
}

/**
 * The logarithm of {@linkcode softmax}, computed stably: x − logsumexp(x).
 *
 * @param x float32 of at least one axis
 * @param dim default −1, the last
 * @returns x's shape
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.logSoftmax(tensor([1000, 0])).array()); // [ 0, -1000 ]
 * ```
 */
export function logSoftmax(x: Tensor, dim = -1): Tensor {
  checkTensor("logSoftmax", "the input", x);
  return x.logSoftmax(dim);
}

/**
 * exp(x) over its sum along an axis; see `nn.functional.softmax`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.Softmax().call(tensor([[0, 0], [1000, 0]])).array()); // [ [ 0.5, 0.5 ], [ 1, 0 ] ]
 * ```
 */
export class Softmax extends Module {
  /**
   * The axis is looked for when it is called.
   *
   * @param dim default −1, the last
   * @throws {TypeError} for what is no number
   */
  constructor(readonly dim: number = -1) {
    super();
    checkNumber("make Softmax", "dim", dim);
  }

  /** x float32 of at least one axis → the same shape */
  forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }

  /** Its settings as PyTorch prints them: `dim=-1`. */
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * The logarithm of softmax along an axis; see `nn.functional.logSoftmax`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.LogSoftmax().call(tensor([1000, 0])).array()); // [ 0, -1000 ]
 * ```
 */
export class LogSoftmax extends Module {
  /**
   * The axis is looked for when it is called.
   *
   * @param dim default −1, the last
   * @throws {TypeError} for what is no number
   */
  constructor(readonly dim: number = -1) {
    super();
    checkNumber("make LogSoftmax", "dim", dim);
  }

  /** x float32 of at least one axis → the same shape */
  forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dim);
  }

  /** Its settings as PyTorch prints them: `dim=-1`. */
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
