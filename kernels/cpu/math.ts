// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Elementary functions of four floats at once, correct to about one unit in the last place (two for tanh and sigmoid).
 *
 * Sources: exp is Cephes' expf; log, log1p, sin and cos follow musl (FreeBSD msun); erf is N. Juffa's two polynomials.
 */
import { madd, whole } from "./relaxed";

/*
 * Constants are read from memory: V8 makes a vector constant anew in every round of a loop, from several instructions, whereas a broadcast
 * from memory is one.
 */
const CONSTANTS: usize = memory.data<f32>([
  1.9875691500e-4, // E7
  1.3981999507e-3, // E6
  8.3334519073e-3, // E5
  4.1665795894e-2, // E4
  1.6666665459e-1, // E3
  5.0000001201e-1, // E2
  2.12194440e-4, // LN2_LOW
  -0.693359375, // LN2_HIGH
  -104.0, // EXP_MIN
  89.0, // EXP_MAX
  1.44269504088896341, // LOG2E
  1.0, // ONE
  -30.0, // EXPM1_MIN
  0.5, // HALF
  2.0, // TWO
  1e-8, // TINY
  0.24279078841, // L4
  0.40000972152, // L2
  0.28498786688, // L3
  0.66666662693, // L1
  9.0580006145e-6, // LOG_LN2_LOW
  6.9313812256e-1, // LOG_LN2_HIGH
  1.17549435e-38, // MIN_NORMAL
  33554432.0, // TWO_25
  Infinity, // INFINITY
  -Infinity, // MINUS_INFINITY
  NaN, // NOT_A_NUMBER
  -1.0, // MINUS_ONE
  10.0, // TEN
  0.55, // TANH_SMALL
  -1.72853470e-5, // A0
  3.83197126e-4, // A1
  -3.88396438e-3, // A2
  2.42546219e-2, // A3
  -1.06777877e-1, // A4
  -6.34846687e-1, // A5
  -1.28717512e-1, // A6
  -20.0, // MINUS_20
  4.2, // ERF_MAX
  -5.96761703e-4, // B0
  4.99119423e-3, // B1
  -2.67681349e-2, // B2
  1.12819925e-1, // B3
  -3.76125336e-1, // B4
  1.28379166e-1, // B5
  0.927734375, // ERF_SMALL
  134217728.0, // TWO_27
]);
const E7 = 0;
const E6 = 1;
const E5 = 2;
const E4 = 3;
const E3 = 4;
const E2 = 5;
const LN2_LOW = 6;
const LN2_HIGH = 7;
const EXP_MIN = 8;
const EXP_MAX = 9;
const LOG2E = 10;
const ONE = 11;
const EXPM1_MIN = 12;
const HALF = 13;
const TWO = 14;
const TINY = 15;
const L4 = 16;
const L2 = 17;
const L3 = 18;
const L1 = 19;
const LOG_LN2_LOW = 20;
const LOG_LN2_HIGH = 21;
const MIN_NORMAL = 22;
const TWO_25 = 23;
const INFINITY = 24;
const MINUS_INFINITY = 25;
const NOT_A_NUMBER = 26;
const MINUS_ONE = 27;
const TEN = 28;
const TANH_SMALL = 29;
const A0 = 30;
const A1 = 31;
const A2 = 32;
const A3 = 33;
const A4 = 34;
const A5 = 35;
const A6 = 36;
const MINUS_20 = 37;
const ERF_MAX = 38;
const B0 = 39;
const B1 = 40;
const B2 = 41;
const B3 = 42;
const B4 = 43;
const B5 = 44;
const ERF_SMALL = 45;
const TWO_27 = 46;

// @ts-ignore: decorator
@inline
function K(index: i32): v128 {
  return v128.load32_splat(CONSTANTS + (<usize> index << 2));
}

