// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The loops behind statistics: sums of elements in a row, and counts of the slots that they belong in.
 *
 * Where a byte can hold an element's slot, the slots of a block are written side by side, and each slot up to the largest that was met is counted
 * by comparing them with it, 32 at a time: no counter waits for the one before, however often the same slot comes (zeros after a ReLU), and slots
 * that are not met cost nothing. Of more bins, and of the few elements that fill no vector of bytes, each lane of a vector counts in a table of its
 * own. The four tables are interleaved, so that a slot's counts are one vector: [below, …bins, above, zeros, nonFinite] × 4.
 */
import { scratch } from "./command";
import { madd64, whole } from "./relaxed";
import { firstPlus, lastPlus, lowerHalves, upperHalves } from "./widen";

/** Elements whose slots are counted at once: a byte of 32 counters holds up to 8160 of them. */
export const BLOCK = 4096;
/** In scratch memory: Σd, Σd² and zeros of two vectors each; places of counters, and the largest slot; counts of six slots, in bytes; slots of a block; what follows is free. */
export const SQUARES: usize = 32;
export const ZEROS: usize = 64;
export const PLACES: usize = 96;
const TALLIES: usize = 128;
const SLOTS: usize = TALLIES + 6 * 32;
export const FREE: usize = SLOTS + BLOCK;
/** Most bins that are counted by comparing. */
export const MOST_COMPARED = 62;

/** Adds n elements, a multiple of 32 and at most a block, to the sums in scratch memory and to the counts. */
export function countCompared(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  if (absolute && low == 0) {
    slotsFromZero(at, n, pivot, high, bins);
    countSlots(n, counts + 16);
  } else {
    slotsOfAny(at, n, pivot, absolute, low, high, bins);
    countSlots(n, counts);
  }
}

/**
 * The slots of four elements as whole numbers: below, the bins, above; from 0 on there is none below. Of y below the upper edge the quotient is
 * at most 1 − 2⁻²⁴, and its product with any number of bins is rounded to less than that number.
 */
// @ts-ignore: decorator
@inline
function slotsOf(y: v128, lows: v128, width: v128, bins: v128, fromZero: bool): v128 {
  const over = fromZero ? y : f32x4.sub(y, lows), position = f32x4.pmin(bins, f32x4.mul(f32x4.div(over, width), bins));
  if (fromZero) return whole(position);
  return i32x4.sub(i32x4.add(whole(f32x4.pmax(f32x4.splat(0), position)), f32x4.lt(y, lows)), i32x4.splat(-1));
}

