// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/**
 * What each pointwise instruction computes, on a vector of four elements: a function of its name.
 *
 * Bools are int32 of 0 or 1. Each operation rounds to f32 by itself: fusing a multiplication with an addition would make results
 * depend on how chains are cut. Where int32 cannot hold a result, the fault flag is raised.
 */
import { overflow } from "./control";
import { remainder1 } from "./math";
import { Overflow } from "./numbers";

export { cos, erf, exp, expm1, log, log1p, log2, pow, sigmoid, sin, tanh } from "./math";

@inline function flag(mask: v128): v128 { return i32x4.shr_u(mask, 31); }
@inline export function neg(x: v128): v128 { return f32x4.neg(x); }
@inline export function abs(x: v128): v128 { return f32x4.abs(x); }

@inline export function sign(x: v128): v128 {
  const one = v128.and(v128.or(x, f32x4.splat(1)), i32x4.splat(0xbf800000));
  // Zeros and NaN give 0.
  return v128.and(one, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
}

@inline export function sqrt(x: v128): v128 { return f32x4.sqrt(x); }
@inline export function rsqrt(x: v128): v128 { return f32x4.div(f32x4.splat(1), f32x4.sqrt(x)); }
@inline export function reciprocal(x: v128): v128 { return f32x4.div(f32x4.splat(1), x); }
@inline export function relu(x: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); } // NaN stays
@inline export function floor(x: v128): v128 { return f32x4.floor(x); }
@inline export function ceil(x: v128): v128 { return f32x4.ceil(x); }
@inline export function round(x: v128): v128 { return f32x4.nearest(x); }
@inline export function isnan(x: v128): v128 { return flag(f32x4.ne(x, x)); }

@inline export function toInt(x: v128): v128 {
  // NaN fits no more than what is too large.
  const fits = v128.and(f32x4.ge(x, f32x4.splat(-2147483648)), f32x4.lt(x, f32x4.splat(2147483648)));
  if (!i32x4.all_true(fits)) overflow(Overflow.cast);
  return i32x4.trunc_sat_f32x4_s(x);
}

@inline export function toFloat(x: v128): v128 { return f32x4.convert_i32x4_s(x); }
@inline export function toBool(x: v128): v128 { return flag(f32x4.ne(x, f32x4.splat(0))); }
@inline export function intToBool(x: v128): v128 { return flag(i32x4.ne(x, i32x4.splat(0))); }
@inline export function not(x: v128): v128 { return flag(i32x4.eq(x, i32x4.splat(0))); }

@inline function hasLeast(x: v128): bool { return v128.any_true(i32x4.eq(x, i32x4.splat(i32.MIN_VALUE))); }

@inline export function negInt(x: v128): v128 {
  if (hasLeast(x)) overflow(Overflow.neg);
  return i32x4.neg(x);
}

@inline export function absInt(x: v128): v128 {
  if (hasLeast(x)) overflow(Overflow.abs);
  return i32x4.abs(x);
}

@inline export function signInt(x: v128): v128 { return i32x4.max_s(i32x4.min_s(x, i32x4.splat(1)), i32x4.splat(-1)); }
@inline export function reluInt(x: v128): v128 { return i32x4.max_s(x, i32x4.splat(0)); }
@inline export function add(x: v128, y: v128): v128 { return f32x4.add(x, y); }
@inline export function sub(x: v128, y: v128): v128 { return f32x4.sub(x, y); }
@inline export function mul(x: v128, y: v128): v128 { return f32x4.mul(x, y); }
@inline export function div(x: v128, y: v128): v128 { return f32x4.div(x, y); }
@inline export function maximum(x: v128, y: v128): v128 { return f32x4.max(x, y); }
@inline export function minimum(x: v128, y: v128): v128 { return f32x4.min(x, y); }
@inline export function leakyRelu(x: v128, y: v128): v128 { return v128.bitselect(x, f32x4.mul(x, y), f32x4.gt(x, f32x4.splat(0))); }
@inline export function eq(x: v128, y: v128): v128 { return flag(f32x4.eq(x, y)); }
@inline export function ne(x: v128, y: v128): v128 { return flag(f32x4.ne(x, y)); }
@inline export function lt(x: v128, y: v128): v128 { return flag(f32x4.lt(x, y)); }
@inline export function le(x: v128, y: v128): v128 { return flag(f32x4.le(x, y)); }
@inline export function gt(x: v128, y: v128): v128 { return flag(f32x4.gt(x, y)); }
@inline export function ge(x: v128, y: v128): v128 { return flag(f32x4.ge(x, y)); }

@inline export function addInt(x: v128, y: v128): v128 {
  const sum = i32x4.add(x, y);
  // Both have the sign that the sum has not.
  if (i32x4.bitmask(v128.and(v128.xor(x, sum), v128.xor(y, sum))) != 0) overflow(Overflow.add);
  return sum;
}