/** 2ⁿ for integral floats n in [−126, 127]. */
// @ts-ignore: decorator
@inline
function pow2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let z = madd(K(E7), r, K(E6));
  z = madd(z, r, K(E5));
  z = madd(z, r, K(E4));
  z = madd(z, r, K(E3));
  return madd(z, r, K(E2));
}

/** x − n·ln 2, the constant in two parts so that the first product is exact. */
// @ts-ignore: decorator
@inline
function lessLn2(x: v128, n: v128): v128 {
  return madd(n, K(LN2_LOW), madd(n, K(LN2_HIGH), x));
}

// @ts-ignore: decorator
@inline
export function exp(v: v128): v128 {
  // Far down the result is 0, and not computed: a product below the normal numbers costs a hundred others, and a mask may hide half of all scores.
  const none = f32x4.lt(v, K(EXP_MIN));
  // pmin, one machine instruction, keeps NaN in its first argument.
  const x = f32x4.pmin(v128.andnot(v, none), K(EXP_MAX));
  const n = f32x4.nearest(f32x4.mul(x, K(LOG2E)));
  const r = lessLn2(x, n);
  const y = f32x4.add(madd(expTail(r), f32x4.mul(r, r), r), K(ONE));
  // 2ⁿ in two factors: n goes down to −150, where the result is denormal.
  const power = whole(n), half = i32x4.shr_s(power, 1);
  return v128.andnot(f32x4.mul(f32x4.mul(y, pow2(half)), pow2(i32x4.sub(power, half))), none);
}

// @ts-ignore: decorator
@inline
export function expm1(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, K(EXPM1_MIN)), K(EXP_MAX));
  const n = f32x4.nearest(f32x4.mul(x, K(LOG2E)));
  const r = lessLn2(x, n);
  const p = madd(expTail(r), f32x4.mul(r, r), r);
  // 2ⁿ·p + (2ⁿ − 1), halved so that n = 128 does not overflow too early.
  const t = pow2(i32x4.sub(whole(n), i32x4.splat(1)));
  const y = f32x4.mul(madd(t, p, f32x4.sub(t, K(HALF))), K(TWO));
  return v128.bitselect(v, y, f32x4.lt(f32x4.abs(v), K(TINY)));
}

/** k·ln 2 + log(1 + f) + c, with 1 + f in [√½, √2). */
// @ts-ignore: decorator
@inline
function logSum(f: v128, k: v128, c: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, K(TWO)));
  const z = f32x4.mul(s, s), w = f32x4.mul(z, z);
  const even = f32x4.mul(w, madd(w, K(L4), K(L2)));
  const odd = f32x4.mul(z, madd(w, K(L3), K(L1)));
  const half = f32x4.mul(K(HALF), f32x4.mul(f, f));
  const dk = f32x4.convert_i32x4_s(k);
  let y = f32x4.add(f32x4.mul(dk, K(LOG_LN2_LOW)), c);
  y = madd(s, f32x4.add(half, f32x4.add(odd, even)), y);
  y = f32x4.add(f32x4.sub(y, half), f);
  return madd(dk, K(LOG_LN2_HIGH), y);
}

