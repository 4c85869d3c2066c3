/**
 * Pointwise operations: one for each function of `lib/device/pointwise.ts`, with its gradient, and how types meet.
 *
 * Formulas follow PyTorch where the mathematics leaves a choice (ties, kinks).
 */
import type { DType } from "../device/dtype.ts";
import { POINTWISE, type PointwiseFunction, type PointwiseOp, type PointwiseOpOf } from "../device/pointwise.ts";
import { type Argument, type Node, Operation, type Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { broadcastShapes, sizeOf } from "../graph/shape.ts";
import { dequantizeGather } from "./bytes.ts";
import { half, widen } from "./halves.ts";
import { flat, float, full, isFull } from "./sources.ts";
import { reshape, sumTo, viewOf } from "./views.ts";

export type UnaryOp = PointwiseOpOf<1>;
export type BinaryOp = PointwiseOpOf<2>;

/** The gradient of a function of one argument: none; 0; or given the gradient of the result, the argument, and the result. */
type UnaryRule = "none" | "flat" | ((g: Node, x: Node, out: Node) => Node);

/** One side of the gradient of a function of two: before it is summed to that side's shape. */
type Side = (g: Node, a: Node, b: Node, out: Node) => Node;

/** The gradient of a function of two arguments: none; both sides, each computed only if it is wanted; or a rule as it is. */
type BinaryRule = "none" | { readonly a: Side; readonly b: Side } | Rule;

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** `g` where `condition` holds, 0 elsewhere. */
const masked = (condition: Node, g: Node): Node => where(condition, g, float(g, 0));

/**
 * Both sides of a maximum (or minimum) share a tie evenly, as in PyTorch. NaN loses to nothing: beside it both have the whole gradient.
 *
 * @param beats the comparison that holds where the first side is chosen
 */
const chosen = (beats: "gt" | "lt"): BinaryRule => {
  const side: (own: Node, other: Node, g: Node) => Node = (own, other, g) => {
    const shared = binary("eq", own, other), lost = binary(beats, other, own);
    return where(shared, mul(g, float(g, 0.5)), where(lost, float(g, 0), g));
  };
  return { a: (g, a, b) => side(a, b, g), b: (g, a, b) => side(b, a, g) };
};

/** ⌊a / b⌋ beside the remainder of that division, as PyTorch has it where `b` is 0 or infinite too. */
export function wholeQuotient(a: Node, b: Node, rest: Node): Node {
  // The remainder is the divisor itself where what is next to nothing has the other sign.
  const quotient = where(binary("eq", rest, b), float(a, -1), unary("round", div(sub(a, rest), b)));
  return where(binary("eq", b, float(a, 0)), div(a, b), quotient);
}

const UNARY_RULES: { readonly [K in UnaryOp]: UnaryRule } = {
  copy: (g) => g,
  cast: (g) => g,
  neg: (g) => neg(g),
  abs: (g, x) => mul(g, unary("sign", x)),
  sign: "flat",
  exp: (g, _, out) => mul(g, out),
  expm1: (g, _, out) => mul(g, add(out, float(g, 1))),
  log: (g, x) => div(g, x),
  log1p: (g, x) => div(g, add(x, float(g, 1))),
  sqrt: (g, _, out) => div(g, mul(out, float(g, 2))),
  rsqrt: (g, _, out) => mul(mul(g, float(g, -0.5)), mul(out, mul(out, out))),
  reciprocal: (g, _, out) => neg(mul(g, mul(out, out))),
  sin: (g, x) => mul(g, unary("cos", x)),
  cos: (g, x) => neg(mul(g, unary("sin", x))),
  tanh: (g, _, out) => mul(g, sub(float(g, 1), mul(out, out))),
  sigmoid: (g, _, out) => mul(g, mul(out, sub(float(g, 1), out))),
  erf: (g, x) => mul(mul(g, float(g, TWO_OVER_SQRT_PI)), unary("exp", neg(mul(x, x)))),
  relu: (g, _, out) => {
    const zero = float(g, 0);
    return where(binary("le", out, zero), zero, g);
  },
  floor: "flat",
  ceil: "flat",
  round: "flat",
  isnan: "none",
  logicalNot: "none",
  log2: (g, x) => div(g, mul(x, float(g, Math.LN2))),
};

const BINARY_RULES: { readonly [K in BinaryOp]: BinaryRule } = {
  add: { a: (g) => g, b: (g) => g },
  sub: { a: (g) => g, b: (g) => neg(g) },
  mul(g, node, none) {
    const [a, b] = node.inputs;
    if (a !== b) return product(g, node, none);
    const half = mul(g, a!); // a square: both sides are the same
    return [add(half, half), undefined];
  },
  div: { a: (g, _, b) => div(g, b), b: (g, _, b, out) => neg(div(mul(g, out), b)) },
  pow: {
    // d xᵖ = p·xᵖ⁻¹, and 0 where p = 0 whatever x is
    a: (g, a, p) =>
      where(binary("eq", p, float(g, 0)), float(g, 0), mul(g, mul(p, binary("pow", a, sub(p, float(g, 1)))))),
    // d xᵖ = xᵖ ln x, and 0 where x = 0 and p ≥ 0
    b: (g, a, p, out) => {
      const vanishes = binary("logicalAnd", binary("eq", a, float(g, 0)), binary("ge", p, float(g, 0)));
      return where(vanishes, float(g, 0), mul(g, mul(out, unary("log", a))));
    },
  },
  maximum: chosen("gt"),
  minimum: chosen("lt"),
  remainder: { a: (g) => g, b: (g, a, b, out) => neg(mul(g, wholeQuotient(a, b, out))) },
  leakyRelu: {
    a: (g, a, slope) => where(binary("gt", a, float(g, 0)), g, mul(g, slope)),
    b: (g, a) => masked(binary("le", a, float(g, 0)), mul(g, a)),
  },
  eq: "none",
  ne: "none",
  lt: "none",
  le: "none",
  gt: "none",
  ge: "none",
  logicalAnd: "none",
  logicalOr: "none",
  logicalXor: "none",
};

const bothSides = ({ a: left, b: right }: { readonly a: Side; readonly b: Side }): Rule => (g, node) => {
  const [a, b] = node.inputs as [Node, Node];
  return [
    a.requiresGrad ? sumTo(left(g, a, b, node), a.shape) : undefined,
    b.requiresGrad ? sumTo(right(g, a, b, node), b.shape) : undefined,
  ];
};

const product = bothSides({ a: (g, _, b) => mul(g, b), b: (g, a) => mul(g, a) });

const ofWhere: Rule = (g, node) => {
  const [condition, a, b] = node.inputs as [Node, Node, Node];
  return [
    undefined,
    a.requiresGrad ? sumTo(masked(condition, g), a.shape) : undefined,
    b.requiresGrad ? sumTo(where(condition, float(g, 0), g), b.shape) : undefined,
  ];
};

/** The operation of one function: a pointwise operation of one instruction. */
function pointwise(name: PointwiseOp, arity: number, gradient: Rule | "none"): Operation {
  const places = Array.from({ length: arity }, (_, i) => i), args: Argument[] = places.map((input) => ({ input }));
  const expansion = { args, code: [{ op: name, args: places }] };
  return new Operation(name, { gradient, expand: () => expansion });
}

/** How the types of two operands meet: as bools, as numbers that are compared, as float32, or at the type that holds both. */
type Types = "logical" | "comparison" | "float" | "any";

/** An operation of two arguments, and how their types meet. */
interface Binary {
  readonly operation: Operation;
  readonly types: Types;
}

function typesOf(name: BinaryOp): Types {
  const { predicate, floats }: PointwiseFunction = POINTWISE[name];
  if (floats || name === "div") return "float";
  return name.startsWith("logical") ? "logical" : predicate ? "comparison" : "any";
}

function mapped<K extends string, T, U>(
  table: { readonly [P in K]: T },
  f: (name: K, value: T) => U,
): { readonly [P in K]: U } {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, f(name as K, value as T)])) as {
    [P in K]: U;
  };
}

