/** Statistics and units, written into records on the device in place. */
import { statisticsRow, unitsOff } from "../ops/statistics.ts";
import { checkBins } from "./bins.ts";
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
