/** log(1 + eˣ), of which losses and activations are made. */
import { where } from "../tensor/combine.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * log(1 + eˣ) without overflow, and with the logistic function as its gradient everywhere: |x|, of which it could be written, has none at 0.
 */
export function logOnePlusExp(x: Tensor): Tensor {
  const above = x.gt(0);
  const large = where(above, x, 0), small = where(above, 0, x);
  return where(above, large.add(large.neg().exp().log1p()), small.exp().log1p());
}
