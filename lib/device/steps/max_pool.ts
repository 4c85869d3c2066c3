/** Max pooling. */
import { attributes, type Maker, type Of, pair } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = { kernelSize: pair, stride: pair, padding: pair, dilation: pair };
/** How the windows of a max pool lie: as a convolution's, their elements `dilation` pixels apart. Each covers at least one pixel. */
export interface MaxPooling extends Of<typeof schema> {}
export const maxPooling: Maker<MaxPooling> = attributes(schema);

export const MAX_POOL = {
  /**
   * Max pooling `[N,C,H,W] → [N,C,OH,OW]`, any strides: the largest element of each window, float32. Padding is never chosen. Of equal
   * elements the first in row-major order is the largest, and a NaN is larger than what comes before it (PyTorch).
   */
  maxPool2d: { inputs: ["input"], attributes: maxPooling },
  /** The place y·W + x of that element, int32. */
  maxPool2dIndices: { inputs: ["input"], attributes: maxPooling },
  /** The windows' gradient `g` `[N,C,OH,OW]`, each brought to the place of the largest element of `input` in its window: `[N,C,H,W]`. */
  maxPool2dGrad: { inputs: ["input", "g"], attributes: maxPooling },
} as const satisfies Signatures;