/** The logarithm to base 2, or to base e: of the exponent k and of a mantissa in [√½, √2), added up. */
// @ts-ignore: decorator
@inline
function logarithm(v: v128, binary: bool): v128 {
  const tiny = f32x4.lt(v, K(MIN_NORMAL));
  const x = v128.bitselect(f32x4.mul(v, K(TWO_25)), v, tiny);
  const i = i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3));
  const k = i32x4.sub(i32x4.shr_s(i, 23), v128.bitselect(i32x4.splat(127 + 25), i32x4.splat(127), tiny));
  const m = i32x4.add(v128.and(i, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, K(ONE)), zero = f32x4.splat(0);
  let y = binary ? madd(logSum(f, zero, zero), K(LOG2E), f32x4.convert_i32x4_s(k)) : logSum(f, k, zero);
  y = v128.bitselect(v, y, f32x4.eq(v, K(INFINITY)));
  y = v128.bitselect(K(MINUS_INFINITY), y, f32x4.eq(v, f32x4.splat(0)));
  return v128.bitselect(y, K(NOT_A_NUMBER), f32x4.ge(v, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function log(v: v128): v128 {
  return logarithm(v, false);
}

// @ts-ignore: decorator
@inline
export function log2(v: v128): v128 {
  return logarithm(v, true);
}

// @ts-ignore: decorator
@inline
export function log1p(v: v128): v128 {
  const u = f32x4.add(v, K(ONE));
  const i = i32x4.add(u, i32x4.splat(0x3f800000 - 0x3f3504f3));
  const k = i32x4.sub(i32x4.shr_s(i, 23), i32x4.splat(127));
  const m = i32x4.add(v128.and(i, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const small = i32x4.eq(k, i32x4.splat(0));
  // What rounding 1 + x lost.
  const lost = v128.bitselect(
    f32x4.sub(K(ONE), f32x4.sub(u, v)),
    f32x4.sub(v, f32x4.sub(u, K(ONE))),
    f32x4.ge(v, K(ONE)),
  );
  const c = v128.andnot(f32x4.div(lost, u), small);
  let y = logSum(v128.bitselect(v, f32x4.sub(m, K(ONE)), small), k, c);
  y = v128.bitselect(v, y, v128.or(f32x4.eq(v, K(INFINITY)), f32x4.lt(f32x4.abs(v), K(TINY))));
  y = v128.bitselect(K(MINUS_INFINITY), y, f32x4.eq(v, K(MINUS_ONE)));
  return v128.bitselect(y, K(NOT_A_NUMBER), f32x4.ge(v, K(MINUS_ONE)));
}

// @ts-ignore: decorator
@inline
export function sigmoid(v: v128): v128 {
  // From e^−|x|, which can't overflow: results far below 1 keep their precision.
  const e = exp(v128.or(v, f32x4.splat(-0.0)));
  return f32x4.div(v128.bitselect(K(ONE), e, f32x4.ge(v, f32x4.splat(0))), f32x4.add(K(ONE), e));
}

// @ts-ignore: decorator
@inline
export function tanh(v: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(v), K(TEN));
  const t = expm1(f32x4.add(a, a));
  const small = f32x4.lt(a, K(TANH_SMALL));
  const q = f32x4.div(v128.bitselect(t, K(TWO), small), f32x4.add(t, K(TWO)));
  const y = v128.bitselect(q, f32x4.sub(K(ONE), q), small);
  return v128.bitselect(v, y, f32x4.splat(-0.0));
}

// @ts-ignore: decorator
@inline
export function erf(v: v128): v128 {
  const t = f32x4.abs(v), s = f32x4.mul(v, v);
  let r = madd(K(A0), t, K(A1));
  const u = madd(K(A2), t, K(A3));
  r = madd(r, s, u);
  r = madd(r, t, K(A4));
  r = madd(r, t, K(A5));
  r = madd(r, t, K(A6));
  r = madd(r, t, f32x4.neg(t));
  // Past 4.2 erf is 1; the polynomial would turn round.
  r = v128.bitselect(K(MINUS_20), r, f32x4.gt(t, K(ERF_MAX)));
  const large = v128.bitselect(v, f32x4.sub(K(ONE), exp(r)), f32x4.splat(-0.0));
  r = madd(K(B0), s, K(B1));
  r = madd(r, s, K(B2));
  r = madd(r, s, K(B3));
  r = madd(r, s, K(B4));
  r = madd(r, s, K(B5));
  const small = madd(r, v, v);
  return v128.bitselect(large, small, f32x4.gt(t, K(ERF_SMALL)));
}

/** sin (quarter = 0) or cos (quarter = 1) of two numbers, in 64 bits; |x| < 2²⁷. */
// @ts-ignore: decorator
@inline
function circular(x: v128, quarter: i64): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(6.36619772367581382433e-1)));
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(1.57079631090164184570)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.58932547735281966916e-8)));
  const z = f64x2.mul(r, r), w = f64x2.mul(z, z), s = f64x2.mul(z, r);
  const sine = f64x2.add(
    f64x2.add(
      r,
      f64x2.mul(s, f64x2.add(f64x2.splat(-0.16666666641626524), f64x2.mul(z, f64x2.splat(0.008333329385889463)))),
    ),
    f64x2.mul(
      f64x2.mul(s, w),
      f64x2.add(f64x2.splat(-0.00019839334836096632), f64x2.mul(z, f64x2.splat(2.718311493989822e-6))),
    ),
  );
  const cosine = f64x2.add(
    f64x2.add(
      f64x2.add(f64x2.splat(1.0), f64x2.mul(z, f64x2.splat(-0.499999997251031))),
      f64x2.mul(w, f64x2.splat(0.04166662332373906)),
    ),
    f64x2.mul(
      f64x2.mul(w, z),
      f64x2.add(f64x2.splat(-0.001388676377460993), f64x2.mul(z, f64x2.splat(2.439044879627741e-5))),
    ),
  );
  // Adding 1.5·2⁵² leaves n in the low bits.
  const q = i64x2.add(f64x2.add(n, f64x2.splat(6755399441055744.0)), i64x2.splat(quarter));
  const odd = i64x2.neg(v128.and(q, i64x2.splat(1)));
  const y = v128.bitselect(cosine, sine, odd);
  return v128.xor(y, i64x2.shl(v128.and(q, i64x2.splat(2)), 62));
}

