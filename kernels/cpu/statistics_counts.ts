// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The loops behind statistics: sums of elements in a row, and counts of the slots that they belong in.
 *
 * Where a byte can hold an element's slot, the slots of a block are written side by side, and each slot up to the largest that was met is counted
 * by comparing them with it, 32 at a time: no counter waits for the one before, however often the same slot comes (zeros after a ReLU), and slots
 * that are not met cost nothing. Of more bins, and of the few elements that fill no vector of bytes, each lane of a vector counts in a table of its
 * own. The four tables are interleaved, so that a slot's counts are one vector: [below, …bins, above, zeros, nonFinite] × 4.
 *
 * Sums (moment_sums.ts), slots and counts are loops of their own: in one, what V8 joins to longer vectors would not fit into the registers.
 */
import { scratch } from "./command";
import { addMoments } from "./moment_sums";
import { madd64 } from "./relaxed";
import { BLOCK, PLACES, SLOTS, SQUARES, TALLIES, ZEROS } from "./statistics_places";
import { fourSlots, LARGEST, writeSlots } from "./statistics_slots";
import { firstPlus, lastPlus, lowerHalves, upperHalves } from "./widen";

/**
 * So many numbers take about as long in a round of six slots as one that is counted by itself. Measured: with 8 to 32, blocks whose numbers thin out
 * slowly take up to a fifth longer than in rounds alone; from 48 on, none does by more than 2 %, and those with a few far numbers take a third less.
 */
const FEW = 64;

/** Most bins that are counted by comparing. */
export const MOST_COMPARED = 62;

/** Adds n elements, a multiple of 32, to the sums in scratch memory and to the counts. */
export function countCompared(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const slots = absolute && low == 0 ? counts + 16 : counts;
  for (let block = 0; n > 0; n -= BLOCK, at += BLOCK << 2) {
    block = min(BLOCK, n);
    addMoments(scratch, at, block, pivot);
    writeSlots(at, block, absolute, low, high - low, bins);
    addBytes(scratch + ZEROS, scratch + TALLIES);
    countSlots(block, slots);
  }
}

/**
 * Counts the n slots that stand in scratch memory: six at a time, as many as registers hold counters of. A few numbers that lie far from the others
 * would take many rounds: they are counted one by one.
 */
function countSlots(n: i32, counts: usize): void {
  let most = 0, left = n;
  for (let i: usize = 0; i < 32; i++) most = max(most, <i32> load<u8>(scratch + LARGEST + i));
  for (let slot = 0; slot <= most; slot += 6, counts += 6 * 16) {
    if (left * FEW <= n * ((most - slot) / 6 + 1)) return countFew(n, counts, slot);
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
    for (let m = 0; m < min(6, most + 1 - slot); m++) left -= addBytes(counts + (<usize> m << 4), to + (<usize> m << 5));
  }
}

/** Counts those of the n slots in scratch memory that are `first` or larger. */
function countFew(n: i32, counts: usize, first: i32): void {
  const less = i8x16.splat(<i8> (first - 1));
  for (let at = scratch + SLOTS, end = at + n; at < end; at += 32) {
    const x = i8x16.gt_s(v128.load(at), less), y = i8x16.gt_s(v128.load(at, 16), less);
    if (!v128.any_true(v128.or(x, y))) continue;
    for (let found = i8x16.bitmask(x) | i8x16.bitmask(y) << 16; found != 0; found &= found - 1) {
      raise(counts + (<usize> (<i32> load<u8>(at + <usize> ctz(found)) - first) << 4));
    }
  }
}

/** Adds 32 counts of a byte each to the four of a slot. @returns their sum */
// @ts-ignore: decorator
@inline
function addBytes(to: usize, from: usize): i32 {
  const a = v128.load(from), b = v128.load(from, 16);
  const eight = i16x8.add(i16x8.extadd_pairwise_i8x16_u(a), i16x8.extadd_pairwise_i8x16_u(b));
  const four = i32x4.extadd_pairwise_i16x8_u(eight);
  v128.store(to, i32x4.add(v128.load(to), four));
  return i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1) + i32x4.extract_lane(four, 2) + i32x4.extract_lane(four, 3);
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
    v128.store(to, i32x4.add(i32x4.shl(fourSlots(v128.and(x, keep), lows, width, all), 4), first));
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
