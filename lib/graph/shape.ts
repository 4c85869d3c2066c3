/** Arithmetic on shapes, axes and strides. */
import { rowMajor, sizeOf } from "../device/shape.ts";
import { ShapeError, showShape } from "./errors.ts";

/** Sizes of the axes, outermost first. */
export type Shape = readonly number[];

export { rowMajor, sizeOf };

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape two operands broadcast to, by NumPy's rule: axes align at the right; sizes are equal or 1. */
export function broadcastShapes(what: string, a: Shape, b: Shape): Shape {
  if (b.length === 0 || sameShape(a, b)) return a; // numbers are the common case
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const p = a[a.length - i] ?? 1, q = b[b.length - i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new ShapeError(
        `Cannot ${what} ${showShape(a)} and ${showShape(b)}: sizes ${p} and ${q} at axis −${i} do not broadcast`,
        [a, b],
      );
    }
    out[rank - i] = p === 1 ? q : p;
  }
  return out;
}

/** An axis counted from 0, from one that may count from the end. */
export function normalAxis(what: string, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || found < 0 || found >= Math.max(rank, 1)) {
    const range = rank === 0 ? "no axis" : `axes ${-rank} to ${rank - 1}`;
    throw new ShapeError(`Cannot ${what} along axis ${axis}: the tensor has ${range}`);
  }
  return found;
}

/** Several axes, each from 0, sorted; all of them if `axes` is undefined. */
export function normalAxes(what: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (!Array.isArray(axes) && typeof axes !== "number") {
    throw new TypeError(`Cannot ${what} along axes ${axes}: give a number, or an array of numbers`);
  }
  const list = typeof axes === "number" ? [axes] : axes;
  const out = list.map((a) => normalAxis(what, a, rank)).filter((a) => a < rank).sort((p, q) => p - q);
  for (let i = 1; i < out.length; i++) {
    if (out[i] === out[i - 1]) {
      throw new ShapeError(`Cannot ${what} along axes ${showShape(list)}: ${out[i]} is there twice`);
    }
  }
  return out;
}

/** Strides under which a tensor of `shape` and `strides` reads as `next` without moving data; undefined if there are none. */
export function viewStrides(shape: Shape, strides: readonly number[], next: Shape): number[] | undefined {
  // Group the old axes into maximal runs that are dense among themselves, then cut each run into new axes (PyTorch's computeStride).
  if (sizeOf(shape) === 0) return rowMajor(next);
  const out = new Array<number>(next.length);
  let view = next.length - 1;
  let runStride = strides.length ? strides[strides.length - 1]! : 1;
  let runSize = 1, viewSize = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    runSize *= shape[axis]!;
    const ends = axis === 0 || (shape[axis - 1] !== 1 && strides[axis - 1] !== runSize * runStride);
    if (!ends) continue;
    while (view >= 0 && (viewSize < runSize || next[view] === 1)) {
      out[view] = viewSize * runStride;
      viewSize *= next[view]!;
      view--;
    }
    if (viewSize !== runSize) return undefined;
    if (axis > 0) {
      runStride = strides[axis - 1]!;
      runSize = 1;
      viewSize = 1;
    }
  }
  while (view >= 0) {
    if (next[view] !== 1) return undefined;
    out[view] = 1;
    view--;
  }
  return out;
}
