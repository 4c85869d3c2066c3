/**
 * Downsampling: what a chart shows of thousands of batches.
 *
 * @module
 */

/** Neighbouring values as one point. */
export interface Bucket {
  /** The middle of the batches that are in it, counted from 0. */
  readonly x: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Neighbours together, as few in each bucket as keep the number of buckets within bounds.
 *
 * @param values one a batch; those that are not finite are left out, and so is a bucket that has no other
 * @param most how many buckets there may be
 */
export function buckets(values: ArrayLike<number>, most: number): Bucket[] {
  const size = Math.max(1, Math.ceil(values.length / most));
  const out: Bucket[] = [];
  for (let start = 0; start < values.length; start += size) {
    const end = Math.min(start + size, values.length);
    const finite = Array.from({ length: end - start }, (_, i) => values[start + i]!).filter(Number.isFinite);
    if (finite.length === 0) continue;
    out.push({
      x: (start + end - 1) / 2,
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
