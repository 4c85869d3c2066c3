/** Reading and writing at places that an index gives: each is the other's gradient. */
import { type Along, along } from "../device/steps/indexing.ts";
import { kernelOperation } from "../graph/emission.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { expectFloat, expectIndex, expectPlaces, record } from "../graph/record.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";

const GATHER = kernelOperation("gather", {
  halves: [true],
  gradient: (g, [x, index], { axis }) => [scatterAdd(axis, index, g, x.shape), undefined],
});

const SCATTER_ADD = kernelOperation("scatterAdd", {
  gradient: (g, [index], { axis }) => [undefined, gather(g, axis, index)],
});

/** The attributes of the first axes: they are few, and recorded often. */
const ALONG: readonly Along[] = [0, 1, 2, 3].map((axis) => along({ axis }));
const alongAxis = (axis: number): Along => ALONG[axis] ?? along({ axis });

/** `x[i… with i[axis] = index[i…]]`. */
export function gather(x: Node, axis: number, index: Node): Node {
  expectIndex("gather", index);
  checkIndexShape("gather from", x.shape, axis, index.shape);
  return record(GATHER, x.dtype, index.shape, [x, index], alongAxis(axis));
}

/** Zeros of `shape`, with `values` added at the places of `index` along `axis`. */
export function scatterAdd(axis: number, index: Node, values: Node, shape: Shape): Node {
  expectIndex("scatterAdd", index);
  expectFloat("scatterAdd", values);
  checkIndexShape("scatterAdd into", shape, axis, index.shape);
  return record(SCATTER_ADD, "float32", shape, [index, values], alongAxis(axis));
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
  expectPlaces(what, shape, axis, sizeOf(index));
}
