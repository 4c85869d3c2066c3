/** Which units are off. */
import { anyOther as other } from "../ops/statistics.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/**
 * Whether any element along `axes` (sorted, from 0), which disappear from the shape, is another number than `rest`: bool. NaN is. Where each unit
 * soon has such an element, this costs next to nothing.
 *
 * @internal
 */
export function anyOther(x: TensorHandle, axes: readonly number[], rest: number): Tensor {
  return new Tensor(other(x.node(), axes, rest));
}