@inline export function subInt(x: v128, y: v128): v128 {
  const difference = i32x4.sub(x, y);
  if (i32x4.bitmask(v128.and(v128.xor(x, y), v128.xor(x, difference))) != 0) overflow(Overflow.sub);
  return difference;
}

@inline export function mulInt(x: v128, y: v128): v128 {
  const product = i32x4.mul(x, y);
  const low = i64x2.eq(i64x2.extmul_low_i32x4_s(x, y), i64x2.extend_low_i32x4_s(product));
  const high = i64x2.eq(i64x2.extmul_high_i32x4_s(x, y), i64x2.extend_high_i32x4_s(product));
  if (!i64x2.all_true(v128.and(low, high))) overflow(Overflow.mul);
  return product;
}

@inline export function maximumInt(x: v128, y: v128): v128 { return i32x4.max_s(x, y); }
@inline export function minimumInt(x: v128, y: v128): v128 { return i32x4.min_s(x, y); }
@inline export function eqInt(x: v128, y: v128): v128 { return flag(i32x4.eq(x, y)); }
@inline export function neInt(x: v128, y: v128): v128 { return flag(i32x4.ne(x, y)); }
@inline export function ltInt(x: v128, y: v128): v128 { return flag(i32x4.lt_s(x, y)); }
@inline export function leInt(x: v128, y: v128): v128 { return flag(i32x4.le_s(x, y)); }
@inline export function gtInt(x: v128, y: v128): v128 { return flag(i32x4.gt_s(x, y)); }
@inline export function geInt(x: v128, y: v128): v128 { return flag(i32x4.ge_s(x, y)); }
@inline export function and(x: v128, y: v128): v128 { return v128.and(x, y); }
@inline export function where(condition: v128, x: v128, y: v128): v128 { return v128.bitselect(x, y, i32x4.ne(condition, i32x4.splat(0))); }
@inline export function or(x: v128, y: v128): v128 { return v128.or(x, y); }
@inline export function xor(x: v128, y: v128): v128 { return v128.xor(x, y); }

@inline export function remainder(x: v128, y: v128): v128 {
  return f32x4(
    remainder1(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)),
    remainder1(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)),
    remainder1(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)),
    remainder1(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)),
  );
}

@inline function divInt1(x: i32, y: i32): i32 {
  if (y == 0) return 0;
  return y == -1 ? -x : x / y;
}

@inline export function divInt(x: v128, y: v128): v128 {
  return i32x4(
    divInt1(i32x4.extract_lane(x, 0), i32x4.extract_lane(y, 0)),
    divInt1(i32x4.extract_lane(x, 1), i32x4.extract_lane(y, 1)),
    divInt1(i32x4.extract_lane(x, 2), i32x4.extract_lane(y, 2)),
    divInt1(i32x4.extract_lane(x, 3), i32x4.extract_lane(y, 3)),
  );
}

@inline function remainderInt1(x: i32, y: i32): i32 {
  if (y == 0) overflow(Overflow.remainder);
  if (y == 0 || y == -1) return 0;
  const r = x % y;
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

@inline export function remainderInt(x: v128, y: v128): v128 {
  return i32x4(
    remainderInt1(i32x4.extract_lane(x, 0), i32x4.extract_lane(y, 0)),
    remainderInt1(i32x4.extract_lane(x, 1), i32x4.extract_lane(y, 1)),
    remainderInt1(i32x4.extract_lane(x, 2), i32x4.extract_lane(y, 2)),
    remainderInt1(i32x4.extract_lane(x, 3), i32x4.extract_lane(y, 3)),
  );
}

@inline function powInt1(x: i32, y: i32): i32 {
  // As PyTorch: a negative exponent leaves 1/x truncated.
  if (y < 0) return x == 1 ? 1 : x == -1 ? ((y & 1) != 0 ? -1 : 1) : 0;
  let result: i64 = 1, square: i64 = x;
  while (true) {
    if ((y & 1) != 0) result *= square;
    y >>= 1;
    // A square that does not fit is a factor yet to come: no result that has it fits.
    if (y == 0 || result == 0) break;
    square *= square;
    if (square > i32.MAX_VALUE) break;
  }
  if (y == 0 && result == <i64> <i32> result) return <i32> result;
  if (result != 0) overflow(Overflow.pow);
  return 0;
}

@inline export function powInt(x: v128, y: v128): v128 {
  return i32x4(
    powInt1(i32x4.extract_lane(x, 0), i32x4.extract_lane(y, 0)),
    powInt1(i32x4.extract_lane(x, 1), i32x4.extract_lane(y, 1)),
    powInt1(i32x4.extract_lane(x, 2), i32x4.extract_lane(y, 2)),
    powInt1(i32x4.extract_lane(x, 3), i32x4.extract_lane(y, 3)),
  );
}
