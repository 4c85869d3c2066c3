/** Operations that drop axes, and running sums. */
import { type ReduceOp, scan } from "../device/steps/reductions.ts";
import { kernelOperation } from "../graph/emission.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node, Operation, Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { Axes, reduceOperation, without } from "./axes.ts";
import { binary, cast, div, mul, where } from "./pointwise.ts";
import { float, full } from "./sources.ts";
import { permute, reshape, slice, sliceScatter, sum, unreduced } from "./views.ts";

/** Maximum and minimum share a tie's gradient evenly (PyTorch's amax). */
const extreme: Rule<Axes> = (g, node, { axes }) => {
  const x = node.inputs[0]!, hits = cast(binary("eq", x, unreduced(node, x, axes)), "float32");
  return [mul(hits, unreduced(div(g, sum(hits, axes)), x, axes))];
};

/** For each element along the last axis of `x [rows, n]` the product of the others, without a division: by halves, in log₂ n rounds. */
function productsOfOthers(x: Node): Node {
  const [rows, n] = x.shape as [number, number];
  if (n < 2) return full(x.device, "float32", x.shape, 1);
  const half = n >> 1, rest = n - 2 * half;
  const part = (of: Node, start: number, size: number) => slice(of, [0, start], [1, 1], [rows, size]);
  const left = part(x, 0, half), right = part(x, half, half), pairs = mul(left, right);
  const place = (into: Node, value: Node, start: number) => sliceScatter(into, value, [0, start], [1, 1]);
  const nothing = (size: number) => full(x.device, "float32", [rows, size], 0);
  const halved = rest ? place(place(nothing(half + 1), pairs, 0), part(x, 2 * half, 1), half) : pairs;
  const outside = productsOfOthers(halved), ofPairs = part(outside, 0, half);
  const both = place(place(nothing(n), mul(ofPairs, right), 0), mul(ofPairs, left), half);
  return rest ? place(both, part(outside, half, 1), 2 * half) : both;
}

/**
 * ∂/∂xᵢ Π x: the product divided by xᵢ; where there is a zero anywhere, the product of the others, which can be differentiated again. That
 * is PyTorch's choice, and so are the values beside infinities.
 */
const productOfAll: Rule<Axes> = (g, node, { axes }) => {
  const x = node.inputs[0]!, kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes], turned = permute(x, order), count = sizeOf(without(x.shape, axes));
  const others = productsOfOthers(reshape(turned, [count, count ? sizeOf(x.shape) / count : 0]));
  const back = new Array<number>(order.length);
  order.forEach((from, i) => back[from] = i);
  const isZero = binary("eq", x, float(x, 0)), hasZero = reduce("any", isZero, x.shape.map((_, axis) => axis));
  const quotient = div(unreduced(node, x, axes), where(hasZero, float(x, 1), x));
  const slope = where(hasZero, permute(reshape(others, turned.shape), back), quotient);
  return [mul(unreduced(g, x, axes), slope)];
};

/** Total over the reductions; the sum is with the views, whose gradients it is. */
const REDUCTIONS: { readonly [K in Exclude<ReduceOp, "sum">]: Operation<Axes> } = {
  prod: reduceOperation("prod", productOfAll, 1),
  max: reduceOperation("max", extreme, 0),
  min: reduceOperation("min", extreme, 0),
  any: reduceOperation("any", "none", 0),
  all: reduceOperation("all", "none", 1),
  argmax: reduceOperation("argmax", "none", 0),
  argmin: reduceOperation("argmin", "none", 0),
};

/** Reduces `axes` (sorted, from 0), which disappear from the shape. */
export function reduce(op: ReduceOp, x: Node, axes: readonly number[]): Node {
  const shape = without(x.shape, axes);
  if (op === "any" || op === "all") return record(REDUCTIONS[op], "bool", shape, [cast(x, "bool")], new Axes(axes));
  const ordered = op === "max" || op === "min";
  if (x.dtype === "uint8" || (x.dtype === "bool" && !ordered)) x = cast(x, "int32");
  if (op === "sum") return sum(x, axes);
  if (op !== "prod" && sizeOf(shape) > 0 && axes.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError(
      `Cannot take ${op} of ${showShape(x.shape)} over axes ${showShape(axes)}: there is nothing to choose from`,
    );
  }
  if (x.dtype === "bool") return reduce(op === "max" ? "any" : "all", x, axes);
  const dtype = op === "argmax" || op === "argmin" ? "int32" : x.dtype;
  return record(REDUCTIONS[op], dtype, shape, [x], new Axes(axes));
}

const CUMSUM = kernelOperation("cumsum", {
  // An element is part of all sums from its own place on: their gradients add up from the other end.
  gradient: (g, _, { axis, reverse }) => [cumsum(g, axis, !reverse)],
});

/** Sums of the elements up to each one along `axis` (from 0): float32, or int32 of other types. */
export function cumsum(x: Node, axis: number, reverse = false): Node {
  const input = x.dtype === "float32" ? x : cast(x, "int32");
  return record(CUMSUM, input.dtype, x.shape, [input], scan({ axis, reverse, dtype: input.dtype }));
}
