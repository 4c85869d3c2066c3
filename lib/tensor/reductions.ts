/** Reductions of nodes: sums, moments, extremes, softmax. */
import type { ReduceOp } from "../device/steps/reductions.ts";
import { isGradEnabled, noGrad } from "../graph/context.ts";
import type { Node } from "../graph/node.ts";
import { normalAxis, sizeOf } from "../graph/shape.ts";
import { centred } from "../ops/centred.ts";
import { lengthRoot } from "../ops/composites.ts";
import { deviation } from "../ops/deviation.ts";
import { moments } from "../ops/normalisation.ts";
import { add, binary, div, mul, sub, unary, where } from "../ops/pointwise.ts";
import { reduce } from "../ops/reductions.ts";
import { number } from "../ops/sources.ts";
import { detach, permute, reshape, select, straightThrough } from "../ops/views.ts";

/** Throws unless `x` is float32. */
export function floatNode(what: string, x: Node): Node {
  if (x.dtype !== "float32") {
    throw new TypeError(`Cannot take ${what} of a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
  return x;
}

/** `x` reduced over sorted axes, which stay with size 1 if `keepdim`. */
export function reduceOver(op: ReduceOp, x: Node, axes: readonly number[], keepdim: boolean): Node {
  const out = reduce(op, x, axes);
  return keepdim ? reshape(out, x.shape.map((size, i) => axes.includes(i) ? 1 : size)) : out;
}

/** How many elements there are along `axes`. */
const countOf = (x: Node, axes: readonly number[]): number => axes.reduce((n, axis) => n * x.shape[axis]!, 1);

/** The arithmetic mean over `axes`. */
export function mean(x: Node, axes: readonly number[], keepdim: boolean): Node {
  return div(reduceOver("sum", x, axes, keepdim), number(x, countOf(x, axes)));
}

/** Variance, Σ(x − mean)² / (n − correction), and mean over `axes`. */
export function varMean(
  x: Node,
  axes: readonly number[],
  { keepdim, correction }: { keepdim: boolean; correction: number },
): [variance: Node, mean: Node] {
  const count = countOf(x, axes), divisor = Math.max(0, count - correction);
  const shape = x.shape.flatMap((size, i) => axes.includes(i) ? keepdim ? [1] : [] : [size]);
  const tracked = x.requiresGrad && isGradEnabled();
  const rows = count > 0 ? noGrad(() => moments(x, axes, 1)) : undefined;
  const value = rows && noGrad(() => unbiased(select(rows, 1, shape), count, divisor));
  if (value && !tracked) return [value, select(rows, 0, shape)];
  // What gradients are of: they make up for what a rounded mean is off, which the squares here do not.
  const middle = mean(x, axes, true), off = centred(x, middle);
  const variance = div(reduceOver("sum", mul(off, off), axes, keepdim), number(x, divisor));
  return [value ? straightThrough(value, variance) : variance, reshape(middle, shape)];
}

/** A sum of squares by `divisor` in the place of `count`. By 0 it is divided, so that whoever looks for what is not finite finds a division. */
function unbiased(variance: Node, count: number, divisor: number): Node {
  return divisor ? mul(variance, number(variance, count / divisor)) : div(variance, number(variance, 0));
}

/** The square root of the variance over `axes`, also where that is beyond float32. */
export function std(
  x: Node,
  axes: readonly number[],
  options: { keepdim: boolean; correction: number },
): Node {
  const count = countOf(x, axes), { keepdim, correction } = options;
  if (count === 0) return unary("sqrt", varMean(x, axes, options)[0]);
  const out = deviation(x, axes, Math.max(0, count - correction));
  return keepdim ? out : reshape(out, x.shape.filter((_, i) => !axes.includes(i)));
}

/** Beyond these sizes, and by what, elements are scaled before they are squared: powers of two, which change no digit. */
const LARGE = 2 ** 40, SMALL = 2 ** -40, DOWN = 2 ** -80, UP = 2 ** 80;

/** √Σx² over `axes`, also where squares are beyond float32. */
export function norm(x: Node, axes: readonly number[], keepdim: boolean): Node {
  // Only what is left over several rows has to broadcast over them.
  const some = axes.length < x.shape.length, kept = x.shape.map((size, i) => axes.includes(i) ? 1 : size);
  const shape = keepdim ? kept : x.shape.filter((_, i) => !axes.includes(i));
  const squares = (y: Node) => lengthRoot(reduceOver("sum", mul(y, y), axes, some));
  if (x.dtype !== "float32") return unary("sqrt", reduceOver("sum", mul(x, x), axes, keepdim));
  if (sizeOf(x.shape) === 0) return reshape(squares(x), shape);
  const scale = noGrad(() => {
    const rows = moments(x, axes, 0), row = (i: number) => select(rows, i, some ? kept : []);
    const size = add(unary("abs", row(0)), unary("reciprocal", row(2)));
    const factor = (op: "gt" | "lt", bound: number, by: number, otherwise: Node) =>
      where(binary(op, size, number(x, bound)), number(x, by), otherwise);
    return factor("gt", LARGE, DOWN, factor("lt", SMALL, UP, number(x, 1)));
  });
  return reshape(div(squares(mul(x, scale)), scale), shape);
}

/** ln Σ eˣ over `axes`, without overflow; −∞ over nothing. */
export function logsumexp(x: Node, axes: readonly number[], keepdim: boolean): Node {
  if (countOf(x, axes) === 0) return unary("log", reduceOver("sum", unary("exp", x), axes, keepdim));
  const top = detach(reduceOver("max", x, axes, true)), zero = number(x, 0);
  // An infinite maximum would turn x − max into NaN.
  const shift = where(binary("eq", sub(top, top), zero), top, zero);
  const sum = reduceOver("sum", unary("exp", sub(x, shift)), axes, true);
  const out = add(unary("log", sum), shift);
  return keepdim ? out : reshape(out, x.shape.filter((_, i) => !axes.includes(i)));
}

/** A function of the rows of a matrix, such as softmax, along `axis` of any tensor. */
export function alongRows(name: string, ofRows: (x: Node) => Node, x: Node, axis: number): Node {
  const at = normalAxis(name, axis, x.shape.length);
  if (x.shape.length === 0) return reshape(ofRows(reshape(x, [1, 1])), []);
  const order = x.shape.map((_, i) => i).filter((i) => i !== at);
  order.push(at);
  const turned = permute(x, order), columns = x.shape[at]!, rows = columns ? sizeOf(x.shape) / columns : 0;
  const out = reshape(ofRows(reshape(turned, [rows, columns])), turned.shape);
  const back = new Array<number>(order.length);
  order.forEach((from, i) => back[from] = i);
  return permute(out, back);
}
