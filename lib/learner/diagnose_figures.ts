/** Arithmetic and words that the rules of a diagnosis share. */
import { shortNumber } from "../plot/format.ts";

/** The mean; NaN of nothing. */
export const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const tenth = (values: readonly unknown[]): number => Math.max(1, Math.floor(values.length / 10));

/** The last tenth, at least one. */
export const ending = <T>(values: readonly T[]): readonly T[] => values.slice(-tenth(values));

/** The mean of the first tenth. */
export const atStart = (values: readonly number[]): number => average(values.slice(0, tenth(values)));

/** The mean of the last tenth. */
export const atEnd = (values: readonly number[]): number => average(ending(values));

/** The greatest of values, however many there are: what is passed to a function has to have room on the stack. */
export const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** The least of them. */
export const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

/** The mean of each run of `width` values. */
export function rolling(values: readonly number[], width: number): number[] {
  // Sums within blocks of that width, from their beginnings and to their ends, make each run's in two parts. Nothing is subtracted, as from a running
  // sum, in which one huge value would leave its rounding to all that follow.
  const fromStart: number[] = [], toEnd: number[] = new Array(values.length);
  values.forEach((value, i) => fromStart.push(i % width === 0 ? value : fromStart[i - 1]! + value));
  for (let i = values.length - 1; i >= 0; i--) {
    toEnd[i] = (i + 1) % width === 0 || i + 1 === values.length ? values[i]! : values[i]! + toEnd[i + 1]!;
  }
  return fromStart.slice(width - 1).map((end, i) => (i % width === 0 ? end : toEnd[i]! + end) / width);
}

/** A fraction in per cent, with two digits. */
export const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(2))}%`;

/** A number with two digits. */
export const short = (value: number): string => shortNumber(value, 2);

/**
 * Standard deviation of one value's noise, from the differences between neighbours, which differ by noise and hardly by trend
 * (von Neumann 1941).
 */
export function noiseOf(values: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += (values[i]! - values[i - 1]!) ** 2;
  return Math.sqrt(sum / 2 / Math.max(1, values.length - 1));
}

/** The first names, and how many more there are. */
export function list(names: readonly string[], shown = 3): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(", ")} and ${rest} more` : names.join(", ");
}

/** The ranks of values, from 0; equal ones share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!), found = new Array<number>(values.length);
  for (let begin = 0, end = 0; begin < order.length; begin = end) {
    while (end < order.length && values[order[end]!] === values[order[begin]!]) end++;
    for (let i = begin; i < end; i++) found[order[i]!] = (begin + end - 1) / 2;
  }
  return found;
}

/** Spearman's correlation of ranks; NaN if all values of one list are equal. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)], mean = (a.length - 1) / 2;
  const product = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, rank, i) => sum + (rank - mean) * (q[i]! - mean), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
