/** Pooling. */
import { NO_NUMBERS, type Node } from "../node.ts";
import type { Shape } from "../shape.ts";
import { make } from "./make.ts";

/** Pooling is `[0]` (adaptive) or `[1, kV, kH, sV, sH, pV, pH, countIncludePad]`. */
export function avgPool2d(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("avgPool2d", "float32", shape, [x], pooling, NO_NUMBERS);
}

export function avgPool2dGrad(g: Node, pooling: readonly number[], shape: Shape): Node {
  return make("avgPool2dGrad", "float32", shape, [g], pooling, NO_NUMBERS);
}

/** Pooling is `[kV, kH, sV, sH, pV, pH, dV, dH]`. */
export function maxPool2d(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("maxPool2d", "float32", shape, [x], pooling, NO_NUMBERS);
}

/** Where in its channel's image each window has its largest element. */
export function maxPool2dIndices(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("maxPool2dIndices", "int32", shape, [x], pooling, NO_NUMBERS);
}

export function maxPool2dGrad(x: Node, g: Node, pooling: readonly number[]): Node {
  return make("maxPool2dGrad", "float32", x.shape, [x, g], pooling, NO_NUMBERS);
}
