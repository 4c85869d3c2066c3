/** The reductions of a normalisation: moments, and what its gradient needs. */
import { attributes, int, type Maker, type Of } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = {
  /** How many leading axes of the large inputs, `[...kept, ...reduced]`, are kept. */
  kept: int,
};
export interface Keeping extends Of<typeof schema> {}
export const keeping: Maker<Keeping> = attributes(schema);

export const NORMALISATION = {
  /**
   * Mean, biased variance and 1/√(variance + eps) of each group of elements, in one pass over them: rows 0, 1 and 2 of the output,
   * `[3, ...kept]`. The input is float32 of any strides.
   *
   * Accurate to 32 bits wherever the mean lies: sums are 64-bit or merged from groups' moments, and shifted, never naive squares. A variance
   * beyond float32 is infinite, or 0; the last row is right all the same. If an element is not finite, the variance is NaN.
   */
  moments: { inputs: ["input"], attributes: keeping, numbers: ["eps"] },

  /**
   * What the gradient of a normalisation needs, in one pass: Σg, and Σg·x̂ with x̂ = (x − mean) · scale, where mean and scale are rows 0 and
   * 2 of `stats`, `[3, ...kept]`, as `moments` leaves them. Rows 0 and 1 of the output, `[2, ...kept]`. g and x are float32 of any strides.
   */
  normSums: { inputs: ["g", "x", "stats"], attributes: keeping },
} as const satisfies Signatures;
