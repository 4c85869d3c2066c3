/** Average pooling. It and its transpose are each other's gradient. */
import type { AvgPooling } from "../device/steps/pool.ts";
import { imagesLike, kernelOperation } from "../graph/emission.ts";
import type { Node } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import type { Shape } from "../graph/shape.ts";

const AVG_POOL2D = kernelOperation("avgPool2d", {
  output: imagesLike,
  gradient: (g, [x], pooling) => [avgPool2dGrad(g, pooling, x.shape)],
});

const AVG_POOL2D_GRAD = kernelOperation("avgPool2dGrad", {
  output: imagesLike,
  gradient: (h, [g], pooling) => [avgPool2d(h, pooling, g.shape)],
});

/** Means of windows, to images of `shape`. */
export function avgPool2d(x: Node, pooling: AvgPooling, shape: Shape): Node {
  return record(AVG_POOL2D, "float32", shape, [x], pooling);
}

function avgPool2dGrad(g: Node, pooling: AvgPooling, shape: Shape): Node {
  return record(AVG_POOL2D_GRAD, "float32", shape, [g], pooling);
}
