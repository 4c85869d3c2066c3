/** Nodes of numbers in their order: sorted, the largest few, medians, quantiles. */
import type { Node } from "../graph/node.ts";
import { sizeOf } from "../graph/shape.ts";
import { lerp } from "../ops/composites.ts";
import { binary, cast, div, sub, unary, where } from "../ops/pointwise.ts";
import { float, number } from "../ops/sources.ts";
import { argsort } from "../ops/sorting.ts";
import { detach, reshape, straightThrough, sum } from "../ops/views.ts";
import { part } from "./arrange.ts";
import { gather } from "./index.ts";
import { alongRows, reduceOver } from "./reductions.ts";

/** Numbers, and where along the axis they were. */
export interface Ordered {
  readonly values: Node;
  readonly indices: Node;
}

/** The largest or smallest number along an axis, and where the first of them is. */
export function extremeAlong(op: "max" | "min", x: Node, axis: number, keepdim: boolean): Ordered {
  if (x.shape.length === 0) {
    return { values: gather(numbersOf(x), 0, argAlong(op, x, [])), indices: argAlong(op, x, []) };
  }
  const indices = argAlong(op, x, [axis]), values = gather(numbersOf(x), axis, indices);
  if (keepdim) return { values, indices };
  const shape = x.shape.filter((_, i) => i !== axis);
  return { values: reshape(values, shape), indices: reshape(indices, shape) };
}

const argAlong = (op: "max" | "min", x: Node, axes: readonly number[]): Node =>
  reduceOver(op === "max" ? "argmax" : "argmin", x, axes, true);

/** Bytes as numbers. */
const numbersOf = (x: Node): Node => x.dtype === "uint8" ? cast(x, "int32") : x;

/** The places along an axis of the numbers in their order. */
export function order(what: string, x: Node, axis: number, descending: boolean): Node {
  return alongRows(what, (rows) => argsort(rows, descending), numbersOf(x), axis);
}

/** The elements of `x` at `indices` along an axis. */
function picked(x: Node, axis: number, indices: Node): Ordered {
  return { values: gather(numbersOf(x), axis, indices), indices };
}

/** All numbers along an axis (from 0) in their order. */
export function sorted(what: string, x: Node, axis: number, descending: boolean): Ordered {
  return picked(x, axis, order(what, x, axis, descending));
}

/** The numbers that stand at `start` and the `length` − 1 places after it, once they are in order. */
export function sortedPart(
  what: string,
  x: Node,
  axis: number,
  { start, length, descending }: { start: number; length: number; descending: boolean },
): Ordered {
  const places = order(what, x, axis, descending);
  return picked(x, axis, x.shape.length ? part(places, axis, start, length) : places);
}

/**
 * The number along an axis that stands at a place (from 0) once they are in order, and where the first that equals it was; the axis stays, with
 * size 1.
 */
function ranked(what: string, x: Node, axis: number, place: number | Node): Ordered {
  const numbers = numbersOf(x), places = order(what, x, axis, false);
  if (x.shape.length === 0) return picked(x, axis, places);
  const shape = x.shape.with(axis, 1);
  const there = typeof place === "number" ? part(places, axis, place, 1) : gather(places, axis, reshape(place, shape));
  const value = detach(gather(numbers, axis, there)), less = binary("lt", detach(numbers), value);
  // Equal numbers keep their order, so that as many stand before the first of them as are less. NaN comes last.
  const before = x.dtype === "float32" ? where(unary("isnan", value), isNumber(x), less) : less;
  return picked(x, axis, gather(places, axis, reshape(sum(cast(before, "int32"), [axis]), shape)));
}

const isNumber = (x: Node): Node => unary("logicalNot", unary("isnan", x));

/** The `k`-th smallest number along an axis, counted from 1; the axis stays, with size 1. */
export function kthOf(x: Node, axis: number, k: number): Ordered {
  return ranked("kthvalue", x, axis, k - 1);
}

/** The lower of the middle numbers along an axis, or NaN beside any; the axis stays, with size 1. */
export function median(x: Node, axis: number): Ordered {
  const size = x.shape[axis] ?? 1, middle = (size - 1) >> 1;
  if (x.dtype !== "float32" || x.shape.length === 0) return ranked("median", x, axis, middle);
  // NaN comes last: the first of them has as many behind it.
  const nans = sum(cast(unary("isnan", x), "int32"), [axis]);
  return ranked("median", x, axis, where(nans, sub(number(nans, size), nans), number(nans, middle)));
}

/** The median of all elements. Those that are equal to it share its gradient, as in PyTorch. */
export function medianOfAll(x: Node): Node {
  const flat = reshape(numbersOf(x), [sizeOf(x.shape)]), value = reshape(median(flat, 0).values, []);
  if (!x.requiresGrad) return value;
  const hits = binary("eq", flat, value), zero = float(flat, 0);
  const share = div(sum(where(hits, flat, zero), [0]), sum(cast(hits, "float32"), [0]));
  return straightThrough(detach(value), share);
}

/** What a quantile that lies between two numbers is. */
export const INTERPOLATIONS = ["linear", "lower", "higher", "midpoint", "nearest"] as const;
export type Interpolation = typeof INTERPOLATIONS[number];

/** Half-way goes to the even number. */
const nearest = (x: number): number => {
  const below = Math.floor(x), off = x - below;
  return off < 0.5 || off === 0.5 && below % 2 === 0 ? below : below + 1;
};

/** The quantile `q` of each line of `lines`, which are in order along `axis`; the axis stays, with size 1. */
export function quantileOf(lines: Node, axis: number, q: number, interpolation: Interpolation): Node {
  const last = lines.shape[axis]! - 1, rank = Math.fround(Math.fround(q) * last); // as PyTorch counts, in float32
  const at = (place: number) => part(lines, axis, place, 1);
  const below = Math.floor(rank), above = Math.ceil(rank);
  const between = () => {
    switch (interpolation) {
      case "lower":
        return at(below);
      case "higher":
        return at(above);
      case "nearest":
        return at(nearest(rank));
      default:
        return lerp(at(below), at(above), interpolation === "midpoint" ? 0.5 : rank - below);
    }
  };
  // NaN comes last, and beside any the quantile is one.
  return where(unary("isnan", at(last)), at(last), between());
}
