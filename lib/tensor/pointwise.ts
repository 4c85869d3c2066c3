/** Pointwise functions of nodes that are made of several operations. */
import type { Node } from "../graph/node.ts";
import { clampMax, clampMin, lerp as lerpBy } from "../ops/composites.ts";
import { add, binary, mul, sub, unary, where } from "../ops/pointwise.ts";
import { number } from "../ops/sources.ts";
import { detach } from "../ops/views.ts";
import { type Operand, operandNode } from "./options.ts";

/** `x` bounded below by `min` and above by `max`, if they are there; a copy if neither is. */
export function clamp(x: Node, min: Operand | null | undefined, max: Operand | null | undefined): Node {
  let out = x;
  if (min !== undefined && min !== null) out = bounded(out, min, "min");
  if (max !== undefined && max !== null) out = bounded(out, max, "max");
  return out === x ? unary("copy", x) : out;
}

/** A bound whose gradient goes to the value on ties. NaN passes through, without gradient. */
function bounded(x: Node, bound: Operand, side: "min" | "max"): Node {
  const least = side === "min";
  if (typeof bound !== "object" && x.dtype === "float32") return (least ? clampMin : clampMax)(x, Number(bound));
  const b = operandNode(x, bound);
  if (!x.requiresGrad && !b.requiresGrad) return binary(least ? "maximum" : "minimum", x, b);
  const within = where(binary(least ? "ge" : "le", x, b), x, b);
  return where(binary("ne", x, x), detach(x), within);
}

/** `x + weight · (end − x)`: one node where the weight is a number. */
export function lerp(x: Node, end: Node, weight: Operand): Node {
  if (typeof weight === "number" && x.dtype === "float32" && end.dtype === "float32") return lerpBy(x, end, weight);
  return add(x, mul(operandNode(x, weight), sub(end, x)));
}

/** Whether an element is neither NaN nor infinite. */
export const isFinite = (x: Node): Node => binary("eq", sub(x, x), number(x, 0));

/** `x + value · part`. */
export const addScaled = (x: Node, value: number, part: Node): Node => add(x, mul(number(part, value), part));
