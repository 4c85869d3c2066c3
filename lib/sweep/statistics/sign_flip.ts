/**
 * The sign-flip test: were the differences as likely to be the other way round?
 *
 * @module
 */
import { random } from "./shuffle.ts";

/** Up to so many differences all signs are counted; above, signs are drawn. */
export const MOST_EXACT = 40;
/** Signs that are drawn then. */
const DRAWS = 99_999;

/** All sums of values with either sign, in order. */
function signedSums(values: readonly number[]): Float64Array {
  let sums = Float64Array.of(0);
  for (const value of values) {
    const next = new Float64Array(2 * sums.length);
    for (let i = 0; i < sums.length; i++) {
      next[2 * i] = sums[i]! - value;
      next[2 * i + 1] = sums[i]! + value;
    }
    sums = next;
  }
  return sums.sort();
}

/**
 * The two-sided p of the mean of differences, over all 2^k signs: the share of signs whose sum is as far from 0 as the one found.
 *
 * Two halves are summed apart and met in the middle, so that 40 differences take 2^20 sums and not 2^40. Above that, the share among 99,999 drawn
 * signs and the one found.
 *
 * @param differences finite
 */
export function signFlip(differences: readonly number[]): number {
  const k = differences.length;
  const found = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order differ in their last digits.
  const least = found - 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  if (k === 0) return NaN;
  if (least <= 0) return 1;
  if (k > MOST_EXACT) {
    const next = random(k);
    let count = 1;
    for (let i = 0; i < DRAWS; i++) {
      let sum = 0;
      for (const value of differences) sum += next() < 0.5 ? value : -value;
      if (Math.abs(sum) >= least) count++;
    }
    return count / (DRAWS + 1);
  }
  const half = k >> 1;
  const left = signedSums(differences.slice(0, half)), right = signedSums(differences.slice(half));
  let count = 0, from = right.length;
  for (const sum of left) {
    while (from > 0 && sum + right[from - 1]! >= least) from--;
    count += right.length - from;
  }
  return Math.min(1, 2 * count / 2 ** k);
}

/** The smallest p that k differences allow: all of one sign. */
export const smallestP = (k: number): number => k > MOST_EXACT ? 1 / (DRAWS + 1) : 2 / 2 ** k;
