/** Nodes that drop axes. */
import { ShapeError, showShape } from "../errors.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import type { ReduceOpName } from "../ops.ts";
import { sameShape, type Shape, sizeOf } from "../shape.ts";
import { make } from "./make.ts";
import { cast } from "./pointwise.ts";
import { reshape } from "./views.ts";

/** Reduces `axes` (sorted, from 0), which disappear from the shape. */
export function reduce(op: ReduceOpName, x: Node, axes: readonly number[]): Node {
  const shape: number[] = [];
  let reduced = 1;
  x.shape.forEach((size, axis) => axes.includes(axis) ? reduced *= size : shape.push(size));
  if (op === "any" || op === "all") return make(op, "bool", shape, [cast(x, "bool")], axes, NO_NUMBERS);
  if (x.dtype === "bool" || x.dtype === "uint8") x = cast(x, "int32");
  if (reduced === 0 && op !== "sum" && op !== "prod" && sizeOf(shape) > 0) {
    throw new ShapeError(
      `Cannot take ${op} of ${showShape(x.shape)} over axes ${showShape(axes)}: there is nothing to choose from`,
    );
  }
  const dtype = op === "argmax" || op === "argmin" ? "int32" : x.dtype;
  return make(op, dtype, shape, [x], axes, NO_NUMBERS);
}

/** Sums `x` over the axes along which `shape` was broadcast to it. */
export function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.shape.length; i++) if (i < extra || (shape[i - extra] === 1 && x.shape[i] !== 1)) axes.push(i);
  return reshape(axes.length ? reduce("sum", x, axes) : x, shape);
}
