/** Reductions of trailing axes, and running sums. */
import { attributes, choice, flag, int, type Kind, type Maker, type Of } from "../attributes.ts";
import { dtype } from "./dtype.ts";
import type { Signatures } from "./step.ts";

/**
 * `sum`, `prod`, `max`, `min` keep the dtype (a sum or product that int32 cannot hold raises the fault flag); `any`, `all` are bool → bool; `argmax`, `argmin` give
 * the int32 row-major index within the reduced axes of the first extreme (NaN counts as the extreme, as in PyTorch).
 */
export const REDUCE_OPS = ["sum", "prod", "max", "min", "any", "all", "argmax", "argmin"] as const;

/** What a reduction does. */
export type ReduceOp = typeof REDUCE_OPS[number];

const op: Kind<ReduceOp> = choice(...REDUCE_OPS);

const schema = {
  op,
  /** Type of the input. */
  dtype,
  /** How many leading axes of the input are kept. */
  kept: int,
};
export interface Reduction extends Of<typeof schema> {}
export const reduction: Maker<Reduction> = attributes(schema);

const scanSchema = {
  axis: int,
  /** Whether the sums run from the end of the axis to its beginning. */
  reverse: flag,
  /** Type of the input and of the output: float32 or int32. */
  dtype,
};
export interface Scan extends Of<typeof scanSchema> {}
export const scan: Maker<Scan> = attributes(scanSchema);

export const REDUCTIONS = {
  /** Reduces the trailing axes of `input`, whose shape is `[...kept, ...reduced]`; the output has the kept shape (`[]` if none). */
  reduce: { inputs: ["input"], attributes: reduction },
  /**
   * Whether any of the trailing axes' elements is another number than `rest`, as float32: NaN is. `input` (float32) is `[...kept, ...reduced]`,
   * the output, bool, has the kept shape. A device need not look further once it has met one.
   */
  anyOther: { inputs: ["input"], numbers: ["rest"] },
  /** `out[i] = input[0] + … + input[i]` along an axis, dense row-major; a sum that int32 cannot hold raises the fault flag. */
  cumsum: { inputs: ["input"], attributes: scan },
} as const satisfies Signatures;