/** Adds n elements, a multiple of 32, to the sums in scratch memory, and writes their slots there, in some order, and the largest. */
// @ts-ignore: decorator
@inline
function sumsAndSlots(at: usize, n: i32, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32, fromZero: bool): void {
  const keep = i32x4.splat(absolute ? 0x7fffffff : -1), less = f64x2.splat(-pivot), nought = f32x4.splat(0);
  const lows = f32x4.splat(low), width = f32x4.splat(high - low), all = f32x4.splat(<f32> bins), sums = scratch;
  let a = v128.load(sums), b = v128.load(sums, 16), c = v128.load(sums, SQUARES), d = v128.load(sums, SQUARES + 16);
  let e = f64x2.splat(0), f = e, g = e, h = e, i = v128.load(sums, ZEROS), j = v128.load(sums, ZEROS + 16), k = i32x4.splat(0), l = k;
  let sl: v128, su: v128, tl: v128, tu: v128, p: v128, q: v128, r: v128, t: v128;
  // Neighbouring vectors are treated alike, one after the other, so that engines can join them.
  for (let to = scratch + SLOTS, end = to + n; to < end; to += 32, at += 128) {
    const x0 = v128.load(at), x1 = v128.load(at, 16), x2 = v128.load(at, 32), x3 = v128.load(at, 48);
    const x4 = v128.load(at, 64), x5 = v128.load(at, 80), x6 = v128.load(at, 96), x7 = v128.load(at, 112);
    sl = lowerHalves(x0), tl = lowerHalves(x1), su = upperHalves(x0), tu = upperHalves(x1);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less), r = lastPlus(sl, su, less), t = lastPlus(tl, tu, less);
    a = f64x2.add(a, p), b = f64x2.add(b, q), c = madd64(p, p, c), d = madd64(q, q, d);
    e = f64x2.add(e, r), f = f64x2.add(f, t), g = madd64(r, r, g), h = madd64(t, t, h);
    i = i32x4.sub(i, f32x4.eq(x0, nought)), j = i32x4.sub(j, f32x4.eq(x1, nought));
    sl = lowerHalves(x2), tl = lowerHalves(x3), su = upperHalves(x2), tu = upperHalves(x3);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less), r = lastPlus(sl, su, less), t = lastPlus(tl, tu, less);
    a = f64x2.add(a, p), b = f64x2.add(b, q), c = madd64(p, p, c), d = madd64(q, q, d);
    e = f64x2.add(e, r), f = f64x2.add(f, t), g = madd64(r, r, g), h = madd64(t, t, h);
    i = i32x4.sub(i, f32x4.eq(x2, nought)), j = i32x4.sub(j, f32x4.eq(x3, nought));
    sl = lowerHalves(x4), tl = lowerHalves(x5), su = upperHalves(x4), tu = upperHalves(x5);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less), r = lastPlus(sl, su, less), t = lastPlus(tl, tu, less);
    a = f64x2.add(a, p), b = f64x2.add(b, q), c = madd64(p, p, c), d = madd64(q, q, d);
    e = f64x2.add(e, r), f = f64x2.add(f, t), g = madd64(r, r, g), h = madd64(t, t, h);
    i = i32x4.sub(i, f32x4.eq(x4, nought)), j = i32x4.sub(j, f32x4.eq(x5, nought));
    sl = lowerHalves(x6), tl = lowerHalves(x7), su = upperHalves(x6), tu = upperHalves(x7);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less), r = lastPlus(sl, su, less), t = lastPlus(tl, tu, less);
    a = f64x2.add(a, p), b = f64x2.add(b, q), c = madd64(p, p, c), d = madd64(q, q, d);
    e = f64x2.add(e, r), f = f64x2.add(f, t), g = madd64(r, r, g), h = madd64(t, t, h);
    i = i32x4.sub(i, f32x4.eq(x6, nought)), j = i32x4.sub(j, f32x4.eq(x7, nought));
    const s0 = slotsOf(v128.and(x0, keep), lows, width, all, fromZero), s1 = slotsOf(v128.and(x1, keep), lows, width, all, fromZero);
    const s2 = slotsOf(v128.and(x2, keep), lows, width, all, fromZero), s3 = slotsOf(v128.and(x3, keep), lows, width, all, fromZero);
    const s4 = slotsOf(v128.and(x4, keep), lows, width, all, fromZero), s5 = slotsOf(v128.and(x5, keep), lows, width, all, fromZero);
    const s6 = slotsOf(v128.and(x6, keep), lows, width, all, fromZero), s7 = slotsOf(v128.and(x7, keep), lows, width, all, fromZero);
    const m0 = i16x8.narrow_i32x4_s(s0, s2), m1 = i16x8.narrow_i32x4_s(s1, s3);
    const m2 = i16x8.narrow_i32x4_s(s4, s6), m3 = i16x8.narrow_i32x4_s(s5, s7);
    const n0 = i8x16.narrow_i16x8_u(m0, m2), n1 = i8x16.narrow_i16x8_u(m1, m3);
    k = i8x16.max_u(k, n0);
    l = i8x16.max_u(l, n1);
    v128.store(to, n0);
    v128.store(to, n1, 16);
  }
  a = f64x2.add(a, e);
  b = f64x2.add(b, f);
  c = f64x2.add(c, g);
  d = f64x2.add(d, h);
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, SQUARES);
  v128.store(sums, d, SQUARES + 16);
  v128.store(sums, i, ZEROS);
  v128.store(sums, j, ZEROS + 16);
  v128.store(sums, i8x16.max_u(k, l), PLACES);
}

function slotsOfAny(at: usize, n: i32, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  sumsAndSlots(at, n, pivot, absolute, low, high, bins, false);
}

/** The same for |x| from 0 on: no element is below, and slots begin with the first bin. */
function slotsFromZero(at: usize, n: i32, pivot: f64, high: f32, bins: i32): void {
  sumsAndSlots(at, n, pivot, true, 0, high, bins, true);
}

