/** Histograms, and moments and counts in one. */
import type { StepOf, Table } from "../steps/mod.ts";
import { type STATISTICS, STATISTICS_HEAD } from "../steps/statistics.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Position of `x` on the axis of bins, each operation rounded to 32 bits as PyTorch's histc does; NaN if it lies outside. */
function histogramPosition(x: number, bins: number, min: number, max: number): number {
  const low = Math.fround(min), high = Math.fround(max), value = Math.fround(x);
  if (!(value >= low && value <= high)) return NaN;
  return Math.fround(Math.fround(Math.fround(value - low) / Math.fround(high - low)) * bins);
}

/** Counts in equal bins. */
function histogram({ inputs, output, numbers }: StepOf<"histogram">, memory: Memory): void {
  const bins = sizeOf(output.shape), out = new Float64Array(bins);
  const min = memory.scalars[numbers.min]!, max = memory.scalars[numbers.max]!;
  for (const x of read(memory, inputs.input)) {
    const position = histogramPosition(x, bins, min, max);
    if (!Number.isNaN(position)) out[Math.min(Math.trunc(position), bins - 1)]!++;
  }
  write(memory, output, out);
}

/** Moments and counts in one. */
function statistics({ inputs, output, attributes, numbers }: StepOf<"statistics">, memory: Memory): void {
  const bins = sizeOf(output.shape) - STATISTICS_HEAD, out = new Float64Array(bins + STATISTICS_HEAD);
  const values = read(memory, inputs.input), n = values.length;
  const min = memory.scalars[numbers.min]!, max = memory.scalars[numbers.max]!;
  let sum = 0, squares = 0;
  for (const x of values) sum += x;
  const mean = sum / n;
  for (const x of values) squares += (x - mean) ** 2;
  out[0] = mean;
  out[1] = Math.sqrt(squares / (n - 1));
  for (const raw of values) {
    const x = attributes.absolute ? Math.abs(raw) : raw;
    if (x === 0) out[4]!++;
    if (!Number.isFinite(x)) out[5]!++;
    else if (x < Math.fround(min)) out[2]!++;
    else if (x > Math.fround(max)) out[3]!++;
    else {
      const position = histogramPosition(x, bins, min, max);
      if (!Number.isNaN(position)) out[STATISTICS_HEAD + Math.min(Math.trunc(position), bins - 1)]!++;
    }
  }
  write(memory, output, out);
}

export const STATISTICS_REFERENCE: Table<keyof typeof STATISTICS, [Memory], void> = { histogram, statistics };
