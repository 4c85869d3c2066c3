/** Average pooling. */
import { attributes, flag, int, type Maker, type Of, pair } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = {
  /** PyTorch's adaptive bins, ⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉, in place of the windows that the other fields describe. */
  adaptive: flag,
  kernelSize: pair,
  stride: pair,
  padding: pair,
  /** Whether padding counts in the divisor. */
  countIncludePad: flag,
  /** What sums are divided by, whatever the windows cover; 0 for the size of each window. */
  divisor: int,
};
/** How the windows of an average pool lie. */
export interface AvgPooling extends Of<typeof schema> {}
export const avgPooling: Maker<AvgPooling> = attributes(schema);

/** Adaptive pooling: the output's size says the rest. */
export const ADAPTIVE: AvgPooling = avgPooling({
  adaptive: true,
  kernelSize: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
  countIncludePad: false,
  divisor: 0,
});

export const POOL = {
  /** Means of windows: `[N,C,H,W] → [N,C,OH,OW]`, any strides. */
  avgPool2d: { inputs: ["input"], attributes: avgPooling },
  /** Its transpose, `[N,C,OH,OW] → [N,C,H,W]`. */
  avgPool2dGrad: { inputs: ["input"], attributes: avgPooling },
} as const satisfies Signatures;
