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

/** Every contrast asks for the same few. */
const quantiles = new Map<string, number>();

/** The t above which Student's t lies with a probability of `tail`, from 0 to ½. */
export function studentQuantile(tail: number, df: number): number {
  const key = `${tail},${df}`;
  let found = quantiles.get(key);
  if (found === undefined) quantiles.set(key, found = crossing((t) => studentTail(t, df), tail));
  return found;
}

/**
 * The density of s = √(χ²/df), a sample's deviation in units of the true one: 2 (df/2)^(df/2) / Γ(df/2) · s^(df−1) · exp(−df s²/2); and the ends
 * beyond which lies less than the sixteenth digit.
 */
function deviation(df: number): { density: (s: number) => number; low: number; high: number } {
  const constant = Math.LN2 + df / 2 * Math.log(df / 2) - logGamma(df / 2);
  const density = (s: number) => Math.exp(constant + (df - 1) * Math.log(s) - df * s * s / 2);
  const spread = (s: number) => df * (s * s - 1 - 2 * Math.log(s)) / 2;
  let low = 1, high = 1;
  while (spread(high) < 40) high += 1 / Math.sqrt(df);
  while (low > 0 && spread(low) < 40) low -= 0.5 / Math.sqrt(df);
  return { density, low: Math.max(0, low), high };
}

/** A rule for the mean of a function of that deviation. */
export function deviationRule(df: number, panels: number): Rule {
  const { density, low, high } = deviation(df);
  const { at, weight } = low > 0 ? rule(low, high, panels) : cubed(rule(0, 1, panels), high);
  return { at, weight: weight.map((w, i) => w * density(at[i]!)) };
}

/** From 0 to 1 stretched to `high`, with most places near 0: with few degrees of freedom much happens there. */
function cubed({ at, weight }: Rule, high: number): Rule {
  return { at: at.map((x) => high * x ** 3), weight: weight.map((w, i) => 3 * high * at[i]! ** 2 * w) };
}

/** P(T > t) of the t distribution with a non-centrality: the mean of Φ(shift − t s). */
export function noncentralTail(t: number, df: number, shift: number): number {
  const { density, low, high } = deviation(df);
  // Between these, Φ goes from 1 to 0 or back: with a large t within a little of the way.
  const turns = t === 0 ? [] : [(shift - 9) / t, (shift + 9) / t].sort((a, b) => a - b);
  const ends = [low, ...turns.map((s) => Math.min(high, Math.max(low, s))), high];
  let sum = 0;
  for (let i = 1; i < ends.length; i++) {
    if (ends[i]! <= ends[i - 1]!) continue;
    const { at, weight } = rule(ends[i - 1]!, ends[i]!, 8);
    for (let j = 0; j < at.length; j++) sum += weight[j]! * density(at[j]!) * normalCdf(shift - t * at[j]!);
  }
  return sum;
}
