/** Pointwise functions of nodes that are made of several operations. */
import type { DType } from "../device/dtype.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import type { Node } from "../graph/node.ts";
import { clampMax, clampMin, lerp as lerpBy } from "../ops/composites.ts";
import { add, binary, type BinaryOp, mul, sub, unary, where } from "../ops/pointwise.ts";
import { float, full, number } from "../ops/sources.ts";
import { detach } from "../ops/views.ts";
import { type Operand, operandNode } from "./options.ts";

/** A function of a tensor and an operand. Whole numbers are compared with any number exactly, and divide it as float32. */
export function withOperand(op: BinaryOp, x: Node, other: Operand): Node {
  if (typeof other === "number" && (x.dtype === "int32" || x.dtype === "bool")) {
    if (op in ROUNDED) return compared(op as keyof typeof ROUNDED, x, other);
    if (op === "div" || op === "leakyRelu") return binary(op, x, float(x, other));
    if (op === "pow" && other < 0 && Number.isInteger(other)) {
      throw new RangeError(
        `Cannot raise whole numbers to the power ${other}: most results are none. Convert with .float() first`,
      );
    }
  }
  return binary(op, x, operandNode(x, other));
}

/** How a number that is not whole is rounded before whole numbers are compared with it; undefined: the answer is the same for all. */
const ROUNDED = { lt: Math.ceil, le: Math.floor, gt: Math.floor, ge: Math.ceil, eq: undefined, ne: undefined };

/** Whole numbers compared with a number, which need be neither whole nor within int32. */
function compared(op: keyof typeof ROUNDED, x: Node, other: number): Node {
  const whole = Number.isInteger(other) ? other : ROUNDED[op]?.(other) ?? NaN;
  if (fitsInt32(whole)) return binary(op, x, number(x, whole));
  const always = op === "ne" || (whole > 0 ? op === "lt" || op === "le" : whole < 0 && (op === "gt" || op === "ge"));
  return full(x.device, "bool", x.shape, Number(always));
}

/** Types by what they hold: each also holds what those before it hold. */
const RANKS: { readonly [K in DType]: number } = { bool: 0, uint8: 1, int32: 2, float16: 3, float32: 3 };

/** The result of a function, to be written in place of a tensor of type `kept`, which must hold it. */
export function inPlace(what: string, kept: DType, result: Node): Node {
  if (RANKS[result.dtype] > RANKS[kept]) {
    throw new TypeError(
      `Cannot ${what} a tensor of type ${kept}: the result is ${result.dtype}, and a write in place keeps the type. ` +
        `Convert with .to("${result.dtype}") first, or make another tensor`,
    );
  }
  return result;
}

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
  if (typeof bound === "number" && x.dtype === "float32") return (least ? clampMin : clampMax)(x, bound);
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
export const isFinite = (x: Node): Node =>
  x.dtype === "float32" ? binary("eq", sub(x, x), float(x, 0)) : full(x.device, "bool", x.shape, 1);

/** `x + value · a / b`, of which `a` or `b` is float32. */
export function addQuotient(what: string, x: Node, value: number, a: Node, b: Node): Node {
  if (a.dtype === "float32" || b.dtype === "float32") return addScaled(x, value, binary("div", a, b));
  throw new TypeError(
    `Cannot ${what} by ${a.dtype} and ${b.dtype} tensors: one of them is float32. Convert with .float()`,
  );
}

/** `x + value · part`. */
export const addScaled = (x: Node, value: number, part: Node): Node => add(x, mul(number(part, value), part));
