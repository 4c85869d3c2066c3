// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The instructions of pointwise chains: each a loop over one block of `n` elements, out[i] = f(a[i], b[i], c[i]).
 *
 * Bools are int32 of 0 or 1. Each operation rounds to f32 by itself: fusing a multiplication with an addition would make results
 * depend on how chains are cut. The last n mod 4 elements go through the same vector function, so results do not depend on where in
 * a block an element lies.
 */
import { cos, erf, exp, expm1, log, log1p, pow, remainder1, sigmoid, sin, tanh } from "./math";

const enum Op {
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
function unary(op: Op, x: v128): v128 {
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
function binary(op: Op, x: v128, y: v128): v128 {
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

/** Whether an instruction is so light that the loop around it matters: four vectors a round then. */
// @ts-ignore: decorator
@inline
function isLight(op: Op): bool {
  return !((op >= Op.exp && op <= Op.log1p) || (op >= Op.sin && op <= Op.erf) || op == Op.pow || op == Op.remainder ||
    op == Op.divInt ||
    op == Op.powInt || op == Op.remainderInt);
}

// @ts-ignore: decorator
@inline
function map1(op: Op, out: usize, a: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64) {
      const x = unary(op, v128.load(a)), y = unary(op, v128.load(a, 16));
      const z = unary(op, v128.load(a, 32)), w = unary(op, v128.load(a, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16) v128.store(out, unary(op, v128.load(a)));
  for (; out < end; out += 4, a += 4) v128.store32_lane(out, unary(op, v128.load32_splat(a)), 0);
}

// @ts-ignore: decorator
@inline
function map2(op: Op, out: usize, a: usize, b: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64) {
      const x = binary(op, v128.load(a), v128.load(b)), y = binary(op, v128.load(a, 16), v128.load(b, 16));
      const z = binary(op, v128.load(a, 32), v128.load(b, 32)), w = binary(op, v128.load(a, 48), v128.load(b, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16, b += 16) v128.store(out, binary(op, v128.load(a), v128.load(b)));
  for (; out < end; out += 4, a += 4, b += 4) {
    v128.store32_lane(out, binary(op, v128.load32_splat(a), v128.load32_splat(b)), 0);
  }
}

function copy(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16) v128.store(out, v128.load(a));
  for (; out < end; out += 4, a += 4) store<i32>(out, load<i32>(a));
}

function where(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16, b += 16, c += 16) {
    v128.store(out, v128.bitselect(v128.load(b), v128.load(c), i32x4.ne(v128.load(a), i32x4.splat(0))));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4) store<i32>(out, load<i32>(a) != 0 ? load<i32>(b) : load<i32>(c));
}

// One function an operation, each small enough for the engine to compile well; called through the function table.
function neg_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.neg, out, a, n);
}
function abs_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.abs, out, a, n);
}
function sign_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.sign, out, a, n);
}
function exp_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.exp, out, a, n);
}
function expm1_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.expm1, out, a, n);
}
function log_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.log, out, a, n);
}
function log1p_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.log1p, out, a, n);
}
function sqrt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.sqrt, out, a, n);
}
function rsqrt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.rsqrt, out, a, n);
}
function reciprocal_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.reciprocal, out, a, n);
}
function sin_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.sin, out, a, n);
}
function cos_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.cos, out, a, n);
}
function tanh_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.tanh, out, a, n);
}
function sigmoid_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.sigmoid, out, a, n);
}
function erf_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.erf, out, a, n);
}
function relu_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.relu, out, a, n);
}
function floor_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.floor, out, a, n);
}
function ceil_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.ceil, out, a, n);
}
function round_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.round, out, a, n);
}
function isnan_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.isnan, out, a, n);
}
function toInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.toInt, out, a, n);
}
function toFloat_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.toFloat, out, a, n);
}
function toBool_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.toBool, out, a, n);
}
function intToBool_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.intToBool, out, a, n);
}
function not_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.not, out, a, n);
}
function negInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.negInt, out, a, n);
}
function absInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.absInt, out, a, n);
}
function signInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.signInt, out, a, n);
}
function reluInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map1(Op.reluInt, out, a, n);
}
function add_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.add, out, a, b, n);
}
function sub_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.sub, out, a, b, n);
}
function mul_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.mul, out, a, b, n);
}
function div_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.div, out, a, b, n);
}
function pow_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.pow, out, a, b, n);
}
function maximum_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.maximum, out, a, b, n);
}
function minimum_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.minimum, out, a, b, n);
}
function remainder_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.remainder, out, a, b, n);
}
function leakyRelu_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.leakyRelu, out, a, b, n);
}
function eq_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.eq, out, a, b, n);
}
function ne_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.ne, out, a, b, n);
}
function lt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.lt, out, a, b, n);
}
function le_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.le, out, a, b, n);
}
function gt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.gt, out, a, b, n);
}
function ge_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.ge, out, a, b, n);
}
function addInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.addInt, out, a, b, n);
}
function subInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.subInt, out, a, b, n);
}
function mulInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.mulInt, out, a, b, n);
}
function divInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.divInt, out, a, b, n);
}
function powInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.powInt, out, a, b, n);
}
function maximumInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.maximumInt, out, a, b, n);
}
function minimumInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.minimumInt, out, a, b, n);
}
function remainderInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.remainderInt, out, a, b, n);
}
function eqInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.eqInt, out, a, b, n);
}
function neInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.neInt, out, a, b, n);
}
function ltInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.ltInt, out, a, b, n);
}
function leInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.leInt, out, a, b, n);
}
function gtInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.gtInt, out, a, b, n);
}
function geInt_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.geInt, out, a, b, n);
}
function and_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.and, out, a, b, n);
}
function or_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.or, out, a, b, n);
}
function xor_(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  map2(Op.xor, out, a, b, n);
}

