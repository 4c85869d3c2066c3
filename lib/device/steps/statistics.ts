/** Histograms, and what activation telemetry records. */
import { attributes, flag, type Maker, type Of } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = {
  /** Whether |x| is counted rather than x. */
  absolute: flag,
};
export interface Counting extends Of<typeof schema> {}
export const counting: Maker<Counting> = attributes(schema);

/** How many figures stand before the histogram's counts in the output of statistics. */
export const STATISTICS_HEAD = 6;

export const STATISTICS = {
  /**
   * Counts of `input` (float32, any strides) in equal bins over [min, max], as float32, `[bins]` dense; the last bin includes max; what lies
   * outside, and NaN, is not counted. Bin of x: trunc((x − min) / (max − min) · bins), each operation rounded to float32 in that order, so
   * that a number on an edge, or beside one, is counted where PyTorch's histc (1.13, CPU) counts it.
   */
  histogram: { inputs: ["input"], numbers: ["min", "max"] },

  /**
   * Statistics of a float32 tensor of any strides in one pass over it: `[mean, std, below, above, zeros, nonFinite, ...counts]`,
   * `[STATISTICS_HEAD + bins]` dense.
   *
   * Mean and unbiased standard deviation are of the elements themselves (std of one element is NaN; any NaN makes both NaN) and accurate to
   * 32 bits, also where squares are beyond float32: sums are pairwise or 64-bit, or shifted, never naive squares.
   *
   * Each element is in exactly one of these counts: `nonFinite` (NaN, ∞, −∞), `below` and `above` (finite, under min and over max), and the
   * histogram's. `zeros` counts once more those that are exactly 0, of either sign; a subnormal number is none.
   */
  statistics: { inputs: ["input"], attributes: counting, numbers: ["min", "max"] },
} as const satisfies Signatures;
