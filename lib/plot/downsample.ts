/**
 * Downsampling: what a chart shows of thousands of batches.
 *
 * @module
 */

/** Neighbouring values as one point. */
export interface Bucket {
  /** The middle of the batches that are in it, counted from 0. */
  readonly x: number;
  /** NaN, as the two below, where no value is finite. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Neighbours together, as few in each bucket as keep the number of buckets within bounds.
 *
 * @param values one a batch; those that are not finite are left out of their bucket
 * @param most how many buckets there may be
 */
export function buckets(values: ArrayLike<number>, most: number): Bucket[] {
  const size = Math.max(1, Math.ceil(values.length / most));
  const out: Bucket[] = [];
  for (let start = 0; start < values.length; start += size) {
    const end = Math.min(start + size, values.length);
    const finite = Array.from({ length: end - start }, (_, i) => values[start + i]!).filter(Number.isFinite);
    const x = (start + end - 1) / 2;
    if (finite.length === 0) {
      out.push({ x, mean: NaN, least: NaN, most: NaN });
      continue;
    }
    out.push({
      x,
      mean: finite.reduce((sum, value) => sum + value, 0) / finite.length,
      least: Math.min(...finite),
      most: Math.max(...finite),
    });
  }
  return out;
}

/** Five significant digits: more are invisible, and make a chart long. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/** As {@linkcode rounded}, with as many more digits as values that lie close together need to keep their distances. */
export function rounder([least, most]: readonly [number, number] = [0, 0]): (value: number) => number {
  const nearness = Math.max(Math.abs(least), Math.abs(most)) / (most - least);
  const digits = most > least ? Math.min(15, 5 + Math.max(0, Math.floor(Math.log10(nearness)))) : 15;
  return (value) => Number(value.toPrecision(digits));
}

/** Points of a line as a chart takes them. */
export interface Run<T> {
  /** Those that can be shown and, once between two of them, one that cannot: the line has a gap there. */
  readonly points: readonly T[];
  /** Points with a gap on either side: a line does not show them. */
  readonly alone: readonly T[];
}

/** Drops what cannot be shown from both ends, and all but the first of several in a row. */
export function withGaps<T>(points: readonly T[], isShown: (point: T) => boolean): Run<T> {
  const shown = points.map(isShown), [first, last] = [shown.indexOf(true), shown.lastIndexOf(true)];
  return {
    points: points.filter((_, i) => shown[i] || (i > first && i < last && shown[i - 1])),
    alone: points.filter((_, i) => shown[i] && !shown[i - 1] && !shown[i + 1]),
  };
}

/** An axis' title, with how many values a logarithmic one has no place for. */
export function titleWith(title: string, below: number): string {
  return below === 0 ? title : `${title} (${below.toLocaleString("en")} of 0 or less not shown)`;
}
