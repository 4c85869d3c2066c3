/**
 * Holm's correction.
 *
 * @module
 */

/** p-values such that calling those below .05 significant errs anywhere in at most 5 % of families; NaN stays, and counts as no test. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).filter((i) => !Number.isNaN(ps[i]!)).sort((a, b) => ps[a]! - ps[b]!);
  const out = ps.map(() => NaN);
  let before = 0;
  for (const [rank, i] of order.entries()) {
    out[i] = before = Math.max(before, Math.min(1, (order.length - rank) * ps[i]!));
  }
  return out;
}
