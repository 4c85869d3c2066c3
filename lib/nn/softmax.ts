/** Softmax and its logarithm. */
import { checkTensor } from "../tensor/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";

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
