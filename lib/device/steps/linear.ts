/** Matrix products. */
import type { Signatures } from "./step.ts";

export const LINEAR = {
  /** `out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n]`, float32, any strides (batch stride may be 0); `out` is dense row-major. */
  matmul: { inputs: ["a", "b"] },
} as const satisfies Signatures;
