/** Nodes whose elements stand at other places: turned around, shifted, repeated, joined, in part. */
import type { DType } from "../device/dtype.ts";
import type { Node } from "../graph/node.ts";
import type { Shape } from "../graph/shape.ts";
import { concat } from "../ops/concat.ts";
import { add, binary, cast, where } from "../ops/pointwise.ts";
import { arange, full, number } from "../ops/sources.ts";
import { expand, reshape, slice } from "../ops/views.ts";
import { indexSelect } from "./index.ts";

/** The places 0 to n − 1 as int32, from the last to the first if `reverse`. */
export function places(like: Node, n: number, reverse = false): Node {
  return reverse ? arange(like.device, "int32", n, n - 1, -1) : arange(like.device, "int32", n, 0, 1);
}

/** `length` elements of one axis from `start` on, `step` apart. */
export function part(x: Node, axis: number, start: number, length: number, step = 1): Node {
  const only = <T>(value: T, others: (i: number) => T) => x.shape.map((_, i) => i === axis ? value : others(i));
  return slice(x, only(start, () => 0), only(step, () => 1), only(length, (i) => x.shape[i]!));
}

/** The type that holds all of them: float32 if one is, else int32 if one is, else bool. */
export function commonType(nodes: readonly Node[]): DType {
  const some = (dtype: DType) => nodes.some((node) => node.dtype === dtype);
  return some("float32") ? "float32" : some("int32") ? "int32" : "bool";
}

/** Throws if one of the nodes holds bytes, which devices read and do not write. */
export function refuseBytes(what: string, nodes: readonly Node[]): void {
  if (!nodes.some(({ dtype }) => dtype === "uint8")) return;
  throw new TypeError(`Cannot ${what} uint8 tensors: bytes are for storage. Convert with .float() or .int()`);
}

/** Nodes one after the other along an axis; other sizes are equal. None holds bytes. */
export function joined(nodes: readonly Node[], axis: number): Node {
  const [{ device, shape }] = nodes as [Node], dtype = commonType(nodes);
  const parts = nodes.filter((node) => node.shape[axis] !== 0).map((node) => cast(node, dtype));
  return parts.length ? concat(parts, axis) : full(device, dtype, shape, 0);
}

/** `x` with its elements along `axes` from the last to the first. */
export function flipped(x: Node, axes: readonly number[]): Node {
  return axes.reduce((y, axis) => y.shape[axis]! < 2 ? y : indexSelect(y, axis, places(y, y.shape[axis]!, true)), x);
}

/** `x` with its elements along an axis `shift` places further on; those that leave the end come in at the beginning. */
export function rolled(x: Node, axis: number, shift: number): Node {
  const size = x.shape[axis]!, by = size ? ((shift % size) + size) % size : 0;
  refuseBytes("roll", [x]);
  return by === 0 ? x : joined([part(x, axis, size - by, by), part(x, axis, 0, size - by)], axis);
}

/** `x` repeated along each axis; there are as many counts as axes, or more. */
export function repeated(x: Node, counts: readonly number[]): Node {
  const own = [...counts.slice(x.shape.length).map(() => 1), ...x.shape];
  const spread = reshape(x, own.flatMap((size) => [1, size]));
  return reshape(expand(spread, own.flatMap((size, i) => [counts[i]!, size])), own.map((size, i) => size * counts[i]!));
}

/** `x` with each element along an axis `count` times in a row. */
export function repeatedEach(x: Node, axis: number, count: number): Node {
  const around = (inserted: number) => [...x.shape.slice(0, axis + 1), inserted, ...x.shape.slice(axis + 1)];
  return reshape(expand(reshape(x, around(1)), around(count)), x.shape.with(axis, x.shape[axis]! * count));
}

/** The elements of the last two axes up to diagonal `offset` ("le"), or from it on ("ge"); 0 elsewhere. */
export function triangle(x: Node, side: "le" | "ge", offset: number): Node {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const column = places(x, columns), row = reshape(places(x, rows), [rows, 1]);
  const inside = binary(side, column, add(row, number(row, offset)));
  return where(inside, x, full(x.device, x.dtype, [], 0));
}

/** How many windows of `size` fit into an axis, `step` apart. */
export const windowsIn = (length: number, size: number, step: number): number => Math.floor((length - size) / step) + 1;

/** All windows of `size` elements along an axis, `step` apart, each along a new last axis. */
export function windows(x: Node, axis: number, size: number, step: number): Node {
  refuseBytes("unfold", [x]);
  const count = windowsIn(x.shape[axis]!, size, step), last = x.shape.length;
  const columns = Array.from({ length: size }, (_, i) => {
    const column = part(x, axis, i, count, step);
    return reshape(column, [...column.shape, 1]);
  });
  return columns.length ? joined(columns, last) : full(x.device, x.dtype, [...x.shape.with(axis, count), 0], 0);
}

/** Where the elements of diagonal `offset` lie in a matrix that is read row by row. */
export function diagonalPlaces(
  [rows, columns]: Shape,
  offset: number,
): { start: number; length: number; step: number } {
  const length = Math.max(0, offset < 0 ? Math.min(rows! + offset, columns!) : Math.min(rows!, columns! - offset));
  const start = length === 0 ? 0 : offset < 0 ? -offset * columns! : offset;
  return { start, length, step: columns! + 1 };
}
