// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * What each pointwise instruction computes, on a vector of four elements.
 *
 * Bools are int32 of 0 or 1. Each operation rounds to f32 by itself: fusing a multiplication with an addition would make results
 * depend on how chains are cut.
 */
import { cos, erf, exp, expm1, log, log1p, pow, remainder1, sigmoid, sin, tanh } from "./math";

/** Instructions that compute something. */
export const enum Op {
  neg,
  abs,
  sign,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  reciprocal,
  sin,
  cos,
  tanh,
  sigmoid,
  erf,
  relu,
  floor,
  ceil,
  round,
  isnan,
  toInt,
  toFloat,
  toBool,
  intToBool,
  not,
  negInt,
  absInt,
  signInt,
  reluInt,
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  remainder,
  leakyRelu,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  addInt,
  subInt,
  mulInt,
  divInt,
  powInt,
  maximumInt,
  minimumInt,
  remainderInt,
  eqInt,
  neInt,
  ltInt,
  leInt,
  gtInt,
  geInt,
  and,
  or,
  xor,
}

// @ts-ignore: decorator
@inline
function flag(mask: v128): v128 {
  return i32x4.shr_u(mask, 31);
}

// @ts-ignore: decorator
@inline
export function unary(op: Op, x: v128): v128 {
  if (op == Op.neg) return f32x4.neg(x);
  if (op == Op.abs) return f32x4.abs(x);
  if (op == Op.sign) {
    const one = v128.and(v128.or(x, f32x4.splat(1)), i32x4.splat(0xbf800000));
    // Zeros and NaN give 0.
    return v128.and(one, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
  }
  if (op == Op.exp) return exp(x);
  if (op == Op.expm1) return expm1(x);
  if (op == Op.log) return log(x);
  if (op == Op.log1p) return log1p(x);
  if (op == Op.sqrt) return f32x4.sqrt(x);
  if (op == Op.rsqrt) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == Op.reciprocal) return f32x4.div(f32x4.splat(1), x);
  if (op == Op.sin) return sin(x);
  if (op == Op.cos) return cos(x);
  if (op == Op.tanh) return tanh(x);
  if (op == Op.sigmoid) return sigmoid(x);
  if (op == Op.erf) return erf(x);
  if (op == Op.relu) return f32x4.pmax(x, f32x4.splat(0)); // x < 0 ? 0 : x, so NaN stays
  if (op == Op.floor) return f32x4.floor(x);
  if (op == Op.ceil) return f32x4.ceil(x);
  if (op == Op.round) return f32x4.nearest(x);
  if (op == Op.isnan) return flag(f32x4.ne(x, x));
  if (op == Op.toInt) return i32x4.trunc_sat_f32x4_s(x);
  if (op == Op.toFloat) return f32x4.convert_i32x4_s(x);
  if (op == Op.toBool) return flag(f32x4.ne(x, f32x4.splat(0)));
  if (op == Op.intToBool) return flag(i32x4.ne(x, i32x4.splat(0)));
  if (op == Op.not) return flag(i32x4.eq(x, i32x4.splat(0)));
  if (op == Op.negInt) return i32x4.neg(x);
  if (op == Op.absInt) return i32x4.abs(x);
  if (op == Op.signInt) return i32x4.max_s(i32x4.min_s(x, i32x4.splat(1)), i32x4.splat(-1));
  return i32x4.max_s(x, i32x4.splat(0)); // reluInt
}

// @ts-ignore: decorator
@inline
function divInt1(x: i32, y: i32): i32 {
  if (y == 0) return 0;
  return y == -1 ? -x : x / y;
}

// @ts-ignore: decorator
@inline
function remainderInt1(x: i32, y: i32): i32 {
  if (y == 0 || y == -1) return 0;
  const r = x % y;
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

// @ts-ignore: decorator
@inline
function powInt1(x: i32, y: i32): i32 {
  // As PyTorch: a negative exponent leaves 1/x truncated.
  if (y < 0) return x == 1 ? 1 : x == -1 ? ((y & 1) != 0 ? -1 : 1) : 0;
  let result = 1;
  for (; y > 0; y >>= 1) {
    if ((y & 1) != 0) result *= x;
    x *= x;
  }
  return result;
}

// @ts-ignore: decorator
@inline
function lanes(op: Op, x: v128, y: v128): v128 {
  if (op == Op.remainder) {
    return f32x4(
      remainder1(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)),
      remainder1(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)),
      remainder1(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)),
      remainder1(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)),
    );
  }
  const x0 = i32x4.extract_lane(x, 0),
    x1 = i32x4.extract_lane(x, 1),
    x2 = i32x4.extract_lane(x, 2),
    x3 = i32x4.extract_lane(x, 3);
  const y0 = i32x4.extract_lane(y, 0),
    y1 = i32x4.extract_lane(y, 1),
    y2 = i32x4.extract_lane(y, 2),
    y3 = i32x4.extract_lane(y, 3);
  if (op == Op.divInt) return i32x4(divInt1(x0, y0), divInt1(x1, y1), divInt1(x2, y2), divInt1(x3, y3));
  if (op == Op.powInt) return i32x4(powInt1(x0, y0), powInt1(x1, y1), powInt1(x2, y2), powInt1(x3, y3));
  return i32x4(remainderInt1(x0, y0), remainderInt1(x1, y1), remainderInt1(x2, y2), remainderInt1(x3, y3));
}

// @ts-ignore: decorator
@inline
export function binary(op: Op, x: v128, y: v128): v128 {
  if (op == Op.add) return f32x4.add(x, y);
  if (op == Op.sub) return f32x4.sub(x, y);
  if (op == Op.mul) return f32x4.mul(x, y);
  if (op == Op.div) return f32x4.div(x, y);
  if (op == Op.pow) return pow(x, y);
  if (op == Op.maximum) return f32x4.max(x, y);
  if (op == Op.minimum) return f32x4.min(x, y);
  if (op == Op.leakyRelu) {
    return v128.bitselect(x, f32x4.mul(x, y), f32x4.gt(x, f32x4.splat(0)));
  }
  if (op == Op.eq) return flag(f32x4.eq(x, y));
  if (op == Op.ne) return flag(f32x4.ne(x, y));
  if (op == Op.lt) return flag(f32x4.lt(x, y));
  if (op == Op.le) return flag(f32x4.le(x, y));
  if (op == Op.gt) return flag(f32x4.gt(x, y));
  if (op == Op.ge) return flag(f32x4.ge(x, y));
  if (op == Op.addInt) return i32x4.add(x, y);
  if (op == Op.subInt) return i32x4.sub(x, y);
  if (op == Op.mulInt) return i32x4.mul(x, y);
  if (op == Op.maximumInt) return i32x4.max_s(x, y);
  if (op == Op.minimumInt) return i32x4.min_s(x, y);
  if (op == Op.eqInt) return flag(i32x4.eq(x, y));
  if (op == Op.neInt) return flag(i32x4.ne(x, y));
  if (op == Op.ltInt) return flag(i32x4.lt_s(x, y));
  if (op == Op.leInt) return flag(i32x4.le_s(x, y));
  if (op == Op.gtInt) return flag(i32x4.gt_s(x, y));
  if (op == Op.geInt) return flag(i32x4.ge_s(x, y));
  if (op == Op.and) return v128.and(x, y);
  if (op == Op.or) return v128.or(x, y);
  if (op == Op.xor) return v128.xor(x, y);
  return lanes(op, x, y);
}