/** Counts the n slots that stand in scratch memory: six at a time, as many as registers hold counters of. */
function countSlots(n: i32, counts: usize): void {
  let most = 0;
  for (let i: usize = 0; i < 16; i++) most = max(most, <i32> load<u8>(scratch + PLACES + i));
  for (let slot = 0; slot <= most; slot += 6, counts += 6 * 16) {
    const zero = i8x16.splat(0), s = i8x16.splat(<i8> slot), t = i8x16.splat(<i8> (slot + 1)), u = i8x16.splat(<i8> (slot + 2));
    const v = i8x16.splat(<i8> (slot + 3)), w = i8x16.splat(<i8> (slot + 4)), z = i8x16.splat(<i8> (slot + 5));
    let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero, i = zero, j = zero, k = zero, l = zero;
    for (let at = scratch + SLOTS, end = at + n; at < end; at += 32) {
      const x = v128.load(at), y = v128.load(at, 16);
      a = i8x16.sub(a, i8x16.eq(x, s));
      b = i8x16.sub(b, i8x16.eq(y, s));
      c = i8x16.sub(c, i8x16.eq(x, t));
      d = i8x16.sub(d, i8x16.eq(y, t));
      e = i8x16.sub(e, i8x16.eq(x, u));
      f = i8x16.sub(f, i8x16.eq(y, u));
      g = i8x16.sub(g, i8x16.eq(x, v));
      h = i8x16.sub(h, i8x16.eq(y, v));
      i = i8x16.sub(i, i8x16.eq(x, w));
      j = i8x16.sub(j, i8x16.eq(y, w));
      k = i8x16.sub(k, i8x16.eq(x, z));
      l = i8x16.sub(l, i8x16.eq(y, z));
    }
    const to = scratch + TALLIES;
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    v128.store(to, e, 64);
    v128.store(to, f, 80);
    v128.store(to, g, 96);
    v128.store(to, h, 112);
    v128.store(to, i, 128);
    v128.store(to, j, 144);
    v128.store(to, k, 160);
    v128.store(to, l, 176);
    for (let m = 0; m < min(6, most + 1 - slot); m++) addBytes(counts + (<usize> m << 4), to + (<usize> m << 5));
  }
}

/** Adds 32 counts of a byte each to the four of a slot. */
// @ts-ignore: decorator
@inline
function addBytes(to: usize, from: usize): void {
  const a = v128.load(from), b = v128.load(from, 16);
  const eight = i16x8.add(i16x8.extadd_pairwise_i8x16_u(a), i16x8.extadd_pairwise_i8x16_u(b));
  v128.store(to, i32x4.add(v128.load(to), i32x4.extadd_pairwise_i16x8_u(eight)));
}

/** Adds n elements, a multiple of four, to the sums in scratch memory, and counts them, four at a time. */
export function countLanes(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const keep = i32x4.splat(absolute ? 0x7fffffff : -1), less = f64x2.splat(-pivot), to = scratch + PLACES;
  const lows = f32x4.splat(low), width = f32x4.splat(high - low), all = f32x4.splat(<f32> bins);
  const first = i32x4.add(i32x4.splat(<i32> counts), i32x4(0, 4, 8, 12)), sums = scratch;
  let a = v128.load(sums), c = v128.load(sums, SQUARES), e = v128.load(sums, ZEROS);
  for (const end = at + (<usize> n << 2); at < end; at += 16) {
    const x = v128.load(at), lower = lowerHalves(x), upper = upperHalves(x);
    const p = firstPlus(lower, upper, less), q = lastPlus(lower, upper, less);
    a = f64x2.add(f64x2.add(a, p), q);
    c = madd64(q, q, madd64(p, p, c));
    e = i32x4.sub(e, f32x4.eq(x, f32x4.splat(0)));
    // By way of memory: taking lanes out of a vector costs more.
    v128.store(to, i32x4.add(i32x4.shl(slotsOf(v128.and(x, keep), lows, width, all, false), 4), first));
    raise(load<usize>(to));
    raise(load<usize>(to, 4));
    raise(load<usize>(to, 8));
    raise(load<usize>(to, 12));
  }
  v128.store(sums, a);
  v128.store(sums, c, SQUARES);
  v128.store(sums, e, ZEROS);
}

// @ts-ignore: decorator
@inline
function raise(at: usize): void {
  store<i32>(at, load<i32>(at) + 1);
}
