/** Statistics for telemetry. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { whole } from "../device/whole.ts";
import { checkTensor } from "./expect.ts";
import { statistics as count } from "../ops/statistics.ts";
import { cat } from "./combine.ts";
import { full, zeros } from "./create.ts";
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

const OPTIONS = optionNames<StatisticsOptions>({ bins: 1, min: 1, max: 1, absolute: 1 });

/**
 * Mean, unbiased standard deviation and histogram of all elements, in one pass on the device: float32 `[mean, std, below, above, ...counts]`.
 *
 * Of no elements, mean and deviation are NaN. `below` and `above` count what lies outside [min, max]. No gradient flows through. Bins are PyTorch's histc's.
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
  checkOptions("statistics", options, OPTIONS);
  checkTensor("statistics", "the input", x);
  const { bins = 40, min = 0, max = 10, absolute = true } = options;
  whole("count elements", "the number of bins", bins, 1);
  if (!(min < max)) throw new RangeError(`Cannot count in [${min}, ${max}]: min must be below max`);
  // Nothing has no mean and no deviation.
  if (x.numel === 0) return cat([full([2], NaN, { device: x.device }), zeros([2 + bins], { device: x.device })]);
  return new Tensor(count(x.node(), bins, min, max, absolute));
}
