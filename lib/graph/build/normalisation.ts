/** Normalisation by moments. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { sizeOf } from "../shape.ts";
import { expectFloat, make } from "./make.ts";

/** Mean, biased variance and 1/√(variance + eps) over `axes` (sorted, from 0; kept with size 1): [3, …]. */
export function moments(x: Node, axes: readonly number[], eps: number): Node {
  expectFloat("take the moments of", x);
  const shape = [3, ...x.shape.map((size, axis) => axes.includes(axis) ? 1 : size)];
  return make("moments", "float32", shape, [x], axes, [eps]);
}

/**
 * `(x − mean) · scale · weight + bias`, with rows 0 and 2 of `stats`, the moments of `x` itself over `axes`. `stats` is recorded without
 * gradient: the rule of this operation knows how they depend on `x`.
 *
 * @param along the axis of `x` that weight and bias, of one axis, lie along; −1 if they broadcast by the usual rule
 */
export function normalize(
  x: Node,
  stats: Node,
  axes: readonly number[],
  along: number,
  weight?: Node,
  bias?: Node,
): Node {
  const inputs = [x, stats];
  if (weight) inputs.push(weight);
  if (bias) inputs.push(bias);
  expectFloat("normalize", ...inputs);
  const ints = [along, weight ? 1 : 0, bias ? 1 : 0, ...axes];
  return make("normalize", "float32", x.shape, inputs, ints, NO_NUMBERS);
}

/** Σg and Σg·x̂ over `axes`, which stay with size 1: [2, …]. Not differentiable. */
export function normSums(g: Node, x: Node, stats: Node, axes: readonly number[]): Node {
  return make("normSums", "float32", [2, ...stats.shape.slice(1)], [g, x, stats], axes, NO_NUMBERS);
}

/** The gradient of {@linkcode normalize} for `x`: `(g − (Σg + x̂·Σg·x̂)/n) · scale · weight`. Not differentiable. */
export function normalizeGrad(g: Node, x: Node, stats: Node, sums: Node, along: number, weight?: Node): Node {
  const inputs = weight ? [g, x, stats, sums, weight] : [g, x, stats, sums];
  const reduced = sizeOf(x.shape) / (sizeOf(stats.shape) / 3);
  return make("normalizeGrad", "float32", x.shape, inputs, [along, weight ? 1 : 0], [1 / reduced]);
}

/** `average + momentum · (scale · stats[row] − average)`: a running average's next value. Not differentiable. */
export function follow(average: Node, stats: Node, row: number, momentum: number, scale: number): Node {
  return make("follow", "float32", average.shape, [average, stats], [row], [momentum, scale]);
}
