/** The order of numbers. */
import { attributes, flag, type Maker, type Of } from "../attributes.ts";
import { dtype } from "./dtype.ts";
import type { Signatures } from "./step.ts";

const schema = {
  /** Type of the input: float32, int32 or bool. */
  dtype,
  /** Whether the largest come first. */
  descending: flag,
};
export interface Ordering extends Of<typeof schema> {}
export const ordering: Maker<Ordering> = attributes(schema);

export const SORTING = {
  /**
   * `out[row, k]` is the place of the k-th number of row `row` of `input [rows, n]` in order, int32, dense. Equal numbers stay in the order in which
   * they are; −0 equals 0; NaN is larger than all others. Any strides in.
   */
  argsort: { inputs: ["input"], attributes: ordering },
} as const satisfies Signatures;
