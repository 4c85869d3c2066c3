/** Reading and writing at places. */
import { ShapeError, showShape } from "../errors.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import type { Shape } from "../shape.ts";
import { expectFloat, expectIndex, make } from "./make.ts";
import { cast } from "./pointwise.ts";

/** `base` with the elements that {@linkcode slice} would read replaced by `value`. */
export function sliceWrite(base: Node, value: Node, starts: readonly number[], steps: readonly number[]): Node {
  return make("sliceWrite", base.dtype, base.shape, [base, cast(value, base.dtype)], steps, starts);
}

export function gather(x: Node, axis: number, index: Node): Node {
  expectIndex("gather", index);
  checkIndexShape("gather from", x.shape, axis, index.shape);
  return make("gather", x.dtype, index.shape, [x, index], [axis], NO_NUMBERS);
}

export function scatterAdd(axis: number, index: Node, values: Node, shape: Shape): Node {
  expectIndex("scatterAdd", index);
  expectFloat("scatterAdd", values);
  checkIndexShape("scatterAdd into", shape, axis, index.shape);
  return make("scatterAdd", "float32", shape, [index, values], [axis], NO_NUMBERS);
}

function checkIndexShape(what: string, shape: Shape, axis: number, index: Shape): void {
  const fits = shape.length === index.length && index.every((size, i) => i === axis || size <= shape[i]!);
  if (!fits) {
    throw new ShapeError(
      `Cannot ${what} ${showShape(shape)} along axis ${axis} with index ${showShape(index)}: ` +
        `both need the same number of axes, and the index may be no larger except along axis ${axis}`,
      [shape, index],
    );
  }
}
