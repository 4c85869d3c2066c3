/** Kernels that make numbers out of nothing: random numbers and ranges. */
import { attributes, choice, type Kind, type Maker, type Of } from "../attributes.ts";
import { dtype } from "./dtype.ts";
import type { Signatures } from "./step.ts";

const distribution: Kind<"uniform" | "normal"> = choice("uniform", "normal");
const randomSchema = { distribution };
export interface Drawing extends Of<typeof randomSchema> {}
export const drawing: Maker<Drawing> = attributes(randomSchema);

const rangeSchema = { dtype };
export interface Range extends Of<typeof rangeSchema> {}
export const range: Maker<Range> = attributes(rangeSchema);

export const SOURCES = {
  /**
   * Counter-based random numbers (Philox4x32-10, Salmon et al. 2011), float32, dense row-major: element i takes lane i & 3 of the block with
   * counter `[i >> 2, 0, counterLow, counterHigh]` and key `[seedLow, seedHigh]`; the four numbers are unsigned 32-bit integers.
   * - `uniform`: (x >>> 8) · 2⁻²⁴, in [0, 1);
   * - `normal`: Box–Muller of lanes (0, 1) → elements 0, 1 and (2, 3) → 2, 3: r = √(−2 ln(((x₀ >>> 8) + 1) · 2⁻²⁴)),
   *   φ = 2π · (x₁ >>> 8) · 2⁻²⁴; r·cos φ, r·sin φ.
   */
  random: { inputs: [], attributes: drawing, numbers: ["seedLow", "seedHigh", "counterLow", "counterHigh"] },

  /**
   * Whole random numbers from `low` to `low + span`, int32, dense row-major: `low + ⌊x · (span + 1) / 2⁶⁴⌋`, where x is the unsigned 64-bit integer of
   * two lanes, the high one first, of a block as above: element i takes lanes 2(i & 1) and 2(i & 1) + 1 of the block with counter `[i >> 1, …]`.
   */
  randint: { inputs: [], numbers: ["seedLow", "seedHigh", "counterLow", "counterHigh", "low", "span"] },

  /**
   * `out[i] = start + i · step`, dense with one axis; computed in 64 bits and then rounded where the device can, else as a fused float32
   * expression.
   */
  arange: { inputs: [], attributes: range, numbers: ["start", "step"] },
} as const satisfies Signatures;
