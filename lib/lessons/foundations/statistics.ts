/** Spread and dependence of numbers, without any library. */
import { checkOptions, optionNames } from "../../device/check_options.ts";

const CORRECTION = optionNames<{ correction?: number }>({ correction: 1 });

/**
 * The arithmetic mean Σx / n.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.mean([1, 2, 4, 18])); // 6.25
 * ```
 */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/**
 * The variance: the mean of (x − mean)². With `correction` 1 the sum is divided by n − 1, which is unbiased for the distribution that the
 * values are a sample of; the default 0 is the variance of the values themselves. It equals E[x²] − E[x]².
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.variance([1, 2, 4, 18])); // 47.1875
 * ```
 */
export function variance(values: readonly number[], options: { correction?: number } = {}): number {
  checkOptions("variance", options, CORRECTION);
  const { correction = 0 } = options;
  const m = mean(values);
  return values.reduce((sum, x) => sum + (x - m) ** 2, 0) / (values.length - correction);
}

/**
 * The mean absolute deviation: the mean of |x − mean|. Without a square, one far value counts as much as it is far, and no more: of
 * [1, 2, 4, 18] it is 5.875, where the standard deviation is 6.87. It deserves more use.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.meanAbsoluteDeviation([1, 2, 4, 18])); // 5.875
 * ```
 */
export function meanAbsoluteDeviation(values: readonly number[]): number {
  const m = mean(values);
  return mean(values.map((x) => Math.abs(x - m)));
}

/**
 * The covariance: the mean of (x − mean of x)·(y − mean of y), which is E[xy] − E[x]·E[y]; `correction` as for {@linkcode variance}.
 *
 * @throws {RangeError} unless there are as many values of both
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.covariance([1, 2, 4, 18], [2, 4, 8, 36])); // 94.375
 * ```
 */
export function covariance(
  x: readonly number[],
  y: readonly number[],
  options: { correction?: number } = {},
): number {
  checkOptions("covariance", options, CORRECTION);
  const { correction = 0 } = options;
  if (x.length !== y.length) {
    throw new RangeError(`Cannot take the covariance of ${x.length} values with ${y.length}: there must be as many`);
  }
  const mx = mean(x), my = mean(y);
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) / (x.length - correction);
}

/**
 * Pearson's correlation: the covariance over both standard deviations, from −1 to 1. Both are taken with the same divisor, which cancels.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const t = [1, 2, 4, 18];
 * console.log(lessons.foundations.correlation(t, t)); // 1
 * console.log(lessons.foundations.publishedCorrelation(t, t)); // 0.75
 * ```
 */
export function correlation(x: readonly number[], y: readonly number[]): number {
  return covariance(x, y) / Math.sqrt(variance(x) * variance(y));
}

/**
 * The correlation as the lesson's code has it: a biased covariance over unbiased deviations. It is too small by (n − 1)/n, so that four values
 * correlate with themselves by .75. Use {@linkcode correlation}.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const t = [1, 2, 4, 18];
 * console.log(lessons.foundations.publishedCorrelation(t, t)); // 0.75
 * ```
 */
export function publishedCorrelation(x: readonly number[], y: readonly number[]): number {
  const unbiased = { correction: 1 };
  return covariance(x, y) / Math.sqrt(variance(x, unbiased) * variance(y, unbiased));
}

/**
 * The moving average: each value moves the average by 1 − momentum of its distance, average + (1 − momentum)·(x − average). `lerp` takes
 * that weight, and so do norms that keep running averages: their momentum of 0.1 is 0.9 here.
 *
 * @returns the average after each value; the first value begins it
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.movingAverage([3, 5, 4], 0.9)); // about [ 3, 3.2, 3.28 ]
 * ```
 */
export function movingAverage(values: readonly number[], momentum: number): number[] {
  let average = values[0] ?? NaN;
  return values.map((x) => average += (1 - momentum) * (x - average));
}
