/** Nodes that move no data. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { sameShape, type Shape } from "../shape.ts";
import { traceOf } from "../trace.ts";
import { make } from "./make.ts";
import { source } from "./source.ts";

export function permute(x: Node, order: readonly number[]): Node {
  const shape = order.map((axis) => x.shape[axis]!);
  return view("permute", x, shape, order, NO_NUMBERS);
}

export function reshape(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : view("reshape", x, shape, NO_NUMBERS, NO_NUMBERS);
}

export function expand(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : view("expand", x, shape, NO_NUMBERS, NO_NUMBERS);
}

/** Elements `starts + i · steps`, `sizes` of them along each axis. Starts are bound at run time. */
export function slice(x: Node, starts: readonly number[], steps: readonly number[], sizes: Shape): Node {
  return view("slice", x, sizes, steps, starts);
}

function view(
  op: "permute" | "reshape" | "expand" | "slice",
  x: Node,
  shape: Shape,
  ints: readonly number[],
  scalars: readonly number[],
): Node {
  if (x.op === "full" && !x.value && !x.requiresGrad) return source.full(x.device, x.dtype, shape, x.scalars[0]!);
  return make(op, x.dtype, shape, [x], ints, scalars);
}

/** `x[index]`, under another shape. The index is part of the structure, unlike a {@linkcode slice}'s start. */
export function part(x: Node, index: number, shape: Shape): Node {
  return make("part", x.dtype, shape, [x], [index], NO_NUMBERS);
}

export function detach(x: Node): Node {
  const node = make("detach", x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (node.requiresGrad) {
    node.requiresGrad = false;
    traceOf(x.device).open.pop();
  }
  return node;
}

/** `value`, with the gradients going to `history`. */
export function graft(value: Node, history: Node): Node {
  const node = make("graft", value.dtype, value.shape, [value, history], NO_NUMBERS, NO_NUMBERS);
  if (!node.requiresGrad) traceOf(value.device).open.push(node);
  node.requiresGrad = true;
  return node;
}

/** A node of its own with the contents and history of `x`. */
export function alias(x: Node): Node {
  return make("reshape", x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}
