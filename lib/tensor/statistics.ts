/** Statistics for telemetry. */
import { checkTensor } from "./expect.ts";
import { ShapeError } from "../graph/errors.ts";
import { statistics as count } from "../ops/statistics.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/** Options of {@linkcode statistics}. */
export interface StatisticsOptions {
  /** Number of equal bins. Default 40. */
  bins?: number;
  /** Lower edge of the first bin. Default 0. */
  min?: number;
  /** Upper edge of the last bin, which includes it. Default 10. */
  max?: number;
  /** Count |x| rather than x. Default true. */
  absolute?: boolean;
}

/**
 * Mean, unbiased standard deviation and histogram of all elements, in one pass on the device: float32 `[mean, std, below, above, ...counts]`.
 *
 * `below` and `above` count what lies outside [min, max]. No gradient flows through. Bins are PyTorch's histc's.
 *
 * @throws {RangeError} if there is no bin, or `min` is not below `max`
 *
 * @example
 * ```ts
 * import { statistics, tensor } from "./mod.ts";
 * const s = statistics(tensor([-1, 1, 3, 30]), { bins: 2, min: 0, max: 10 });
 * console.log(await s.array()); // about [ 8.25, 14.59, 0, 1, 3, 0 ]
 * ```
 */
export function statistics(x: TensorHandle, options: StatisticsOptions = {}): Tensor {
  checkTensor("statistics", "the input", x);
  const { bins = 40, min = 0, max = 10, absolute = true } = options;
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new ShapeError(`Cannot count in ${bins} bins: there must be at least one`);
  }
  if (!(min < max)) throw new RangeError(`Cannot count in [${min}, ${max}]: min must be below max`);
  return new Tensor(count(x.node(), bins, min, max, absolute));
}
