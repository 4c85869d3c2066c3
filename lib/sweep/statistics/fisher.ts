/**
 * Fisher's exact test.
 *
 * @module
 */
import { logGamma } from "./special.ts";

/**
 * The two-sided p that two shares are one: of all tables with the same sums, the probability of those no likelier than the one found.
 *
 * @param a how many of `n` in the first group
 * @param b how many of `m` in the second
 */
export function fisher(a: number, n: number, b: number, m: number): number {
  const total = a + b, choose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const log = (i: number) => choose(n, i) + choose(m, total - i) - choose(n + m, total);
  const found = log(a);
  let p = 0;
  for (let i = Math.max(0, total - m); i <= Math.min(n, total); i++) {
    const here = log(i);
    if (here <= found + 1e-7) p += Math.exp(here); // equal tables differ in their last digits
  }
  return Math.min(1, p);
}
