/** Two-dimensional convolutions. */
import { attributes, type Maker, type Of, pair } from "../attributes.ts";
import { signature } from "./step.ts";

const schema = { stride: pair, padding: pair };
/** Geometry of a 2-D convolution: strides and zero padding, each [vertical, horizontal]. */
export interface Convolution extends Of<typeof schema> {}
export const convolution: Maker<Convolution> = attributes(schema);

/**
 * 2-D cross-correlation and its two gradients, float32. Shapes are logical NCHW; images (`x`, `g`, and the output of conv2d and
 * conv2dInputGrad) are dense in NHWC order (strides `[H·W·C, 1, W·C, C]`), weights dense row-major `[O, C, kh, kw]`.
 * Offsets may be non-zero.
 * - `conv2d(x [N,C,H,W], w) → [N,O,OH,OW]`
 * - `conv2dInputGrad(g [N,O,OH,OW], w) → [N,C,H,W]`
 * - `conv2dWeightGrad(x [N,C,H,W], g [N,O,OH,OW]) → [O,C,kh,kw]`
 */
export const CONV = {
  conv2d: signature(["x", "w"], { attributes: convolution }),
  conv2dInputGrad: signature(["g", "w"], { attributes: convolution }),
  conv2dWeightGrad: signature(["x", "g"], { attributes: convolution }),
};
