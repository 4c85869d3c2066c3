/** Where elements lie along an axis: the checks of indexing, and its nodes. */
import { isWhole, MOST } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { checkSizes, normalAxis, sameShape, type Shape, sizeOf } from "../graph/shape.ts";
import { gather as gathered, scatterAdd as scattered } from "../ops/indexing.ts";
import { add, binary, where } from "../ops/pointwise.ts";
import { number } from "../ops/sources.ts";
import { expand, reshape, slice } from "../ops/views.ts";
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

/** Where a place that may count from the end of `size` elements lies, counted from the start. */
export const placeOf = (place: number, size: number): number => place < 0 ? place + size : place;

/** `shape` with one size −1 filled in, checked to have as many elements. */
export function shapeWith(what: string, shape: Shape, sizes: readonly number[]): number[] {
  checkSizes(() => `${what} ${showShape(shape)} as a tensor`, sizes, -1);
  const refuse = (reason: string) =>
    new ShapeError(`Cannot ${what} ${showShape(shape)} as ${showShape(sizes)}: ${reason}`, [shape, sizes]);
  const numel = sizeOf(shape), open = sizes.indexOf(-1), next = [...sizes];
  if (open >= 0) {
    if (sizes.includes(-1, open + 1)) throw refuse("only one size can be left open by −1");
    const known = sizes.reduce((n, size, i) => i === open ? n : n * size, 1);
    if (known === 0) throw refuse("beside a size of 0, −1 could be any size");
    next[open] = numel / known;
  }
  if (!isWhole(next[open] ?? 0) || sizeOf(next) !== numel) throw refuse(`it has ${numel} elements`);
  return next;
}

/** The shape that `shape` expands to, −1 keeping a size. */
export function expandedShape(shape: Shape, sizes: readonly number[]): number[] {
  checkSizes(() => `expand ${showShape(shape)} to a tensor`, sizes, -1);
  const refuse = (reason: string) =>
    new ShapeError(`Cannot expand ${showShape(shape)} to ${showShape(sizes)}: ${reason}`, [shape, sizes]);
  const extra = sizes.length - shape.length;
  const next = sizes.map((size, i) => size === -1 && i >= extra ? shape[i - extra]! : size);
  if (next.includes(-1)) throw refuse("−1 keeps a size, and a new axis has none");
  if (extra < 0 || shape.some((size, i) => size !== 1 && size !== next[i + extra])) {
    throw refuse("only axes of size 1 grow");
  }
  if (sizeOf(next) > MOST) throw refuse(`it would have ${sizeOf(next)} elements, and devices count to ${MOST}`);
  return next;
}

/** Tensors without axes have one element along an axis of their own. */
const withAxis = (x: Node): Node => x.shape.length === 0 ? reshape(x, [1]) : x;

/** The elements of `x` that `index` says along `axis`. */
export function gather(x: Node, axis: number, index: Node): Node {
  const at = normalAxis("gather", axis, x.shape.length);
  return reshape(gathered(withAxis(x), at, withAxis(index)), index.shape);
}

/** `x` with `source` added at `index` along `axis`. */
export function scatterAdd(x: Node, axis: number, index: Node, source: Node): Node {
  const at = normalAxis("scatterAdd", axis, x.shape.length);
  const places = withAxis(index), given = withAxis(source), { shape } = places;
  if (shape.length !== given.shape.length || shape.some((size, i) => size > given.shape[i]!)) {
    throw new ShapeError(
      `Cannot scatterAdd ${showShape(source.shape)} at ${showShape(index.shape)}: ` +
        `the source needs as many axes as the index, each at least as large`,
      [source.shape, index.shape],
    );
  }
  const added = sameShape(shape, given.shape) ? given : slice(given, shape.map(() => 0), shape.map(() => 1), shape);
  return add(x, reshape(scattered(at, places, added, withAxis(x).shape), x.shape));
}

/** Elements `index` of an axis. */
export function indexSelect(x: Node, axis: number, index: Node): Node {
  const at = normalAxis("indexSelect", axis, x.shape.length);
  if (index.shape.length > 1) {
    throw new ShapeError(`Cannot indexSelect with an index of shape ${showShape(index.shape)}: it has one axis`);
  }
  const count = sizeOf(index.shape);
  if (x.shape.length === 0) {
    if (count === 1) return reshape(gathered(withAxis(x), 0, withAxis(index)), []);
    throw new ShapeError(`Cannot indexSelect ${count} elements of a tensor without axes: it is one element`);
  }
  const shape = x.shape.map((size, i) => i === at ? count : size);
  const column = reshape(index, shape.map((_, i) => i === at ? count : 1));
  return gathered(x, at, expand(column, shape));
}

/** Indices of which some may count from the end of `size` elements, counted from the start. Those out of range stay as they are. */
export function wrapped(node: Node, size: number): Node {
  if (node.dtype !== "int32") return node; // refused with the rest
  const behind = binary("logicalAnd", binary("lt", node, number(node, 0)), binary("ge", node, number(node, -size)));
  return where(behind, add(node, number(node, size)), node);
}
