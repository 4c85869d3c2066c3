// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The instructions that map a function over a block. Made by `deno task kernels` of lib/device/cpu/instructions.ts: do not edit. */
import * as functions from "./pointwise_functions";

export const enum Op {
  where = 0,
  neg = 1,
  abs = 2,
  sign = 3,
  exp = 4,
  expm1 = 5,
  log = 6,
  log1p = 7,
  sqrt = 8,
  rsqrt = 9,
  reciprocal = 10,
  sin = 11,
  cos = 12,
  tanh = 13,
  sigmoid = 14,
  erf = 15,
  relu = 16,
  floor = 17,
  ceil = 18,
  round = 19,
  isnan = 20,
  log2 = 21,
  toInt = 22,
  toFloat = 23,
  toBool = 24,
  intToBool = 25,
  not = 26,
  negInt = 27,
  absInt = 28,
  signInt = 29,
  reluInt = 30,
  add = 31,
  sub = 32,
  mul = 33,
  div = 34,
  pow = 35,
  maximum = 36,
  minimum = 37,
  remainder = 38,
  leakyRelu = 39,
  eq = 40,
  ne = 41,
  lt = 42,
  le = 43,
  gt = 44,
  ge = 45,
  addInt = 46,
  subInt = 47,
  mulInt = 48,
  divInt = 49,
  powInt = 50,
  maximumInt = 51,
  minimumInt = 52,
  remainderInt = 53,
  eqInt = 54,
  neInt = 55,
  ltInt = 56,
  leInt = 57,
  gtInt = 58,
  geInt = 59,
  and = 60,
  or = 61,
  xor = 62,
  addAdd = 63,
  addSub = 64,
  addSubFrom = 65,
  addMul = 66,
  subAdd = 67,
  subSub = 68,
  subSubFrom = 69,
  subMul = 70,
  mulAdd = 71,
  mulSub = 72,
  mulSubFrom = 73,
  mulMul = 74,
  addRelu = 75,
  mulAddRelu = 76,
  subMulAdd = 77,
  subMulAddRelu = 78,
  leWhere = 79,
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
  if (op == Op.addRelu) return functions.relu(functions.add(x, y));
  return unreachable();
}

@inline
export function ternary(op: Op, x: v128, y: v128, z: v128): v128 {
  if (op == Op.where) return functions.where(x, y, z);
  if (op == Op.addAdd) return functions.add(functions.add(x, y), z);
  if (op == Op.addSub) return functions.sub(functions.add(x, y), z);
  if (op == Op.addSubFrom) return functions.sub(z, functions.add(x, y));
  if (op == Op.addMul) return functions.mul(functions.add(x, y), z);
  if (op == Op.subAdd) return functions.add(functions.sub(x, y), z);
  if (op == Op.subSub) return functions.sub(functions.sub(x, y), z);
  if (op == Op.subSubFrom) return functions.sub(z, functions.sub(x, y));
  if (op == Op.subMul) return functions.mul(functions.sub(x, y), z);
  if (op == Op.mulAdd) return functions.add(functions.mul(x, y), z);
  if (op == Op.mulSub) return functions.sub(functions.mul(x, y), z);
  if (op == Op.mulSubFrom) return functions.sub(z, functions.mul(x, y));
  if (op == Op.mulMul) return functions.mul(functions.mul(x, y), z);
  if (op == Op.mulAddRelu) return functions.relu(functions.add(functions.mul(x, y), z));
  return unreachable();
}

@inline
export function quaternary(op: Op, x: v128, y: v128, z: v128, w: v128): v128 {
  if (op == Op.subMulAdd) return functions.add(functions.mul(functions.sub(x, y), z), w);
  if (op == Op.subMulAddRelu) return functions.relu(functions.add(functions.mul(functions.sub(x, y), z), w));
  if (op == Op.leWhere) return functions.where(functions.le(x, y), z, w);
  return unreachable();
}
