/** Reading and writing at places that an int32 index gives. */
import { attributes, int, type Maker, type Of } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = { axis: int };
/** The axis that the index counts along. */
export interface Along extends Of<typeof schema> {}
export const along: Maker<Along> = attributes(schema);

export const INDEXING = {
  /**
   * `out[i…] = input[i… with i[axis] = index[i…]]`; any strides; input float32, int32 or bool; the output has the index's shape, dense
   * row-major. An index out of range raises the fault flag.
   */
  gather: { inputs: ["input", "index"], attributes: along },

  /**
   * `out = 0; out[i… with i[axis] = index[i…]] += source[i…]`, float32; additions to one place happen in the row-major order of `index`.
   * The output is dense row-major, its shape equal to the index's or larger in every axis but `axis`.
   */
  scatterAdd: { inputs: ["index", "source"], attributes: along },
} as const satisfies Signatures;
