/** Functions of nodes that are made of several pointwise ones, and norms. */
import type { Node } from "../graph/node.ts";
import { add, binary, cast, div, mul, neg, sub, unary, where, wholeDiv, wholeQuotient } from "../ops/pointwise.ts";
import { float, number } from "../ops/sources.ts";
import { detach, reshape } from "../ops/views.ts";
import { norm, reduceOver } from "./reductions.ts";

const asFloat = (x: Node): Node => cast(x, "float32");

const LOG10_OF_2 = Math.log10(2);

/** The logarithm to base 10. */
export function log10(x: Node): Node {
  const log = unary("log2", x);
  return mul(log, float(log, LOG10_OF_2));
}

/** The tangent. */
export const tan = (x: Node): Node => div(unary("sin", x), unary("cos", x));

/** √(a² + b²), also where the squares are beyond float32; the gradient at 0 is 0. */
export function hypot(a: Node, b: Node): Node {
  const x = asFloat(a), y = asFloat(b), zero = float(x, 0), one = float(x, 1), infinite = float(x, Infinity);
  const isInfinite = (side: Node) => binary("eq", side, infinite);
  const [height, width] = [unary("abs", detach(x)), unary("abs", detach(y))], large = binary("maximum", height, width);
  // Beside 0 and infinity there is no ratio.
  const plain = binary("logicalOr", binary("eq", large, zero), isInfinite(large)), unit = where(plain, one, large);
  // The length does not depend on the unit, which is a constant for that: |a| has no second derivative at 0, where the length has one.
  const squared = (side: Node) => {
    const ratio = div(where(plain, zero, side), unit);
    return mul(ratio, ratio);
  };
  const squares = where(plain, one, add(squared(x), squared(y)));
  const length = where(plain, detach(large), mul(unit, unary("sqrt", squares)));
  // Of an infinite side, also beside NaN.
  return where(binary("logicalOr", isInfinite(height), isInfinite(width)), infinite, length);
}

/** ln(eᵃ + eᵇ), without overflow. */
export function logaddexp(a: Node, b: Node): Node {
  const x = asFloat(a), y = asFloat(b), top = binary("maximum", x, y), zero = float(x, 0);
  // Equal infinities have no difference.
  const infinite = binary("ne", sub(top, top), zero), both = binary("logicalAnd", binary("eq", x, y), infinite);
  // One of the two is taken for the larger where they are equal, as neither maximum nor |a − b| has a second derivative there.
  const first = binary("ge", x, y), larger = where(first, x, y), smaller = where(first, y, x);
  const more = unary("log1p", unary("exp", where(both, zero, sub(smaller, larger))));
  return where(both, top, add(larger, more));
}

/** Whether one of two numbers is negative and the other is not. */
const opposed = (a: Node, b: Node): Node =>
  binary("logicalXor", binary("lt", a, number(a, 0)), binary("lt", b, number(b, 0)));

/** The remainder of the division that is cut off: it has the dividend's sign. */
export function fmod(a: Node, b: Node): Node {
  const rest = binary("remainder", a, b);
  if (rest.dtype !== "float32") {
    const turned = binary("logicalAnd", binary("ne", rest, number(rest, 0)), opposed(a, b));
    return where(turned, sub(rest, b), rest);
  }
  const sized = (x: Node) => where(binary("lt", x, number(x, 0)), neg(x), x);
  const size = binary("remainder", sized(asFloat(a)), sized(asFloat(b)));
  return where(binary("lt", a, number(a, 0)), neg(size), size);
}

/** ⌊a / b⌋, without gradient. */
export function floorDivide(a: Node, b: Node): Node {
  const [x, y] = [detach(a), detach(b)], rest = binary("remainder", x, y);
  if (rest.dtype === "float32") return wholeQuotient(asFloat(x), asFloat(y), rest);
  // What is cut off lies one above the floor, if something is left over and the signs differ. −2³¹ / −1 does not fit, as neg says.
  const byMinusOne = binary("eq", y, number(y, -1)), zero = number(rest, 0);
  const cut = where(byMinusOne, neg(where(byMinusOne, cast(x, "int32"), zero)), wholeDiv(x, y));
  const above = binary("logicalAnd", binary("ne", rest, zero), opposed(x, y));
  return sub(cut, cast(above, "int32"));
}

/** (Σ|x|ᵖ)^(1/p) over `axes`; of p = 0 the number of elements that are not 0, of ±∞ the largest and the smallest |x|. */
export function normOf(x: Node, p: number, axes: readonly number[], keepdim: boolean): Node {
  if (p === 2) return norm(x, axes, keepdim);
  const size = unary("abs", asFloat(x)), zero = float(size, 0), one = float(size, 1);
  if (p === Infinity || p === -Infinity) return reduceOver(p > 0 ? "max" : "min", size, axes, keepdim);
  if (p === 0) return reduceOver("sum", asFloat(binary("ne", size, zero)), axes, keepdim);
  if (p === 1) return reduceOver("sum", size, axes, keepdim);
  const exponent = float(size, p), isZero = binary("eq", size, zero);
  // A small power is steep at 0, where its gradient is 0 all the same, as in PyTorch.
  const power = p > 0 && p < 1
    ? where(isZero, zero, binary("pow", where(isZero, one, size), exponent))
    : binary("pow", size, exponent);
  const total = reduceOver("sum", power, axes, keepdim), isNothing = binary("eq", total, zero);
  const root = binary("pow", where(isNothing, one, total), float(size, 1 / p));
  return p > 0 ? where(isNothing, zero, root) : where(isNothing, float(size, Infinity), root);
}

/** Products of each element of one row with each of another. */
export function outer(a: Node, b: Node): Node {
  return mul(reshape(a, [a.shape[0]!, 1]), b);
}
