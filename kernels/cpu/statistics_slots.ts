// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The slots of elements in a row, a byte each: below, the bins, above; of |x| from 0 on, where none is below, they begin with the first bin.
 *
 * What a slot is, is said by a quotient: trunc((y − low) / width · bins), rounded to float32 after each operation. A block is first taken by
 * two products, with a number just below bins / width and one just above: the quotient's position lies between them, so that where both give
 * the same slot, it is the quotient's. Where they differ for any element of the block (one is at an edge, or within a millionth of it), all of
 * it is divided.
 *
 * Accumulators stand in pairs that are stored side by side: that is where V8 begins to look for vectors to join.
 */
import { scratch } from "./command";
import { SLOTS, TALLIES } from "./statistics_places";
import { whole } from "./relaxed";

/** Behind the slots' bytes: in `TALLIES`, counts of zeros (32 bytes), differences of the two products' slots, and the largest slots. */
export const DIFFERENCES: usize = TALLIES + 32;
export const LARGEST: usize = TALLIES + 64;
/**
 * How far, relative to it, the two products' factors are from bins / width: eight roundings. Position and product are four apart at most, two by the
 * quotient, one by the factor, one by the product.
 */
const OFF: f64 = 4.76837158203125e-7;
/** Factors between these lead to products without overflow and, but for positions far below 1, without subnormal numbers. */
const LEAST: f64 = 1e-30, MOST: f64 = 1e30;
/** Of numbers that lie on edges by themselves, whole ones or those that were cut off, so many blocks are divided before products are tried again. */
const PATIENCE = 15;
/** A number without its sign. In memory: V8 makes constants anew wherever they are used. */
const SIZE: usize = memory.data<u32>([0x7fffffff]);

/** How many blocks in a row had an element near an edge, and how many more are to be divided at once. */
let near = 0, patience = 0;

/** Writes the slots of n elements, a multiple of 32 and at most a block, in some order, and beside them how many are 0, and the largest slots. */
export function writeSlots(at: usize, n: i32, absolute: bool, low: f32, width: f32, bins: i32): void {
  const fromZero = absolute && low == 0, factor = <f64> bins / <f64> width;
  if (patience > 0) patience--;
  else if (factor > LEAST && factor < MOST) {
    if (fromZero) productsFromZero(at, n, width, bins);
    else productsOfAny(at, n, absolute, low, width, bins);
    if (!v128.any_true(v128.or(v128.load(scratch, DIFFERENCES), v128.load(scratch, DIFFERENCES + 16)))) {
      near = 0;
      return;
    }
    if (++near > 1) patience = PATIENCE;
  }
  if (fromZero) quotientsFromZero(at, n, width, bins);
  else quotientsOfAny(at, n, absolute, low, width, bins);
}

/** The slots of four positions, of which those above the upper edge, and NaN, are cut off already. */
// @ts-ignore: decorator
@inline
function slotsAt(position: v128, y: v128, lows: v128, fromZero: bool): v128 {
  if (fromZero) return whole(position);
  return i32x4.sub(i32x4.add(whole(f32x4.pmax(f32x4.splat(0), position)), f32x4.lt(y, lows)), i32x4.splat(-1));
}

/** By the quotient. Of y below the upper edge that is at most 1 − 2⁻²⁴, and its product with any number of bins is rounded to less than that number. */
// @ts-ignore: decorator
@inline
function slotsOf(y: v128, lows: v128, width: v128, bins: v128, fromZero: bool): v128 {
  const over = fromZero ? y : f32x4.sub(y, lows);
  return slotsAt(f32x4.pmin(bins, f32x4.mul(f32x4.div(over, width), bins)), y, lows, fromZero);
}

/** By a product. */
// @ts-ignore: decorator
@inline
function slotsBy(y: v128, lows: v128, top: v128, factor: v128, fromZero: bool): v128 {
  const over = fromZero ? y : f32x4.sub(y, lows);
  return slotsAt(f32x4.mul(f32x4.pmin(top, over), factor), y, lows, fromZero);
}

// @ts-ignore: decorator
@inline
function bytes(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
}

/** −1 where an element is 0, of sizes as whole numbers: such numbers are cut off, and only 0 becomes 0. */
// @ts-ignore: decorator
@inline
function zeros(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.eq(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)), i8x16.splat(0));
}

