/** Two-dimensional convolutions. */
import { attributes, int, type Maker, type Of, pair } from "../attributes.ts";
import type { Signatures } from "./step.ts";

const schema = { stride: pair, padding: pair, dilation: pair, groups: int };
/**
 * Geometry of a 2-D convolution: strides, zeros before an image's first row and column, distances of the kernel's taps, each [vertical, horizontal];
 * and into how many groups the channels fall. How many zeros follow an image is told by the shapes: what lies outside it is 0.
 */
export interface Convolution extends Of<typeof schema> {}
export const convolution: Maker<Convolution> = attributes(schema);

/**
 * 2-D cross-correlation and its two gradients, float32. Shapes are logical NCHW; images (`x`, `g`, and the output of conv2d and
 * conv2dInputGrad) are dense in NHWC order (strides `[H·W·C, 1, W·C, C]`), weights dense row-major `[O, C / groups, kh, kw]`.
 * Output channel o sees the C / groups channels of group ⌊o · groups / O⌋. Offsets may be non-zero.
 * - `conv2d(x [N,C,H,W], w) → [N,O,OH,OW]`
 * - `conv2dInputGrad(g [N,O,OH,OW], w) → [N,C,H,W]`, which is the transposed convolution of g
 * - `conv2dWeightGrad(x [N,C,H,W], g [N,O,OH,OW]) → [O,C/groups,kh,kw]`
 */
export const CONV = {
  conv2d: { inputs: ["x", "w"], attributes: convolution },
  conv2dInputGrad: { inputs: ["g", "w"], attributes: convolution },
  conv2dWeightGrad: { inputs: ["x", "g"], attributes: convolution },
} as const satisfies Signatures;
