/** Statistics for telemetry. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { STATISTICS_HEAD } from "../device/steps/statistics.ts";
import { checkTensor } from "./expect.ts";
import { statistics as count } from "../ops/statistics.ts";
import { cat } from "./combine.ts";
import { full, zeros } from "./create.ts";
import type { TensorHandle } from "./handle.ts";
import { checkBins } from "./bins.ts";
import { Tensor } from "./tensor.ts";

export { STATISTICS_HEAD };

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
 * Mean, unbiased standard deviation and histogram of all elements, in one pass on the device: float32
 * `[mean, std, below, above, zeros, nonFinite, ...counts]`, of shape [6 + bins].
 *
 * Each element is counted once: in a bin, in `below` or `above` if it is finite and outside [min, max], in `nonFinite` if it is NaN, ∞ or −∞.
 * `zeros` counts once more those that are exactly 0, of either sign: what else is in the bin at 0 is only small.
 *
 * Mean and deviation are those of all elements, as PyTorch's `mean` and `std`: where one is not finite, neither are they. Of no elements they
 * are NaN, as is the deviation of one. No gradient flows through. Bins are PyTorch's histc's.
 *
 * @throws {RangeError} if there is no bin, or `min` and `max` are not finite and `min` below `max`
 *
 * @example
 * ```ts
 * import { statistics, tensor } from "./mod.ts";
 * const s = statistics(tensor([-1, 1, 3, 30]), { bins: 2, min: 0, max: 10 });
 * console.log(await s.array()); // about [ 8.25, 14.59, 0, 1, 0, 0, 3, 0 ]
 * ```
 */
export function statistics(x: TensorHandle, options: StatisticsOptions = {}): Tensor {
  checkOptions("statistics", options, OPTIONS);
  checkTensor("statistics", "the input", x);
  const { bins = 40, min = 0, max = 10, absolute = true } = options;
  checkBins(bins, min, max);
  // Nothing has no mean and no deviation.
  if (x.numel === 0) {
    return cat([full([2], NaN, { device: x.device }), zeros([STATISTICS_HEAD - 2 + bins], { device: x.device })]);
  }
  return new Tensor(count(x.node(), bins, min, max, absolute));
}