// @ts-ignore: decorator
@inline
function slots(at: usize, n: i32, absolute: bool, low: f32, width: f32, bins: i32, fromZero: bool, divided: bool): void {
  const keep = i32x4.splat(absolute ? 0x7fffffff : -1), lows = f32x4.splat(low), factor = <f64> bins / <f64> width;
  const wide = f32x4.splat(width), all = f32x4.splat(<f32> bins), top = f32x4.splat(<f32> ((<f64> bins + 0.5) / factor));
  const less = f32x4.splat(<f32> (factor * (1 - OFF))), more = f32x4.splat(<f32> (factor * (1 + OFF)));
  const nothing = i8x16.splat(0), start = scratch;
  let i = nothing, j = nothing, k = nothing, l = nothing, u = nothing, v = nothing, y: v128, z: v128;
  for (let to = start + SLOTS, end = to + n; to < end; to += 32, at += 128) {
    const size = v128.load32_splat(SIZE);
    let x0 = v128.load(at), x1 = v128.load(at, 16), x2 = v128.load(at, 32), x3 = v128.load(at, 48);
    let x4 = v128.load(at, 64), x5 = v128.load(at, 80), x6 = v128.load(at, 96), x7 = v128.load(at, 112);
    if (fromZero) {
      x0 = v128.and(x0, size), x1 = v128.and(x1, size), x2 = v128.and(x2, size), x3 = v128.and(x3, size);
      x4 = v128.and(x4, size), x5 = v128.and(x5, size), x6 = v128.and(x6, size), x7 = v128.and(x7, size);
      i = i8x16.sub(i, zeros(x0, x2, x4, x6)), j = i8x16.sub(j, zeros(x1, x3, x5, x7));
    } else {
      i = i8x16.sub(i, zeros(v128.and(x0, size), v128.and(x2, size), v128.and(x4, size), v128.and(x6, size)));
      j = i8x16.sub(j, zeros(v128.and(x1, size), v128.and(x3, size), v128.and(x5, size), v128.and(x7, size)));
      x0 = v128.and(x0, keep), x1 = v128.and(x1, keep), x2 = v128.and(x2, keep), x3 = v128.and(x3, keep);
      x4 = v128.and(x4, keep), x5 = v128.and(x5, keep), x6 = v128.and(x6, keep), x7 = v128.and(x7, keep);
    }
    if (divided) {
      y = bytes(
        slotsOf(x0, lows, wide, all, fromZero), slotsOf(x2, lows, wide, all, fromZero),
        slotsOf(x4, lows, wide, all, fromZero), slotsOf(x6, lows, wide, all, fromZero),
      );
      z = bytes(
        slotsOf(x1, lows, wide, all, fromZero), slotsOf(x3, lows, wide, all, fromZero),
        slotsOf(x5, lows, wide, all, fromZero), slotsOf(x7, lows, wide, all, fromZero),
      );
    } else {
      y = bytes(
        slotsBy(x0, lows, top, less, fromZero), slotsBy(x2, lows, top, less, fromZero),
        slotsBy(x4, lows, top, less, fromZero), slotsBy(x6, lows, top, less, fromZero),
      );
      z = bytes(
        slotsBy(x1, lows, top, less, fromZero), slotsBy(x3, lows, top, less, fromZero),
        slotsBy(x5, lows, top, less, fromZero), slotsBy(x7, lows, top, less, fromZero),
      );
      u = v128.or(u, v128.xor(y, bytes(
        slotsBy(x0, lows, top, more, fromZero), slotsBy(x2, lows, top, more, fromZero),
        slotsBy(x4, lows, top, more, fromZero), slotsBy(x6, lows, top, more, fromZero),
      )));
      v = v128.or(v, v128.xor(z, bytes(
        slotsBy(x1, lows, top, more, fromZero), slotsBy(x3, lows, top, more, fromZero),
        slotsBy(x5, lows, top, more, fromZero), slotsBy(x7, lows, top, more, fromZero),
      )));
    }
    k = i8x16.max_u(k, y), l = i8x16.max_u(l, z);
    v128.store(to, y);
    v128.store(to, z, 16);
  }
  v128.store(start, i, TALLIES);
  v128.store(start, j, TALLIES + 16);
  v128.store(start, u, DIFFERENCES);
  v128.store(start, v, DIFFERENCES + 16);
  v128.store(start, k, LARGEST);
  v128.store(start, l, LARGEST + 16);
}

function productsFromZero(at: usize, n: i32, width: f32, bins: i32): void {
  slots(at, n, true, 0, width, bins, true, false);
}

function productsOfAny(at: usize, n: i32, absolute: bool, low: f32, width: f32, bins: i32): void {
  slots(at, n, absolute, low, width, bins, false, false);
}

function quotientsFromZero(at: usize, n: i32, width: f32, bins: i32): void {
  slots(at, n, true, 0, width, bins, true, true);
}

function quotientsOfAny(at: usize, n: i32, absolute: bool, low: f32, width: f32, bins: i32): void {
  slots(at, n, absolute, low, width, bins, false, true);
}

/** The slots of four elements, counted from below, for those that fill no vector of bytes. */
// @ts-ignore: decorator
@inline
export function fourSlots(y: v128, lows: v128, width: v128, bins: v128): v128 {
  return slotsOf(y, lows, width, bins, false);
}