const UNARY = mapped(UNARY_RULES, (name, rule: UnaryRule) => {
  if (typeof rule === "function") return pointwise(name, 1, (g, node) => [rule(g, node.inputs[0]!, node)]);
  return pointwise(name, 1, rule === "flat" ? flat : "none");
});

const BINARY = mapped(BINARY_RULES, (name, rule: BinaryRule): Binary => ({
  operation: pointwise(name, 2, typeof rule === "object" ? bothSides(rule) : rule),
  types: typesOf(name),
}));

const WHERE = pointwise("where", 3, ofWhere);

/** Whether a function exists for int32 too; the arguments of the others are converted to float32 first. */
const takesIntegers = (op: UnaryOp): boolean => {
  const { floats }: PointwiseFunction = POINTWISE[op];
  return !floats;
};

/** Why a function of numbers takes no bools, as in PyTorch. */
function noBools(op: UnaryOp | BinaryOp): TypeError {
  const instead = op === "neg" ? "logicalNot() inverts a mask" : op === "sub" ? "logicalXor() compares two masks" : "";
  return new TypeError(
    `Cannot ${op} bool tensors: it takes numbers. Convert with .int() or .float()${instead && `; ${instead}`}`,
  );
}

/** What bools are added, multiplied and compared by without becoming numbers. */
const OF_BOOLS: ReadonlySet<BinaryOp> = new Set<BinaryOp>(["add", "mul", "maximum", "minimum"]);

