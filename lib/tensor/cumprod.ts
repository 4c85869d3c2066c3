/** Running products, in log₂ n rounds, each of which doubles how many elements are in a product. */
import { noGrad } from "../graph/context.ts";
import type { Node } from "../graph/node.ts";
import { sizeOf } from "../graph/shape.ts";
import { add, binary, cast, mul, unary, where } from "../ops/pointwise.ts";
import { float, number } from "../ops/sources.ts";
import { sliceScatter, straightThrough } from "../ops/views.ts";
import { part } from "./arrange.ts";

/** Products of the elements up to each one along an axis. */
export function cumprod(x: Node, axis: number): Node {
  if (sizeOf(x.shape) === 0) return x.dtype === "float32" ? x : cast(x, "int32");
  if (x.dtype === "float32") {
    const value = noGrad(() => productsInRange(x, axis));
    return x.requiresGrad ? straightThrough(value, doubled("mul", x, axis)) : value;
  }
  // What comes after a zero is 0, whatever it is: it takes no part, so that no product is larger than one of the results.
  const whole = cast(x, "int32"), one = number(whole, 1), zero = number(whole, 0);
  const before = doubled("logicalOr", binary("eq", whole, zero), axis);
  return where(before, zero, doubled("mul", where(before, one, whole), axis));
}

/** All elements up to each one along an axis, combined. */
function doubled(op: "mul" | "logicalOr", x: Node, axis: number): Node {
  for (let reach = 1; reach < x.shape[axis]!; reach *= 2) {
    const [later, earlier] = meeting(x, axis, reach);
    x = placed(x, binary(op, later, earlier), axis, reach);
  }
  return x;
}

/** The elements from place `reach` of an axis on, and those that lie so far before them. */
function meeting(x: Node, axis: number, reach: number): [later: Node, earlier: Node] {
  const rest = x.shape[axis]! - reach;
  return [part(x, axis, reach, rest), part(x, axis, 0, rest)];
}

/** `x` with other elements from place `reach` of an axis on. */
function placed(x: Node, later: Node, axis: number, reach: number): Node {
  return sliceScatter(x, later, x.shape.map((_, i) => i === axis ? reach : 0), x.shape.map(() => 1));
}

/** `near` · STEP^`power`; the product of two that are {@linkcode bounded} is within float32. */
interface Factor {
  readonly near: Node;
  readonly power: Node;
}

const STEP = 2 ** 64, LEAST = 2 ** -32, MOST = 2 ** 32;

/**
 * Products of floats. One of elements in the middle may leave float32 though all from the first element on stay, as 1e60 of
 * [1e-30, 1e30, 1e30], or meet a zero, and ∞ · 0 is NaN: so factors carry powers of 2 along, which change no digit.
 */
function productsInRange(x: Node, axis: number): Node {
  let { near, power } = bounded(bounded({ near: x, power: float(x, 0) })); // twice: float32 is three steps wide
  for (let reach = 1; reach < x.shape[axis]!; reach *= 2) {
    const [a, b] = meeting(near, axis, reach), [p, q] = meeting(power, axis, reach);
    const product = bounded({ near: mul(a, b), power: add(p, q) });
    near = placed(near, product.near, axis, reach);
    power = placed(power, product.power, axis, reach);
  }
  for (let step = 1; step <= 2; step++) {
    const up = binary("ge", power, float(x, step)), down = binary("le", power, float(x, -step));
    near = where(up, times(near, STEP), where(down, times(near, 1 / STEP), near));
  }
  // After a third step every product but 0 is infinite, and every one but infinity 0.
  const beyond = where(binary("eq", near, float(x, 0)), near, times(near, Infinity));
  const none = where(binary("eq", unary("abs", near), float(x, Infinity)), near, times(near, 0));
  return where(binary("ge", power, float(x, 3)), beyond, where(binary("le", power, float(x, -3)), none, near));
}

/** The same factor, its number a step nearer to 1 if it lies beyond the bounds. */
function bounded({ near, power }: Factor): Factor {
  const size = unary("abs", near), large = binary("ge", size, float(near, MOST));
  const small = binary("lt", size, float(near, LEAST));
  return {
    near: where(large, times(near, 1 / STEP), where(small, times(near, STEP), near)),
    power: add(power, where(large, float(near, 1), where(small, float(near, -1), float(near, 0)))),
  };
}

const times = (x: Node, by: number): Node => mul(x, float(x, by));
