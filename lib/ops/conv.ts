/**
 * Convolutions. Each of the three kernels is linear in each input, so that their gradients are each other; a transposed convolution is the
 * gradient of a convolution for its images.
 */
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
  halves: [false, true],
  output: toImage,
  gradient: (g, [x, w], geometry) => [
    x.requiresGrad ? inputGrad(g, w, geometry, x.shape) : undefined,
    w.requiresGrad ? weightGrad(x, g, geometry, w.shape) : undefined,
  ],
});

const CONV2D_INPUT_GRAD = kernelOperation("conv2dInputGrad", {
  operands: [image, dense],
  halves: [false, true],
  output: toImage,
  gradient: (h, [g, w], geometry) => [
    g.requiresGrad ? convolve(h, w, geometry, g.shape) : undefined,
    w.requiresGrad ? weightGrad(h, g, geometry, w.shape) : undefined,
  ],
});

const CONV2D_WEIGHT_GRAD = kernelOperation("conv2dWeightGrad", {
  operands: [image, image],
  gradient: (h, [x, g], geometry) => [
    x.requiresGrad ? inputGrad(g, h, geometry, x.shape) : undefined,
    g.requiresGrad ? convolve(x, h, geometry, g.shape) : undefined,
  ],
});

/** The convolution whose result has `shape`. */
function convolve(x: Node, w: Node, geometry: Convolution, shape: Shape): Node {
  return record(CONV2D, "float32", shape, [x, w], geometry);
}

/** The gradient of {@linkcode convolve} for its images, of `shape`. */
function inputGrad(g: Node, w: Node, geometry: Convolution, shape: Shape): Node {
  return record(CONV2D_INPUT_GRAD, "float32", shape, [g, w], geometry);
}

/** The gradient of {@linkcode convolve} for its weights, of `shape`. */
function weightGrad(x: Node, g: Node, geometry: Convolution, shape: Shape): Node {
  return record(CONV2D_WEIGHT_GRAD, "float32", shape, [x, g], geometry);
}

type Two = readonly [number, number];

/** Throws unless images and weights have four axes and the kernel at least one element. @returns what makes errors about them */
function expectKernels(what: string, x: Node, w: Node, weights: string): (reason: string) => ShapeError {
  expectFloat(what, x, w);
  const refuse = (reason: string) =>
    new ShapeError(`Cannot ${what} ${showShape(x.shape)} with weights ${showShape(w.shape)}: ${reason}`, [
      x.shape,
      w.shape,
    ]);
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw refuse(
      `images have four axes, [batch, channels, height, width], or three without a batch, and weights four, ${weights}`,
    );
  }
  if (w.shape[2] === 0 || w.shape[3] === 0) throw refuse("a kernel has at least one element");
  return refuse;
}

/** Places that a kernel reaches over. */
const span = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/**
 * `x [N, C, H, W]` and `w [O, C / groups, kh, kw]` → `[N, O, OH, OW]`.
 *
 * @param after zeros below and to the right, where they are not as many as above and to the left
 */
export function conv2d(x: Node, w: Node, geometry: Convolution, after: Two = geometry.padding): Node {
  const refuse = expectKernels("conv2d", x, w, "[out, in, height, width]");
  const { stride, padding, dilation, groups } = geometry;
  if (x.shape[1] !== w.shape[1]! * groups) {
    throw refuse(
      groups === 1
        ? `channels must match, found ${x.shape[1]} and ${w.shape[1]}`
        : `channels must match, found ${x.shape[1]} and ${groups} groups of ${w.shape[1]}`,
    );
  }
  if (w.shape[0]! % groups !== 0) throw refuse(`${w.shape[0]} output channels do not fall into ${groups} groups`);
  const height = x.shape[2]! + padding[0] + after[0], width = x.shape[3]! + padding[1] + after[1];
  const down = span(w.shape[2]!, dilation[0]), across = span(w.shape[3]!, dilation[1]);
  const oh = Math.floor((height - down) / stride[0]) + 1, ow = Math.floor((width - across) / stride[1]) + 1;
  if (oh < 1 || ow < 1) {
    const dilated = dilation[0] > 1 || dilation[1] > 1 ? `, which reaches over ${down}×${across},` : "";
    throw refuse(`the kernel${dilated} is larger than the padded image, ${height}×${width}`);
  }
  return convolve(x, w, geometry, [x.shape[0]!, w.shape[0]!, oh, ow]);
}

/**
 * `x [N, C, H, W]` and `w [C, O / groups, kh, kw]` → `[N, O, OH, OW]`: the gradient of the convolution of this geometry that takes [N, O, OH, OW] to
 * [N, C, H, W].
 *
 * @param outputPadding rows and columns more at the end, of those that the stride leaves open
 */
export function convTranspose2d(x: Node, w: Node, geometry: Convolution, outputPadding: Two): Node {
  const refuse = expectKernels("convTranspose2d", x, w, "[in, out, height, width]");
  const { stride, padding, dilation, groups } = geometry, channels = x.shape[1]!;
  if (channels !== w.shape[0]) throw refuse(`channels must match, found ${channels} and ${w.shape[0]}`);
  if (channels % groups !== 0) throw refuse(`${channels} input channels do not fall into ${groups} groups`);
  const size = (i: 0 | 1) =>
    (x.shape[2 + i]! - 1) * stride[i] - 2 * padding[i] + span(w.shape[2 + i]!, dilation[i]) + outputPadding[i];
  for (const i of [0, 1] as const) {
    if (outputPadding[i] >= Math.max(stride[i], dilation[i])) {
      throw new RangeError(
        `Cannot convTranspose2d with outputPadding ${showShape(outputPadding)}: it must be less than the stride ${
          showShape(stride)
        } or the dilation ${showShape(dilation)}`,
      );
    }
  }
  const oh = size(0), ow = size(1);
  if (oh < 1 || ow < 1) throw refuse(`the padding ${showShape(padding)} leaves nothing of the result, ${oh}×${ow}`);
  return inputGrad(x, w, geometry, [x.shape[0]!, w.shape[1]! * groups, oh, ow]);
}