/** `x` as elements of another type. */
export function cast(x: Node, dtype: DType): Node {
  if (x.dtype === dtype) return x;
  if (x.dtype === "float16") return cast(widen(x), dtype);
  if (dtype === "float16") return half(cast(x, "float32"));
  if (isFull(x)) {
    const v = x.scalars[0]!;
    return full(x.device, dtype, x.shape, v);
  }
  if (x.dtype === "uint8") {
    // Bytes are read whole: the cast of a view is the view of the cast.
    if (x.op.isView && !x.value) return viewOf(cast(x.inputs[0]!, dtype), x);
    return unpackBytes(x, dtype);
  }
  return record(UNARY.cast, dtype, x.shape, [x]);
}

/** Bytes as numbers: one row taken from a one-row matrix. */
function unpackBytes(x: Node, dtype: DType): Node {
  const rows = reshape(x, [1, sizeOf(x.shape)]);
  const zero = full(x.device, "int32", [1], 0);
  return cast(reshape(dequantizeGather(rows, zero, 1, 0), x.shape), dtype);
}

export function unary(op: UnaryOp, x: Node): Node {
  const operation = UNARY[op];
  if (op === "logicalNot") return record(operation, "bool", x.shape, [cast(x, "bool")]);
  if (op === "copy") return record(operation, x.dtype, x.shape, [x]);
  if (x.dtype !== "float32" && (x.dtype !== "int32" || !takesIntegers(op))) {
    if (x.dtype === "bool" && takesIntegers(op)) {
      if (op === "sign") return unary("copy", x);
      throw noBools(op);
    }
    x = cast(x, "float32");
  }
  if (op === "isnan") return record(operation, "bool", x.shape, [x]);
  if (x.dtype === "int32" && (op === "floor" || op === "ceil" || op === "round")) return x;
  return record(operation, x.dtype, x.shape, [x]);
}

export function binary(op: BinaryOp, a: Node, b: Node): Node {
  const { operation, types } = BINARY[op];
  const shape = broadcastShapes(op, a.shape, b.shape);
  if (types === "logical") return record(operation, "bool", shape, [cast(a, "bool"), cast(b, "bool")]);
  const met = promote(op, a, b);
  if (types === "any") {
    const refused = op === "sub" ? a.dtype === "bool" || b.dtype === "bool" : met === "bool" && !OF_BOOLS.has(op);
    if (refused) throw noBools(op);
    return record(operation, met, shape, [cast(a, met), cast(b, met)]);
  }
  const dtype = types === "float" ? "float32" : met === "bool" ? "int32" : met;
  return record(operation, types === "comparison" ? "bool" : dtype, shape, [cast(a, dtype), cast(b, dtype)]);
}

export const add = (a: Node, b: Node): Node => binary("add", a, b);
export const sub = (a: Node, b: Node): Node => binary("sub", a, b);
export const mul = (a: Node, b: Node): Node => binary("mul", a, b);
export const div = (a: Node, b: Node): Node => binary("div", a, b);
/** The whole part of the quotient of whole numbers, of any bits where the divisor is 0. */
export function wholeDiv(a: Node, b: Node): Node {
  const shape = broadcastShapes("divide", a.shape, b.shape);
  return record(BINARY.div.operation, "int32", shape, [cast(a, "int32"), cast(b, "int32")]);
}
export const neg = (x: Node): Node => unary("neg", x);

/** `a` where `condition` holds, else `b`. */
export function where(condition: Node, a: Node, b: Node): Node {
  const dtype = promote("where", a, b);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", a.shape, b.shape));
  return record(WHERE, dtype, shape, [cast(condition, "bool"), cast(a, dtype), cast(b, dtype)]);
}

/** Type two operands meet at: float32 if either is, else int32 if either is, else bool. */
function promote(op: string, a: Node, b: Node): DType {
  if (a.dtype === "uint8" || b.dtype === "uint8") {
    throw new TypeError(`Cannot ${op} uint8 tensors: bytes are for storage. Convert with .float() or .int()`);
  }
  if (a.dtype === "float32" || b.dtype === "float32") return "float32";
  return a.dtype === "int32" || b.dtype === "int32" ? "int32" : "bool";
}
