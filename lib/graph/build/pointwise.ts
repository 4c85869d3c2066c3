/** Pointwise nodes, and how types meet. */
import type { DType } from "../../device/dtype.ts";
import type { PointwiseOp } from "../../device/pointwise.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import { isView } from "../ops.ts";
import { broadcastShapes, sizeOf } from "../shape.ts";
import { takeBytes } from "./bytes.ts";
import { make, promote } from "./make.ts";
import { source } from "./source.ts";
import { reshape } from "./views.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);

const LOGICAL: ReadonlySet<string> = new Set(["logicalAnd", "logicalOr", "logicalXor"]);

/** Unary operations that exist for int32 too; the others convert to float32 first. */
const INT_UNARY: ReadonlySet<string> = new Set(["neg", "abs", "sign", "relu", "copy", "floor", "ceil", "round"]);

export function cast(x: Node, dtype: DType): Node {
  if (x.dtype === dtype) return x;
  if (x.op === "full" && !x.value && !x.requiresGrad) {
    const v = x.scalars[0]!;
    return source.full(
      x.device,
      dtype,
      x.shape,
      dtype === "bool" ? Number(v !== 0) : dtype === "int32" ? Math.trunc(v) : v,
    );
  }
  if (x.dtype === "uint8") {
    // Bytes are read whole: the cast of a view is the view of the cast.
    if (isView(x.op) && !x.value) return make(x.op, dtype, x.shape, [cast(x.inputs[0]!, dtype)], x.ints, x.scalars);
    return unpackBytes(x, dtype);
  }
  return make("cast", dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}

/** Bytes as numbers: one row taken from a one-row matrix. */
function unpackBytes(x: Node, dtype: DType): Node {
  const rows = reshape(x, [1, sizeOf(x.shape)]);
  const zero = source.full(x.device, "int32", [1], 0);
  return cast(reshape(takeBytes(rows, zero, 1, 0), x.shape), dtype);
}

export function unary(op: PointwiseOp, x: Node): Node {
  if (op === "logicalNot") return make(op, "bool", x.shape, [cast(x, "bool")], NO_NUMBERS, NO_NUMBERS);
  if (op === "copy") return make(op, x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (x.dtype !== "float32" && (!INT_UNARY.has(op) || x.dtype !== "int32")) {
    x = cast(x, x.dtype === "bool" && INT_UNARY.has(op) ? "int32" : "float32");
  }
  if (op === "isnan") return make(op, "bool", x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (x.dtype === "int32" && (op === "floor" || op === "ceil" || op === "round")) return x;
  return make(op, x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}

export function binary(op: PointwiseOp, a: Node, b: Node): Node {
  const shape = broadcastShapes(op, a.shape, b.shape);
  if (LOGICAL.has(op)) return make(op, "bool", shape, [cast(a, "bool"), cast(b, "bool")], NO_NUMBERS, NO_NUMBERS);
  let dtype = promote(op, a, b);
  if (op === "div" || op === "pow" || op === "leakyRelu") dtype = "float32";
  const out = COMPARISONS.has(op) ? "bool" : dtype;
  return make(op, out, shape, [cast(a, dtype), cast(b, dtype)], NO_NUMBERS, NO_NUMBERS);
}

export function where(condition: Node, a: Node, b: Node): Node {
  const dtype = a.dtype === "bool" && b.dtype === "bool" ? "bool" : promote("where", a, b);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", a.shape, b.shape));
  return make("where", dtype, shape, [cast(condition, "bool"), cast(a, dtype), cast(b, dtype)], NO_NUMBERS, NO_NUMBERS);
}

/** `start + weight · (end − start)`, for float32 and a weight that is a number. */
export function lerp(start: Node, end: Node, weight: number): Node {
  return make("lerp", "float32", broadcastShapes("lerp", start.shape, end.shape), [start, end], NO_NUMBERS, [weight]);
}

/** `x` bounded by a number, for float32; NaN passes. The gradient passes where `x` was within the bound, the bound included. */
export function bounded(op: "atLeast" | "atMost", x: Node, bound: number): Node {
  return make(op, "float32", x.shape, [x], NO_NUMBERS, [bound]);
}
