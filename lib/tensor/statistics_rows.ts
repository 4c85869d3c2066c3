/** Statistics and units, written into records on the device in place. */
import { whole } from "../device/whole.ts";
import { statisticsRow, unitsOff } from "../ops/statistics.ts";
import type { TensorHandle } from "./handle.ts";
import type { Tensor } from "./tensor.ts";

/** How elements are counted. */
interface Counting {
  readonly bins: number;
  readonly min: number;
  readonly max: number;
  readonly absolute: boolean;
}

/**
 * Whether a range can be cut into bins. Kernels divide by its width in 32 bits: of one that is 0 or infinite there, everything would be in the first
 * bin, or in none.
 */
export function hasBins(min: number, max: number): boolean {
  const width = Math.fround(Math.fround(max) - Math.fround(min));
  return min < max && width > 0 && width < Infinity;
}

/** @throws {RangeError} if there is no bin, or `min` and `max` and their difference are not finite in 32 bits, and `min` below `max` */
export function checkBins(bins: number, min: number, max: number): void {
  whole("count elements", "the number of bins", bins, 1);
  if (hasBins(min, max)) return;
  throw new RangeError(
    `Cannot count in [${min}, ${max}]: min must be below max, and both and their difference finite in 32 bits`,
  );
}

/**
 * Writes the statistics of `x`, which is not empty, into a row of a table [rows, 6 + bins], in place.
 *
 * @internal
 */
export function statisticsRow_(
  table: Tensor,
  row: number,
  x: TensorHandle,
  options: Counting,
): void {
  const { bins, min, max, absolute } = options;
  checkBins(bins, min, max);
  table.assign(statisticsRow(table.node(), row, x.node(), min, max, absolute), "statisticsRow_");
}

/**
 * Notes in a record of units, float32 [units + entries], in place, which of the units of `x` [n, units, …] are on: any of a unit's elements is another
 * number than `rest`, as NaN is. The record begins with the last entry in which each unit was on; behind stands for each entry how many were off.
 * Where each unit soon has such an element, this costs next to nothing.
 *
 * @internal
 */
export function unitsOff_(into: Tensor, entry: number, x: TensorHandle, rest: number): void {
  into.assign(unitsOff(into.node(), entry, x.node(), rest), "unitsOff_");
}
