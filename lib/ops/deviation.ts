/** Standard deviations over the whole range of float32, whose squares are not in it. */
import { isGradEnabled, noGrad } from "../graph/context.ts";
import { type Node, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { Axes } from "./axes.ts";
import { moments } from "./normalisation.ts";
import { binary, div, mul, sub, unary, where } from "./pointwise.ts";
import { float } from "./sources.ts";
import { reshape, select, sum } from "./views.ts";

/** Where a variance is trusted: beyond, squares have over- or underflowed, or lost digits. */
const LEAST = 2 ** -100, MOST = 2 ** 120;

const scaled = (a: Node, by: number): Node => mul(a, float(a, by));

/** Shows a deviation that was computed without gradient, and knows how it depends on what it is of. */
const DEVIATION = new Operation<Axes>("std", {
  computedInputs: 1,
  look: (input) => input,
  /** ∂std/∂x = (x − mean) / (divisor · std), and 0 where std is 0. */
  gradient(g, node, { axes }) {
    const [, x, stats] = node.inputs as [Node, Node, Node], { shape } = node, zero = float(g, 0);
    const n = sizeOf(x.shape) / sizeOf(shape), mean = (y: Node) => scaled(reshape(sum(y, axes), shape), 1 / n);
    const isZero = binary("eq", node, zero), share = where(isZero, zero, scaled(g, 1 / node.scalars[0]!));
    // In this order, so that nothing overflows that is within range in the end.
    const off = sub(x, isGradEnabled() ? mean(x) : select(stats, 0, shape));
    const toEach = mul(div(off, where(isZero, float(g, 1), node)), share);
    // The second term makes up for what a rounded mean is off.
    return [undefined, sub(toEach, mean(toEach)), undefined];
  },
});

/**
 * √(Σ(x − mean)² / divisor) over `axes` (sorted, from 0; kept with size 1), of at least one element.
 *
 * In the ordinary range it is the root of the variance, else it comes from 1/√variance, which devices compute beyond the squares of float32.
 */
export function deviation(x: Node, axes: readonly number[], divisor: number): Node {
  const stats = noGrad(() => moments(x, axes, 0)), shape = stats.shape.slice(1);
  const ratio = sizeOf(x.shape) / sizeOf(shape) / divisor;
  const value = noGrad(() => {
    const variance = scaled(select(stats, 1, shape), ratio);
    const [least, most] = [binary("ge", variance, float(x, LEAST)), binary("le", variance, float(x, MOST))];
    const beyond = div(float(x, Math.sqrt(ratio)), select(stats, 2, shape));
    return where(binary("logicalAnd", least, most), unary("sqrt", variance), beyond);
  });
  return record(DEVIATION, "float32", shape, [value, x, stats], new Axes(axes), [divisor]);
}
