/**
 * Student's t, central and not, and what both rest on: the deviation of a sample.
 *
 * @module
 */
import { type Rule, rule } from "./quadrature.ts";
import { incompleteBeta, logGamma, normalCdf } from "./special.ts";

/** P(T > t) of Student's t. */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return NaN;
  const half = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t >= 0 ? half : 1 - half;
}

/** P(|T| > |t|) of Student's t. */
export const studentTwoSided = (t: number, df: number): number => 2 * studentTail(Math.abs(t), df);

/** Where a function that falls crosses a level, by halving, above 0. */
export function crossing(falling: (x: number) => number, level: number): number {
  let low = 0, high = 1;
  while (falling(high) > level && high < 1e12) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (falling(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The t above which Student's t lies with a probability of `tail`, from 0 to ½. */
export function studentQuantile(tail: number, df: number): number {
  return crossing((t) => studentTail(t, df), tail);
}

/**
 * A rule for the mean of a function of s = √(χ²/df), a sample's deviation in units of the true one.
 *
 * Its density is 2 (df/2)^(df/2) / Γ(df/2) · s^(df−1) · exp(−df s²/2).
 */
export function deviationRule(df: number, panels = 12): Rule {
  const log = (s: number) =>
    Math.LN2 + df / 2 * Math.log(df / 2) - logGamma(df / 2) + (df - 1) * Math.log(s) - df * s * s / 2;
  // Beyond these ends lies less than the sixteenth digit.
  const spread = (s: number) => df * (s * s - 1 - 2 * Math.log(s)) / 2;
  let low = 1, high = 1;
  while (spread(high) < 40) high += 1 / Math.sqrt(df);
  while (low > 0 && spread(low) < 40) low -= 0.5 / Math.sqrt(df);
  const { at, weight } = rule(Math.max(0, low), high, panels);
  return { at, weight: weight.map((w, i) => w * Math.exp(log(at[i]!))) };
}

/** P(T > t) of the t distribution with a non-centrality. */
export function noncentralTail(t: number, df: number, shift: number): number {
  const { at, weight } = deviationRule(df);
  let sum = 0;
  for (let i = 0; i < at.length; i++) sum += weight[i]! * normalCdf(shift - t * at[i]!);
  return sum;
}
