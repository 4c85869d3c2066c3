/** Convolutions. Each of the three kernels is linear in each input, so that their gradients are each other. */
import type { Convolution } from "../device/steps/conv.ts";
import { dense, image, kernelOperation } from "../graph/emission.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { channelsLast } from "../graph/layout.ts";
import type { Node } from "../graph/node.ts";
import { expectFloat, record } from "../graph/record.ts";
import type { Shape } from "../graph/shape.ts";

/** Images come out as they go in, with their channels innermost. */
const toImage = (node: Node) => channelsLast(node.shape);

const CONV2D = kernelOperation("conv2d", {
  operands: [image, dense],
  output: toImage,
  gradient: (g, [x, w], geometry) => [
    x.requiresGrad ? conv2dInputGrad(g, w, geometry, x.shape) : undefined,
    w.requiresGrad ? conv2dWeightGrad(x, g, geometry, w.shape) : undefined,
  ],
});

const CONV2D_INPUT_GRAD = kernelOperation("conv2dInputGrad", {
  operands: [image, dense],
  output: toImage,
  gradient: (h, [g, w], geometry) => [
    g.requiresGrad ? conv2d(h, w, geometry) : undefined,
    w.requiresGrad ? conv2dWeightGrad(h, g, geometry, w.shape) : undefined,
  ],
});

const CONV2D_WEIGHT_GRAD = kernelOperation("conv2dWeightGrad", {
  operands: [image, image],
  gradient: (h, [x, g], geometry) => [
    x.requiresGrad ? conv2dInputGrad(g, h, geometry, x.shape) : undefined,
    g.requiresGrad ? conv2d(x, h, geometry) : undefined,
  ],
});

const sizeAfter = (size: number, kernel: number, stride: number, padding: number): number =>
  Math.floor((size + 2 * padding - kernel) / stride) + 1;

/** `x [N, C, H, W]` and `w [O, C, kh, kw]` → `[N, O, OH, OW]`. */
export function conv2d(x: Node, w: Node, geometry: Convolution): Node {
  expectFloat("conv2d", x, w);
  const [sh, sw] = geometry.stride, [ph, pw] = geometry.padding;
  const refuse = (reason: string) =>
    new ShapeError(`Cannot conv2d ${showShape(x.shape)} with weights ${showShape(w.shape)}: ${reason}`, [
      x.shape,
      w.shape,
    ]);
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw refuse("both need four axes, [batch, channels, height, width] and [out, in, height, width]");
  }
  if (x.shape[1] !== w.shape[1]) throw refuse(`channels must match, found ${x.shape[1]} and ${w.shape[1]}`);
  if (w.shape[2] === 0 || w.shape[3] === 0) throw refuse("a kernel has at least one element");
  const oh = sizeAfter(x.shape[2]!, w.shape[2]!, sh, ph), ow = sizeAfter(x.shape[3]!, w.shape[3]!, sw, pw);
  if (oh < 1 || ow < 1) {
    throw refuse(`the kernel is larger than the padded image, ${x.shape[2]! + 2 * ph}×${x.shape[3]! + 2 * pw}`);
  }
  return record(CONV2D, "float32", [x.shape[0]!, w.shape[0]!, oh, ow], [x, w], geometry);
}

/** The gradient of {@linkcode conv2d} for its images, of `shape`. */
function conv2dInputGrad(g: Node, w: Node, geometry: Convolution, shape: Shape): Node {
  return record(CONV2D_INPUT_GRAD, "float32", shape, [g, w], geometry);
}

/** The gradient of {@linkcode conv2d} for its weights, of `shape`. */
function conv2dWeightGrad(x: Node, g: Node, geometry: Convolution, shape: Shape): Node {
  return record(CONV2D_WEIGHT_GRAD, "float32", shape, [x, g], geometry);
}
