/**
 * Dunnett's comparison of many with one.
 *
 * @module
 */
import { deviationRule } from "./distributions.ts";
import { rule } from "./quadrature.ts";
import { normalCdf } from "./special.ts";

/**
 * The two-sided p of one of m contrasts with one baseline, corrected for their number: P(max |T| ≥ |t|), T of a multivariate t distribution with
 * correlations of ½, as contrasts with one baseline of equally many runs have.
 *
 * Numerical integration over the baseline's mean and the deviation: the same digits on every run.
 *
 * @param t a contrast's difference by its standard error
 * @param m contrasts
 * @param df degrees of freedom of the deviation
 */
export function dunnett(t: number, m: number, df: number): number {
  if (Number.isNaN(t) || df < 1) return NaN;
  if (!Number.isFinite(t)) return 0;
  const scale = deviationRule(df, 5), normal = rule(0, 9, 4);
  const density = normal.weight.map((w, i) => 2 * w * Math.exp(-(normal.at[i]! ** 2) / 2) / Math.sqrt(2 * Math.PI));
  let beyond = 0;
  for (let i = 0; i < scale.at.length; i++) {
    const reach = Math.SQRT2 * Math.abs(t) * scale.at[i]!;
    let inner = 0;
    for (let j = 0; j < normal.at.length; j++) {
      const z = normal.at[j]!;
      // 1 − (1 − outside)^m, without a loss of digits where outside is small
      const outside = normalCdf(-z - reach) + normalCdf(z - reach);
      inner += density[j]! * -Math.expm1(m * Math.log1p(-Math.min(outside, 1)));
    }
    beyond += scale.weight[i]! * inner;
  }
  return Math.min(1, Math.max(0, beyond));
}