type Instruction = (out: usize, a: usize, b: usize, c: usize, n: i32) => void;

// @ts-ignore: decorator
@inline
function at(f: Instruction): i32 {
  return <i32> load<u32>(changetype<usize>(f));
}

/** Function-table index of instruction `op`; the order is that of INSTRUCTIONS in lib/device/cpu/instructions.ts. */
export function instruction(op: i32): i32 {
  switch (op) {
    case 0:
      return at(copy);
    case 1:
      return at(where);
    case 2:
      return at(neg_);
    case 3:
      return at(abs_);
    case 4:
      return at(sign_);
    case 5:
      return at(exp_);
    case 6:
      return at(expm1_);
    case 7:
      return at(log_);
    case 8:
      return at(log1p_);
    case 9:
      return at(sqrt_);
    case 10:
      return at(rsqrt_);
    case 11:
      return at(reciprocal_);
    case 12:
      return at(sin_);
    case 13:
      return at(cos_);
    case 14:
      return at(tanh_);
    case 15:
      return at(sigmoid_);
    case 16:
      return at(erf_);
    case 17:
      return at(relu_);
    case 18:
      return at(floor_);
    case 19:
      return at(ceil_);
    case 20:
      return at(round_);
    case 21:
      return at(isnan_);
    case 22:
      return at(toInt_);
    case 23:
      return at(toFloat_);
    case 24:
      return at(toBool_);
    case 25:
      return at(intToBool_);
    case 26:
      return at(not_);
    case 27:
      return at(negInt_);
    case 28:
      return at(absInt_);
    case 29:
      return at(signInt_);
    case 30:
      return at(reluInt_);
    case 31:
      return at(add_);
    case 32:
      return at(sub_);
    case 33:
      return at(mul_);
    case 34:
      return at(div_);
    case 35:
      return at(pow_);
    case 36:
      return at(maximum_);
    case 37:
      return at(minimum_);
    case 38:
      return at(remainder_);
    case 39:
      return at(leakyRelu_);
    case 40:
      return at(eq_);
    case 41:
      return at(ne_);
    case 42:
      return at(lt_);
    case 43:
      return at(le_);
    case 44:
      return at(gt_);
    case 45:
      return at(ge_);
    case 46:
      return at(addInt_);
    case 47:
      return at(subInt_);
    case 48:
      return at(mulInt_);
    case 49:
      return at(divInt_);
    case 50:
      return at(powInt_);
    case 51:
      return at(maximumInt_);
    case 52:
      return at(minimumInt_);
    case 53:
      return at(remainderInt_);
    case 54:
      return at(eqInt_);
    case 55:
      return at(neInt_);
    case 56:
      return at(ltInt_);
    case 57:
      return at(leInt_);
    case 58:
      return at(gtInt_);
    case 59:
      return at(geInt_);
    case 60:
      return at(and_);
    case 61:
      return at(or_);
    case 62:
      return at(xor_);
    default:
      return -1;
  }
}