// @ts-ignore: decorator
@inline
function circular4(v: v128, quarter: i64): v128 {
  const low = f32x4.demote_f64x2_zero(circular(f64x2.promote_low_f32x4(v), quarter));
  const high = circular(f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0)), quarter);
  return v128.shuffle<i64>(low, f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
export function sin(v: v128): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(v), K(TWO_27)))) {
    return f32x4(
      <f32> Math.sin(f32x4.extract_lane(v, 0)),
      <f32> Math.sin(f32x4.extract_lane(v, 1)),
      <f32> Math.sin(f32x4.extract_lane(v, 2)),
      <f32> Math.sin(f32x4.extract_lane(v, 3)),
    );
  }
  // sin(−0) is −0.
  return v128.bitselect(v, circular4(v, 0), f32x4.eq(v, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function cos(v: v128): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(v), K(TWO_27)))) {
    return f32x4(
      <f32> Math.cos(f32x4.extract_lane(v, 0)),
      <f32> Math.cos(f32x4.extract_lane(v, 1)),
      <f32> Math.cos(f32x4.extract_lane(v, 2)),
      <f32> Math.cos(f32x4.extract_lane(v, 3)),
    );
  }
  return circular4(v, 1);
}

// @ts-ignore: decorator
@inline
function pow1(x: f32, y: f32): f32 {
  // C (and PyTorch) where JavaScript's pow, which Mathf follows, says NaN.
  if (x == 1 || (x == -1 && Mathf.abs(y) == Infinity)) return 1;
  return Mathf.pow(x, y);
}

/** Squares and square roots, the common cases, at full speed; anything else one by one. */
// @ts-ignore: decorator
@inline
export function pow(x: v128, y: v128): v128 {
  if (v128.all_true<i32>(f32x4.eq(y, K(TWO)))) return f32x4.mul(x, x);
  if (v128.all_true<i32>(v128.and(f32x4.eq(y, K(HALF)), f32x4.gt(x, f32x4.splat(0))))) return f32x4.sqrt(x);
  return f32x4(
    pow1(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)),
    pow1(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)),
    pow1(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)),
    pow1(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)),
  );
}

/** Remainder with the divisor's sign. */
// @ts-ignore: decorator
@inline
export function remainder1(x: f32, y: f32): f32 {
  const r = x % y;
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
