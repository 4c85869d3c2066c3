/** A batch out of a data set of bytes. */
import type { Signatures } from "./step.ts";

export const BYTES = {
  /**
   * `out[b, j] = bytes[index[b], j] · scale + shift`: bytes uint8 `[n, row]` dense from offset 0, index int32 `[batch]` of any stride, output
   * float32 `[batch, row]` dense. An index out of range raises the fault flag.
   */
  dequantizeGather: { inputs: ["bytes", "index"], numbers: ["scale", "shift"] },
} as const satisfies Signatures;
