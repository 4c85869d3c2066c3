/** Max pooling. */
import type { MaxPooling } from "../device/steps/max_pool.ts";
import { imagesLike, kernelOperation } from "../graph/emission.ts";
import type { Node } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { gather } from "./indexing.ts";
import { reshape } from "./views.ts";

const MAX_POOL2D = kernelOperation("maxPool2d", {
  output: imagesLike,
  gradient: (g, [x], pooling) => [maxPool2dGrad(x, g, pooling)],
});

const MAX_POOL2D_INDICES = kernelOperation("maxPool2dIndices", { output: imagesLike, gradient: "none" });

const MAX_POOL2D_GRAD = kernelOperation("maxPool2dGrad", {
  output: imagesLike,
  // Linear in g: the elements of h at the places where g went.
  gradient(h, [x, g], pooling) {
    const [n, c, height, width] = x.shape as [number, number, number, number];
    const places = reshape(maxPool2dIndices(x, pooling, g.shape), [n, c, sizeOf(g.shape.slice(2))]);
    return [undefined, reshape(gather(reshape(h, [n, c, height * width]), 2, places), g.shape)];
  },
});

/** The largest elements of windows, as images of `shape`. */
export function maxPool2d(x: Node, pooling: MaxPooling, shape: Shape): Node {
  return record(MAX_POOL2D, "float32", shape, [x], pooling);
}

/** Where in its channel's image each window has its largest element. */
export function maxPool2dIndices(x: Node, pooling: MaxPooling, shape: Shape): Node {
  return record(MAX_POOL2D_INDICES, "int32", shape, [x], pooling);
}

function maxPool2dGrad(x: Node, g: Node, pooling: MaxPooling): Node {
  return record(MAX_POOL2D_GRAD, "float32", x.shape, [x, g], pooling);
}
