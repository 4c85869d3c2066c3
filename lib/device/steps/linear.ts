/** Matrix products. */
import { signature } from "./step.ts";

export const LINEAR = {
  /** `out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n]`, float32, any strides (batch stride may be 0); `out` is dense row-major. */
  matmul: signature(["a", "b"]),
};
