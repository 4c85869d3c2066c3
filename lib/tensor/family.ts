/** What the families of a tensor's methods share: how they make tensors and views of the class that users see, which is built on them. */
import { isGradEnabled } from "../graph/context.ts";
import type { Node } from "../graph/node.ts";
import { type Shape, viewStrides } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { alias, reshape } from "../ops/views.ts";
import type { Parent, TensorHandle } from "./handle.ts";
import { sliceStep } from "./index.ts";
import type { ViewStep } from "./view_step.ts";

/** A tensor of the class of `like`: a new value, or a view. */
export function made<T extends TensorHandle>(like: T, from: Node | Parent): T {
  return new (like.constructor as new (from: Node | Parent) => T)(from);
}

/** A tensor that shares the elements of `x` through `step`. */
export function viewed<T extends TensorHandle>(x: T, step: ViewStep): T {
  // What is made under noGrad stays without gradient, as in PyTorch.
  const parent = !isGradEnabled() && x.requiresGrad ? made(x, { handle: x, step: { op: "detach" } }) : x;
  return made(x, { handle: parent, step });
}

/**
 * The elements in row-major order under another shape: a view where possible, else a copy. Of bytes always a view: no kernel writes them, so
 * that nobody can tell it from a copy.
 */
export function reshaped<T extends TensorHandle>(x: T, shape: Shape): T {
  if (x.dtype === "uint8" || viewStrides(x.shape, x.stride(), shape)) return viewed(x, { op: "reshape", shape });
  return made(x, alias(cast(reshape(x.node(), shape), x.dtype)));
}

/** `length` elements of an axis from `start` on, `step` apart. A view. */
export function sliced<T extends TensorHandle>(x: T, axis: number, start: number, length: number, step = 1): T {
  return viewed(x, sliceStep(x.shape, axis, start, length, step));
}

/** Element `index` of an axis, which disappears. A view. */
export function selected<T extends TensorHandle>(x: T, axis: number, index: number): T {
  const one = sliced(x, axis, index, 1);
  return viewed(one, { op: "reshape", shape: one.shape.filter((_, i) => i !== axis) });
}
