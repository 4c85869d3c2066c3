// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The instructions that map a function over a block. Made by `deno task kernels` of lib/device/cpu/instructions.ts: do not edit. */
import * as functions from "./pointwise_functions";

export const enum Op {
  neg = 0,
  abs = 1,
  sign = 2,
  exp = 3,
  expm1 = 4,
  log = 5,
  log1p = 6,
  sqrt = 7,
  rsqrt = 8,
  reciprocal = 9,
  sin = 10,
  cos = 11,
  tanh = 12,
  sigmoid = 13,
  erf = 14,
  relu = 15,
  floor = 16,
  ceil = 17,
  round = 18,
  isnan = 19,
  log2 = 20,
  toInt = 21,
  toFloat = 22,
  toBool = 23,
  intToBool = 24,
  not = 25,
  negInt = 26,
  absInt = 27,
  signInt = 28,
  reluInt = 29,
  add = 30,
  sub = 31,
  mul = 32,
  div = 33,
  pow = 34,
  maximum = 35,
  minimum = 36,
  remainder = 37,
  leakyRelu = 38,
  eq = 39,
  ne = 40,
  lt = 41,
  le = 42,
  gt = 43,
  ge = 44,
  addInt = 45,
  subInt = 46,
  mulInt = 47,
  divInt = 48,
  powInt = 49,
  maximumInt = 50,
  minimumInt = 51,
  remainderInt = 52,
  eqInt = 53,
  neInt = 54,
  ltInt = 55,
  leInt = 56,
  gtInt = 57,
  geInt = 58,
  and = 59,
  or = 60,
  xor = 61,
}

/** Whether an instruction is so light that the loop around it matters. */
@inline
export function isLight(op: Op): bool {
  return !(
    op == Op.exp ||
    op == Op.expm1 ||
    op == Op.log ||
    op == Op.log1p ||
    op == Op.sin ||
    op == Op.cos ||
    op == Op.tanh ||
    op == Op.sigmoid ||
    op == Op.erf ||
    op == Op.log2 ||
    op == Op.pow ||
    op == Op.remainder ||
    op == Op.divInt ||
    op == Op.powInt ||
    op == Op.remainderInt
  );
}

@inline
export function unary(op: Op, x: v128): v128 {
  if (op == Op.neg) return functions.neg(x);
  if (op == Op.abs) return functions.abs(x);
  if (op == Op.sign) return functions.sign(x);
  if (op == Op.exp) return functions.exp(x);
  if (op == Op.expm1) return functions.expm1(x);
  if (op == Op.log) return functions.log(x);
  if (op == Op.log1p) return functions.log1p(x);
  if (op == Op.sqrt) return functions.sqrt(x);
  if (op == Op.rsqrt) return functions.rsqrt(x);
  if (op == Op.reciprocal) return functions.reciprocal(x);
  if (op == Op.sin) return functions.sin(x);
  if (op == Op.cos) return functions.cos(x);
  if (op == Op.tanh) return functions.tanh(x);
  if (op == Op.sigmoid) return functions.sigmoid(x);
  if (op == Op.erf) return functions.erf(x);
  if (op == Op.relu) return functions.relu(x);
  if (op == Op.floor) return functions.floor(x);
  if (op == Op.ceil) return functions.ceil(x);
  if (op == Op.round) return functions.round(x);
  if (op == Op.isnan) return functions.isnan(x);
  if (op == Op.log2) return functions.log2(x);
  if (op == Op.toInt) return functions.toInt(x);
  if (op == Op.toFloat) return functions.toFloat(x);
  if (op == Op.toBool) return functions.toBool(x);
  if (op == Op.intToBool) return functions.intToBool(x);
  if (op == Op.not) return functions.not(x);
  if (op == Op.negInt) return functions.negInt(x);
  if (op == Op.absInt) return functions.absInt(x);
  if (op == Op.signInt) return functions.signInt(x);
  if (op == Op.reluInt) return functions.reluInt(x);
  return unreachable();
}

@inline
export function binary(op: Op, x: v128, y: v128): v128 {
  if (op == Op.add) return functions.add(x, y);
  if (op == Op.sub) return functions.sub(x, y);
  if (op == Op.mul) return functions.mul(x, y);
  if (op == Op.div) return functions.div(x, y);
  if (op == Op.pow) return functions.pow(x, y);
  if (op == Op.maximum) return functions.maximum(x, y);
  if (op == Op.minimum) return functions.minimum(x, y);
  if (op == Op.remainder) return functions.remainder(x, y);
  if (op == Op.leakyRelu) return functions.leakyRelu(x, y);
  if (op == Op.eq) return functions.eq(x, y);
  if (op == Op.ne) return functions.ne(x, y);
  if (op == Op.lt) return functions.lt(x, y);
  if (op == Op.le) return functions.le(x, y);
  if (op == Op.gt) return functions.gt(x, y);
  if (op == Op.ge) return functions.ge(x, y);
  if (op == Op.addInt) return functions.addInt(x, y);
  if (op == Op.subInt) return functions.subInt(x, y);
  if (op == Op.mulInt) return functions.mulInt(x, y);
  if (op == Op.divInt) return functions.divInt(x, y);
  if (op == Op.powInt) return functions.powInt(x, y);
  if (op == Op.maximumInt) return functions.maximumInt(x, y);
  if (op == Op.minimumInt) return functions.minimumInt(x, y);
  if (op == Op.remainderInt) return functions.remainderInt(x, y);
  if (op == Op.eqInt) return functions.eqInt(x, y);
  if (op == Op.neInt) return functions.neInt(x, y);
  if (op == Op.ltInt) return functions.ltInt(x, y);
  if (op == Op.leInt) return functions.leInt(x, y);
  if (op == Op.gtInt) return functions.gtInt(x, y);
  if (op == Op.geInt) return functions.geInt(x, y);
  if (op == Op.and) return functions.and(x, y);
  if (op == Op.or) return functions.or(x, y);
  if (op == Op.xor) return functions.xor(x, y);
  return unreachable();
}
