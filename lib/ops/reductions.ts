/** Operations that drop axes, and running sums. */
import { type ReduceOp, scan } from "../device/steps/reductions.ts";
import { kernelOperation } from "../graph/emission.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node, Operation, Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { Axes, reduceOperation, without } from "./axes.ts";
import { binary, cast, div, mul, where } from "./pointwise.ts";
import { float } from "./sources.ts";
import { sum, unreduced } from "./views.ts";

/** Maximum and minimum share a tie's gradient evenly (PyTorch's amax). */
const extreme: Rule<Axes> = (g, node, { axes }) => {
  const x = node.inputs[0]!, hits = cast(binary("eq", x, unreduced(node, x, axes)), "float32");
  return [mul(hits, unreduced(div(g, sum(hits, axes)), x, axes))];
};

/** ∂/∂xᵢ Π x without dividing by zero: with one zero, only its own place gets a gradient; with two or more, none. */
const productOfAll: Rule<Axes> = (g, node, { axes }) => {
  const x = node.inputs[0]!;
  const isZero = binary("eq", x, float(x, 0));
  const zeroCount = unreduced(sum(cast(isZero, "float32"), axes), x, axes);
  const nonZero = where(isZero, float(x, 1), x);
  const rest = unreduced(reduce("prod", nonZero, axes), x, axes);
  const atZero = where(binary("eq", zeroCount, float(x, 1)), rest, float(x, 0));
  const elsewhere = where(binary("eq", zeroCount, float(x, 0)), div(rest, nonZero), float(x, 0));
  return [mul(unreduced(g, x, axes), where(isZero, atZero, elsewhere))];
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
