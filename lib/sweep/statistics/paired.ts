/**
 * Differences of pairs: their mean, how sure it is, and how small a one could have been seen.
 *
 * @module
 */
import { crossing, noncentralTail, studentQuantile, studentTail, studentTwoSided } from "./distributions.ts";

/** The mean of differences and what Student's t says of it. */
export interface Paired {
  readonly k: number;
  readonly mean: number;
  /** Unbiased; NaN of a single difference. */
  readonly std: number;
  /** The 95 % interval of the mean; absent for a single difference, of which none can be said. */
  readonly interval?: readonly [number, number];
  /** Two-sided; NaN for a single difference. */
  readonly p: number;
}

/** The paired t-test. */
export function paired(differences: readonly number[]): Paired {
  const k = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / k;
  if (k < 2) return { k, mean, std: NaN, p: NaN };
  const std = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1));
  const error = std / Math.sqrt(k), reach = studentQuantile(0.025, k - 1) * error;
  return { k, mean, std, interval: [mean - reach, mean + reach], p: studentTwoSided(ratio(mean, error), k - 1) };
}

/** A difference by its standard error; without any scatter, 0 or infinity. */
export const ratio = (mean: number, error: number): number =>
  error > 0 ? mean / error : mean === 0 ? 0 : Math.sign(mean) * Infinity;

/**
 * Two one-sided t-tests: the p that the true difference is not within ± margin.
 *
 * @returns NaN for a single difference
 */
export function equivalence({ k, mean, std }: Paired, margin: number): number {
  if (k < 2) return NaN;
  const error = std / Math.sqrt(k);
  return Math.max(
    studentTail(ratio(mean + margin, error), k - 1),
    studentTail(ratio(margin - mean, error), k - 1),
  );
}

/** Every contrast asks for the same few. */
const shifts = new Map<string, number>();

/**
 * The smallest true difference that a two-sided paired t-test shows with a probability of 80 %, were the deviation as it was found.
 *
 * @param std of the differences
 * @param alpha the level of the test
 * @returns NaN for a single difference
 */
export function smallestDifference(k: number, std: number, alpha = 0.05): number {
  if (k < 2 || Number.isNaN(std)) return NaN;
  const key = `${k},${alpha}`;
  let shift = shifts.get(key);
  if (shift === undefined) {
    const critical = studentQuantile(alpha / 2, k - 1);
    const missed = (shift: number) =>
      1 - noncentralTail(critical, k - 1, shift) - noncentralTail(critical, k - 1, -shift);
    shifts.set(key, shift = crossing(missed, 0.2));
  }
  return shift * std / Math.sqrt(k);
}
