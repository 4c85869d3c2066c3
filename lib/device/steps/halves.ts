/** Numbers stored in 16 bits. Whatever else reads a float16 operand reads it as float32. */
import type { Signatures } from "./step.ts";

export const HALVES = {
  /**
   * `out = input`, rounded to float16: input float32 or float16 of any strides, output float16, row-major without gaps from offset 0, as two elements
   * share a word.
   */
  half: { inputs: ["input"] },
} as const satisfies Signatures;
