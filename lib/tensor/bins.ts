/** Ranges that are cut into bins. */
import { textOf } from "../device/expect.ts";
import { whole } from "../device/whole.ts";

/**
 * Whether a range can be cut into bins. Kernels divide by its width in 32 bits: of one that is 0 or infinite there, everything would be in the first
 * bin, or in none.
 */
export function hasBins(min: number, max: number): boolean {
  if (typeof min !== "number" || typeof max !== "number") return false;
  const width = Math.fround(Math.fround(max) - Math.fround(min));
  return min < max && width > 0 && width < Infinity;
}

/** @throws {RangeError} if there is no bin, or `min` and `max` and their difference are not finite in 32 bits, and `min` below `max` */
export function checkBins(bins: number, min: number, max: number): void {
  whole("count elements", "the number of bins", bins, 1);
  if (hasBins(min, max)) return;
  throw new RangeError(
    `Cannot count in [${textOf(min)}, ${
      textOf(max)
    }]: min must be below max, and both and their difference finite in 32 bits`,
  );
}
