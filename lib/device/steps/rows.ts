/** Row-wise kernels over logits: softmax, log-softmax, cross-entropy and its gradient. All of them subtract the row's maximum first. */
import type { Operand } from "../operand.ts";
import type { Signatures, StepsOf } from "./step.ts";

export const ROWS = {
  /** Softmax of each row of `[rows, columns]`, float32, both operands dense row-major. */
  softmax: { inputs: ["input"] },
  logSoftmax: { inputs: ["input"] },

  /**
   * `losses[r] = logsumexp(logits[r]) − logits[r, labels[r]]`: logits `[rows, columns]` dense row-major, labels `[rows]` int32 of any stride,
   * output `[rows]` dense. A label outside [0, columns) raises the device's fault flag.
   */
  crossEntropy: { inputs: ["logits", "labels"] },

  /** `out[r, c] = (softmax(logits[r])[c] − (c = labels[r])) · g[r]`; g `[rows]`, any stride (0 when the loss is a mean). */
  crossEntropyGrad: { inputs: ["logits", "labels", "g"] },
} as const satisfies Signatures;

type Rows = StepsOf<typeof ROWS>;

/** Whether a step gives the losses whose gradient another gives. Plans have such steps side by side where they can, as a device may do both at once. */
export function isLossOf(loss: Rows["crossEntropy"], gradient: Rows["crossEntropyGrad"]): boolean {
  return (["logits", "labels"] as const).every((name) => sameOperand(loss.inputs[name], gradient.inputs[name]));
}

const sameOperand = (a: Operand, b: Operand): boolean =>
  a.value === b.value && a.offset === b.offset && a.dynamic === b.dynamic && `${a.strides}` === `${b.strides}`;
