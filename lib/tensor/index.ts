/** Where elements lie along an axis: the checks of indexing, and its nodes. */
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { normalAxis, sameShape, type Shape, sizeOf } from "../graph/shape.ts";
import { gather, scatterAdd as scattered } from "../ops/indexing.ts";
import { add } from "../ops/pointwise.ts";
import { expand, reshape } from "../ops/views.ts";
import type { ViewStep } from "./view_step.ts";

/** `length` elements of an axis from `start` on, `step` apart. */
export function sliceStep(shape: Shape, axis: number, start: number, length: number, step: number): ViewStep {
  return {
    op: "slice",
    starts: shape.map((_, i) => i === axis ? start : 0),
    steps: shape.map((_, i) => i === axis ? step : 1),
    shape: shape.map((size, i) => i === axis ? length : size),
  };
}

/** `shape` with one size −1 filled in, checked to have as many elements. */
export function shapeWith(what: string, shape: Shape, sizes: readonly number[]): number[] {
  const numel = sizeOf(shape), open = sizes.indexOf(-1);
  const known = sizes.reduce((n, size, i) => i === open ? n : n * size, 1);
  const next = [...sizes];
  if (open >= 0) next[open] = known === 0 ? 0 : numel / known;
  if (next.some((size) => !Number.isInteger(size) || size < 0) || sizeOf(next) !== numel) {
    throw new ShapeError(`Cannot ${what} ${showShape(shape)} as ${showShape(sizes)}: it has ${numel} elements`, [
      shape,
      sizes,
    ]);
  }
  return next;
}

/** The shape that `shape` expands to, −1 keeping a size. */
export function expandedShape(shape: Shape, sizes: readonly number[]): number[] {
  const extra = sizes.length - shape.length;
  const next = sizes.map((size, i) => size === -1 && i >= extra ? shape[i - extra]! : size);
  const fits = extra >= 0 && shape.every((size, i) => size === 1 || size === next[i + extra]) &&
    next.every((size) => size >= 0);
  if (!fits) {
    throw new ShapeError(`Cannot expand ${showShape(shape)} to ${showShape(sizes)}: only axes of size 1 grow`, [
      shape,
      sizes,
    ]);
  }
  return next;
}

/** `x` with `source` added at `index` along `axis`. */
export function scatterAdd(x: Node, axis: number, index: Node, source: Node): Node {
  const at = normalAxis("scatterAdd", axis, x.shape.length);
  if (!sameShape(index.shape, source.shape)) {
    throw new ShapeError(
      `Cannot scatterAdd ${showShape(source.shape)} at ${showShape(index.shape)}: both shapes must be equal`,
    );
  }
  return add(x, scattered(at, index, source, x.shape));
}

/** Elements `index` of an axis. */
export function indexSelect(x: Node, axis: number, index: Node): Node {
  const at = normalAxis("indexSelect", axis, x.shape.length);
  if (index.shape.length !== 1) {
    throw new ShapeError(`Cannot indexSelect with an index of shape ${showShape(index.shape)}: it has one axis`);
  }
  const count = index.shape[0]!, shape = x.shape.map((size, i) => i === at ? count : size);
  const column = reshape(index, shape.map((_, i) => i === at ? count : 1));
  return gather(x, at, expand(column, shape));
}
