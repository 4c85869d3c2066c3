/** Pointwise functions of nodes that are made of several operations. */
import type { Node } from "../graph/node.ts";
import { clampMax, clampMin, lerp as lerpBy } from "../ops/composites.ts";
import { add, binary, mul, sub, unary, where } from "../ops/pointwise.ts";
import { number } from "../ops/sources.ts";
import { detach } from "../ops/views.ts";
import { type Operand, operandNode } from "./options.ts";

/** `x` bounded below by `min` and above by `max`, if they are there; a copy if neither is. */
export function clamp(x: Node, min: Operand | null | undefined, max: Operand | null | undefined): Node {
  if (typeof min === "object" && typeof max === "object" && min && max) {
    return between(x, operandNode(x, min), operandNode(x, max));
  }
  let out = x;
  if (min !== undefined && min !== null) out = bounded(out, min, "min");
  if (max !== undefined && max !== null) out = bounded(out, max, "max");
  return out === x ? unary("copy", x) : out;
}

/** A bound whose gradient goes to the value on ties. NaN, of the value or of the bound, passes through, without gradient. */
function bounded(x: Node, bound: Operand, side: "min" | "max"): Node {
  const least = side === "min";
  if (typeof bound !== "object" && x.dtype === "float32") return (least ? clampMin : clampMax)(x, Number(bound));
  const b = operandNode(x, bound), extreme = least ? "maximum" : "minimum";
  if (!x.requiresGrad && !b.requiresGrad) return binary(extreme, x, b);
  const beyond = where(binary(least ? "lt" : "gt", x, b), b, detach(binary(extreme, x, b)));
  return where(binary(least ? "ge" : "le", x, b), x, beyond);
}

/** Both bounds, of which the upper one wins where they cross. A value at the bound has the gradient; a lower bound that is no lower has none. */
function between(x: Node, min: Node, max: Node): Node {
  const value = binary("minimum", binary("maximum", x, min), max);
  if (!x.requiresGrad && !min.requiresGrad && !max.requiresGrad) return value;
  const both = (op: "logicalAnd" | "logicalOr", a: Node, b: Node) => binary(op, a, b);
  const above = both("logicalOr", binary("gt", x, max), binary("gt", min, max));
  const below = both("logicalAnd", binary("lt", x, min), binary("lt", min, max));
  const within = both("logicalAnd", binary("ge", x, min), binary("le", x, max));
  return where(within, x, where(below, min, where(above, max, detach(value))));
}

/** `x + weight · (end − x)`, from that end which is nearer: one node where the weight is a number. */
export function lerp(x: Node, end: Node, weight: Operand): Node {
  if (typeof weight === "number" && x.dtype === "float32" && end.dtype === "float32") return lerpBy(x, end, weight);
  const w = operandNode(x, weight), way = sub(end, x);
  if (typeof weight !== "object") return add(x, mul(w, way));
  const back = sub(end, mul(sub(number(w, 1), w), way));
  return where(binary("lt", unary("abs", w), number(w, 0.5)), add(x, mul(w, way)), back);
}

/** Whether an element is neither NaN nor infinite. */
export const isFinite = (x: Node): Node => binary("eq", sub(x, x), number(x, 0));

/** `x + value · part`. */
export const addScaled = (x: Node, value: number, part: Node): Node => add(x, mul(number(part, value), part));
