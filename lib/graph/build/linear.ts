/** Matrix products and convolutions. */
import { ShapeError, showShape } from "../errors.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import type { Shape } from "../shape.ts";
import { expectFloat, make } from "./make.ts";

/** `a [B, m, k] · b [B, k, n]`. */
export function matmul(a: Node, b: Node): Node {
  expectFloat("matmul", a, b);
  return make("matmul", "float32", [a.shape[0]!, a.shape[1]!, b.shape[2]!], [a, b], NO_NUMBERS, NO_NUMBERS);
}

function convOut(size: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

/** Geometry is `[strideV, strideH, paddingV, paddingH]`. */
export function conv2d(x: Node, w: Node, geometry: readonly number[]): Node {
  expectFloat("conv2d", x, w);
  const [sh, sw, ph, pw] = geometry as [number, number, number, number];
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${
        showShape(w.shape)
      }: both need four axes, [batch, channels, height, width] and [out, in, height, width]`,
      [x.shape, w.shape],
    );
  }
  if (x.shape[1] !== w.shape[1]) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${showShape(w.shape)}: channels must match, found ${
        x.shape[1]
      } and ${w.shape[1]}`,
      [x.shape, w.shape],
    );
  }
  const oh = convOut(x.shape[2]!, w.shape[2]!, sh, ph), ow = convOut(x.shape[3]!, w.shape[3]!, sw, pw);
  if (oh < 1 || ow < 1) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${
        showShape(w.shape)
      }: the kernel is larger than the padded image, ${x.shape[2]! + 2 * ph}×${x.shape[3]! + 2 * pw}`,
      [x.shape, w.shape],
    );
  }
  return make("conv2d", "float32", [x.shape[0]!, w.shape[0]!, oh, ow], [x, w], geometry, NO_NUMBERS);
}

export function conv2dInputGrad(g: Node, w: Node, geometry: readonly number[], shape: Shape): Node {
  return make("conv2dInputGrad", "float32", shape, [g, w], geometry, NO_NUMBERS);
}

export function conv2dWeightGrad(x: Node, g: Node, geometry: readonly number[], shape: Shape): Node {
  return make("conv2dWeightGrad", "float32", shape, [x, g], geometry, NO_NUMBERS);
}
