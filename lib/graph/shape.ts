/** Arithmetic on shapes, axes and strides. */
import { textOf } from "../device/expect.ts";
import { rowMajor, sizeOf } from "../device/shape.ts";
import { isWhole, kindOf, MOST } from "../device/whole.ts";
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

/** Axes that a tensor has at most: kernels keep one counter for each. */
const MOST_AXES = 64;

/**
 * Throws unless `sizes` may be a shape: an array of whole numbers from 0, or from −1 where that leaves a size open.
 *
 * @param attempt what is refused otherwise, such as "make a tensor"; a function where saying so takes time
 * @throws {TypeError} for what is no array of numbers; {@linkcode ShapeError} for other numbers, or more than 64 axes
 */
export function checkSizes(
  attempt: string | (() => string),
  sizes: unknown,
  least: 0 | -1 = 0,
): asserts sizes is readonly number[] {
  if (!Array.isArray(sizes)) {
    throw new TypeError(
      `Cannot ${inWords(attempt)} of shape ${textOf(sizes)}: sizes are whole numbers from 0, in an array`,
    );
  }
  // By index, as callbacks of arrays skip holes.
  for (let i = 0; i < sizes.length; i++) {
    if (isWhole(sizes[i], least)) continue;
    const refused = `Cannot ${inWords(attempt)} of shape ${
      showShape(sizes)
    }: sizes are whole numbers from ${least} to ${MOST}`;
    if (typeof sizes[i] !== "number") throw new TypeError(`${refused}, found ${kindOf(sizes[i])}`);
    throw new ShapeError(refused, [sizes]);
  }
  if (sizes.length > MOST_AXES) checkRank(inWords(attempt), sizes.length);
}

const inWords = (attempt: string | (() => string)): string => typeof attempt === "string" ? attempt : attempt();

/** Throws for more axes than a tensor may have. */
export function checkRank(attempt: string, rank: number): void {
  if (rank <= MOST_AXES) return;
  throw new ShapeError(`Cannot ${attempt} of ${rank} axes: a tensor has at most ${MOST_AXES}`);
}

/**
 * An axis counted from 0, from one that may count from the end. A tensor without axes has axis 0 here, as in PyTorch: reducing it, or sorting
 * along it, is the same as with one element.
 */
export function normalAxis(what: string, axis: number, rank: number): number {
  const axes = rank || 1, found = typeof axis === "number" && axis < 0 ? axis + axes : axis;
  if (Number.isInteger(axis) && found >= 0 && found < axes) return found;
  const range = `axes ${-axes} to ${axes - 1}`;
  if (typeof axis !== "number") {
    throw new TypeError(
      `Cannot ${what} along axis ${textOf(axis)}: it must be a number of ${range}, found ${kindOf(axis)}`,
    );
  }
  throw new ShapeError(
    `Cannot ${what} along axis ${axis}: the tensor has ${rank ? range : `no axis; of a number, −1 and 0 will do`}`,
  );
}

/** As {@linkcode normalAxis}, for what needs an axis that is there. */
export function ownAxis(what: string, axis: number, rank: number): number {
  if (rank === 0) throw new ShapeError(`Cannot ${what} along axis ${textOf(axis)}: the tensor has no axis`);
  return normalAxis(what, axis, rank);
}

/** Several axes, each from 0, sorted; all of them if `axes` is undefined or, as in PyTorch, an empty list. */
export function normalAxes(what: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return everyAxis(rank);
  if (!Array.isArray(axes) && typeof axes !== "number") {
    throw new TypeError(`Cannot ${what} along axes ${textOf(axes)}: give a number, or an array of numbers`);
  }
  const list = typeof axes === "number" ? [axes] : axes;
  if (list.length === 0) return everyAxis(rank);
  const out = list.map((a) => normalAxis(what, a, rank)).sort((p, q) => p - q);
  for (let i = 1; i < out.length; i++) {
    if (out[i] === out[i - 1]) {
      throw new ShapeError(`Cannot ${what} along axes ${showShape(list)}: ${out[i]} is there twice`);
    }
  }
  return rank === 0 ? [] : out;
}

function everyAxis(rank: number): number[] {
  const axes = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) axes[axis] = axis;
  return axes;
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
