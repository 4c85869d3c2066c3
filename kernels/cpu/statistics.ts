// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Mean, standard deviation and counts of a tensor in one read of it.
 *
 * Moments are 64-bit sums of x − pivot and of its square, the pivot being a chunk's first element: it is off the mean by at most √n standard
 * deviations, so the subtraction Σd² − (Σd)²/n loses at most log₂ n of 53 bits, wherever the mean lies.
 *
 * Each lane of a vector counts in a table of its own. Neighbouring elements often fall in one bin (zeros after a ReLU), and an increment that
 * waits for the one before it is slow. The four tables are interleaved, so that a bin's counts are one vector:
 * [below, …bins, above, zeros, nonFinite] × 4. Of many elements two neighbours are counted at once, in a table with a row for each slot of the
 * second and a column for each of the first; its rows and columns are added to the counts in the end.
 *
 * What is not finite shows in the sum, which then is not finite either: only then are the elements looked at again, and moved from the slots
 * that the comparisons put them in.
 *
 * A chunk's partial result in the scratch value: its sum and its squares about its own mean (f64), then the counts.
 */
import { scratch } from "./command";
import { StatisticsCommand, StatisticsPartsCommand } from "./layouts";
import { whole } from "./relaxed";
import { gather } from "./strided";
import { highPlus, lowPlus } from "./widen";

/** Elements of a strided view that are gathered at once. */
const BLOCK = 2048;
const COUNTS: usize = 16;
/** In scratch memory: the sums of `fold`, four lanes each; its zeros, eight; where eight elements are counted; four tables of pairs; what was gathered. */
const SQUARES: usize = 32;
const ZEROS: usize = 64;
const PLACES: usize = 128;
const TABLES: usize = PLACES + 64;
/** Counters in a row of a table, two bytes each: the slots of a pair's first element; a row a slot of its second. */
const ROW_BITS = 6;
const ROW = 1 << ROW_BITS;
const TABLE_BYTES: usize = 2 << (2 * ROW_BITS);
const GATHERED: usize = TABLES + 4 * TABLE_BYTES;
/** Elements from which on counting by pairs is worth its tables, and how many tables can hold. */
const PAIRED = 8192;
const MOST_PAIRED = 65536;
/** A sum of squares that none of |x| < 2⁹⁵ reaches, and every one with what `lowPlus` gives for a number that is not finite. */
const LARGE: f64 = 1.5692754338466701e57;
/** Slots beside the bins: below, above, zeros, nonFinite. */
const BESIDE = 4;

/** Σd and Σd² of this thread's chunk so far. */
let sum: f64 = 0, squares: f64 = 0;

/** Adds n elements in a row to the sums and to the counts at `counts`. */
function fold(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const inPairs = n >= PAIRED && bins + 2 <= ROW, last = n & ~3;
  memory.fill(scratch, 0, PLACES);
  if (!inPairs) countLanes(at, last, counts, pivot, absolute, low, high, bins);
  for (let done = 0; inPairs && done < last; done += MOST_PAIRED) {
    const from = at + (<usize> done << 2), count = min(MOST_PAIRED, last - done);
    clearPairs(bins + 2);
    if (absolute && low == 0) countPairsFromZero(from, count, pivot, high, bins);
    else countPairs(from, count, pivot, absolute, low, high, bins);
    addPairs(counts, bins + 2);
  }
  const largest = f64x2.max(v128.load(scratch, SQUARES), v128.load(scratch, SQUARES + 16));
  if (max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)) >= LARGE) sumExactly(at, last, pivot);
  let sumLow = v128.load(scratch), squaresLow = v128.load(scratch, SQUARES);
  let zeros = i32x4.add(v128.load(scratch, ZEROS), v128.load(scratch, ZEROS + 16));
  for (let i = last; i < n; i++) {
    const x = load<f32>(at + (<usize> i << 2)), y = absolute ? abs(x) : x, d = <f64> x - pivot;
    sumLow = f64x2.add(sumLow, f64x2(d, 0));
    squaresLow = f64x2.add(squaresLow, f64x2(d * d, 0));
    if (x == 0) zeros = i32x4.add(zeros, i32x4(1, 0, 0, 0));
    let slot = bins;
    if (y < low) slot = 0;
    else if (y > high) slot = bins + 1;
    else if (y == y) slot = min(<i32> ((y - low) / (high - low) * <f32> bins), bins - 1) + 1;
    const place = counts + (<usize> slot << 4);
    store<i32>(place, load<i32>(place) + 1);
  }
  const sums = f64x2.add(sumLow, v128.load(scratch, 16));
  const squaresBoth = f64x2.add(squaresLow, v128.load(scratch, SQUARES + 16));
  const found = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  sum += found;
  squares += f64x2.extract_lane(squaresBoth, 0) + f64x2.extract_lane(squaresBoth, 1);
  const nothing = counts + (<usize> (bins + 2) << 4);
  v128.store(nothing, i32x4.add(v128.load(nothing), zeros));
  if (!isFinite(found)) moveNonFinite(at, n, counts, absolute, bins);
}

/**
 * Adds n elements, a multiple of four, to the sums in scratch memory, and counts them: two vectors at a time, for engines that join them.
 *
 * @param first where slot 0 of each lane of the first vector is, and `second` of the second; of a pair, in the first word of the two
 * @param fromZero the elements are counted as they are without sign, and slots begin with 0
 */
// @ts-ignore: decorator
@inline
function countAll(
  at: usize, n: i32, first: v128, second: v128, inPairs: bool, fromZero: bool, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32,
): void {
  const keep = i32x4.splat(absolute ? 0x7fffffff : -1), less = f64x2.splat(-pivot);
  const lows = f32x4.splat(low), highs = f32x4.splat(high), width = f32x4.splat(high - low);
  const factor = f32x4.splat(<f32> bins), top = f32x4.splat(<f32> (bins - 1)), zero = f32x4.splat(0);
  const to = scratch + PLACES;
  let a = v128.load(scratch), b = v128.load(scratch, 16), c = v128.load(scratch, SQUARES), d = v128.load(scratch, SQUARES + 16);
  let e = v128.load(scratch, ZEROS), f = v128.load(scratch, ZEROS + 16);
  for (; n >= 8; n -= 8, at += 32) {
    const x = v128.load(at), y = v128.load(at, 16);
    const x0 = lowPlus(x, less), x1 = highPlus(x, less), y0 = lowPlus(y, less), y1 = highPlus(y, less);
    a = f64x2.add(f64x2.add(a, x0), y0);
    b = f64x2.add(f64x2.add(b, x1), y1);
    c = f64x2.add(f64x2.add(c, f64x2.mul(x0, x0)), f64x2.mul(y0, y0));
    d = f64x2.add(f64x2.add(d, f64x2.mul(x1, x1)), f64x2.mul(y1, y1));
    e = i32x4.sub(e, f32x4.eq(x, zero));
    f = i32x4.sub(f, f32x4.eq(y, zero));
    const p = placeOf(v128.and(x, keep), lows, highs, width, factor, top, first, inPairs, fromZero);
    const q = placeOf(v128.and(y, keep), lows, highs, width, factor, top, second, inPairs, fromZero);
    // By way of memory: taking lanes out of a vector costs more.
    v128.store(to, p);
    v128.store(to, q, 16);
    raise(to, inPairs);
    raise(to + 16, inPairs);
  }
  const sums = scratch;
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, SQUARES);
  v128.store(sums, d, SQUARES + 16);
  v128.store(sums, e, ZEROS);
  v128.store(sums, f, ZEROS + 16);
  if (n == 0) return;
  const x = v128.load(at), x0 = lowPlus(x, less), x1 = highPlus(x, less);
  v128.store(sums, f64x2.add(a, x0));
  v128.store(sums, f64x2.add(b, x1), 16);
  v128.store(sums, f64x2.add(c, f64x2.mul(x0, x0)), SQUARES);
  v128.store(sums, f64x2.add(d, f64x2.mul(x1, x1)), SQUARES + 16);
  v128.store(sums, i32x4.sub(e, f32x4.eq(x, zero)), ZEROS);
  v128.store(to, placeOf(v128.and(x, keep), lows, highs, width, factor, top, first, inPairs, fromZero));
  raise(to, inPairs);
}

/** Where four elements are counted; of a pair, in the first word of the two. */
// @ts-ignore: decorator
@inline
function placeOf(
  y: v128, lows: v128, highs: v128, width: v128, factor: v128, top: v128, first: v128, inPairs: bool, fromZero: bool,
): v128 {
  const above = fromZero ? y : f32x4.sub(y, lows), position = f32x4.mul(f32x4.div(above, width), factor);
  // What lies outside is put in the outermost bins, then moved on by its comparison, which is −1. NaN becomes the last bin.
  const most = f32x4.pmin(top, position), bin = whole(fromZero ? most : f32x4.pmax(f32x4.splat(0), most));
  const within = fromZero ? bin : i32x4.sub(i32x4.add(bin, f32x4.lt(y, lows)), i32x4.splat(-1));
  const slot = i32x4.sub(within, f32x4.gt(y, highs));
  if (!inPairs) return i32x4.add(i32x4.shl(slot, 4), first);
  const counter = i32x4.shl(slot, 1); // of two bytes
  return i64x2.add(i64x2.add(counter, i64x2.shr_u(counter, 32 - ROW_BITS)), first);
}

/** Adds one to the four counters, or two of pairs, whose addresses stand at `places`. */
// @ts-ignore: decorator
@inline
function raise(places: usize, inPairs: bool): void {
  if (inPairs) {
    const a = load<usize>(places), b = load<usize>(places, 8);
    store<u16>(a, load<u16>(a) + 1);
    store<u16>(b, load<u16>(b) + 1);
    return;
  }
  const a = load<usize>(places), b = load<usize>(places, 4), c = load<usize>(places, 8), d = load<usize>(places, 12);
  store<i32>(a, load<i32>(a) + 1);
  store<i32>(b, load<i32>(b) + 1);
  store<i32>(c, load<i32>(c) + 1);
  store<i32>(d, load<i32>(d) + 1);
}

function countLanes(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const first = i32x4.add(i32x4.splat(<i32> counts), i32x4(0, 4, 8, 12));
  countAll(at, n, first, first, false, false, pivot, absolute, low, high, bins);
}

/** Pairs take turns with four tables: to raise a counter anew waits for the time before. */
function countPairs(at: usize, n: i32, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const start = i64x2.splat(<i64> (scratch + TABLES)), first = i64x2.add(start, i64x2(0, TABLE_BYTES));
  countAll(at, n, first, i64x2.add(start, i64x2(2 * TABLE_BYTES, 3 * TABLE_BYTES)), true, false, pivot, absolute, low, high, bins);
}

/** The same for |x| from 0 on: no element is below, so that slots begin with the first bin. */
function countPairsFromZero(at: usize, n: i32, pivot: f64, high: f32, bins: i32): void {
  const start = i64x2.splat(<i64> (scratch + TABLES + 2 * (ROW + 1))), first = i64x2.add(start, i64x2(0, TABLE_BYTES));
  countAll(at, n, first, i64x2.add(start, i64x2(2 * TABLE_BYTES, 3 * TABLE_BYTES)), true, true, pivot, true, 0, high, bins);
}

function clearPairs(slots: i32): void {
  const bytes = <usize> slots << (ROW_BITS + 1);
  for (let i: usize = 0; i < 4; i++) memory.fill(scratch + TABLES + i * TABLE_BYTES, 0, bytes);
}

/** Adds the pairs of all tables to the counts: each once in its row's slot, and once in its column's. */
function addPairs(counts: usize, slots: i32): void {
  const spill = scratch + PLACES;
  for (let column = 0; column < slots; column += 8) {
    let at = scratch + TABLES + (<usize> column << 1), row = counts, a = i32x4.splat(0), b = a;
    for (let i = 0; i < slots; i++, at += 2 * ROW, row += 16) {
      const half = i16x8.add(v128.load(at), v128.load(at, TABLE_BYTES));
      const eight = i16x8.add(half, i16x8.add(v128.load(at, 2 * TABLE_BYTES), v128.load(at, 3 * TABLE_BYTES)));
      a = i32x4.add(a, i32x4.extend_low_i16x8_u(eight));
      b = i32x4.add(b, i32x4.extend_high_i16x8_u(eight));
      v128.store(row, i32x4.add(v128.load(row), i32x4.extadd_pairwise_i16x8_u(eight)));
    }
    v128.store(spill, a);
    v128.store(spill, b, 16);
    for (let i = 0; i < min(8, slots - column); i++) {
      const to = counts + (<usize> (column + i) << 4);
      store<i32>(to, load<i32>(to) + load<i32>(spill + (<usize> i << 2)));
    }
  }
}

/** The sums of n elements, a multiple of four, again: also of those that are not finite. */
function sumExactly(at: usize, n: i32, pivot: f64): void {
  const pivots = f64x2.splat(pivot);
  let sumLow = f64x2.splat(0), sumHigh = sumLow, squaresLow = sumLow, squaresHigh = sumLow;
  for (; n > 0; n -= 4, at += 16) {
    const low = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), pivots);
    const high = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at, 8)), pivots);
    sumLow = f64x2.add(sumLow, low);
    sumHigh = f64x2.add(sumHigh, high);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(low, low));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(high, high));
  }
  v128.store(scratch, sumLow);
  v128.store(scratch, sumHigh, 16);
  v128.store(scratch, squaresLow, SQUARES);
  v128.store(scratch, squaresHigh, SQUARES + 16);
}

/** Moves the n elements in a row that are not finite out of the slots that `fold` counted them in: NaN the last bin, infinities the outermost. */
function moveNonFinite(start: usize, n: i32, counts: usize, absolute: bool, bins: i32): void {
  const end = start + (<usize> n << 2);
  const other = counts + (<usize> (bins + 3) << 4);
  for (let at = start; at < end; at += 4) {
    const x = load<f32>(at);
    if (isFinite(x)) continue;
    const slot: i32 = x != x ? bins : x > 0 || absolute ? bins + 1 : 0;
    const from = counts + (<usize> slot << 4);
    // Lanes are added up in the end: which of them a count is taken from does not matter.
    store<i32>(from, load<i32>(from) - 1);
    store<i32>(other, load<i32>(other) + 1);
  }
}

export function statistics(command: usize, chunk: i32): void {
  const cmd = changetype<StatisticsCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const input = cmd.input, bins = cmd.bins, absolute = cmd.absolute, rank = cmd.rank;
  const low = <f32> cmd.min, high = <f32> cmd.max;
  const partial = cmd.scratch + <usize> cmd.partials + <usize> chunk * <usize> cmd.bytes;
  const counts = partial + COUNTS;
  memory.fill(counts, 0, <usize> (bins + BESIDE) << 4);
  sum = 0;
  squares = 0;
  let pivot: f64 = 0;
  for (let i = first; i < last;) {
    let at = input + (<usize> i << 2), n = last - i;
    if (rank > 0) {
      n = min(n, BLOCK);
      at = scratch + GATHERED;
      gather(at, input, n, i, rank, cmd.shape, cmd.strides);
    }
    // An infinite pivot would turn a sum that is infinite into NaN.
    if (i == first && isFinite(load<f32>(at))) pivot = <f64> load<f32>(at);
    fold(at, n, counts, pivot, absolute, low, high, bins);
    i += n;
  }
  const n = <f64> (last - first);
  store<f64>(partial, sum + n * pivot);
  // Of equal elements the difference may come out below 0; NaN stays.
  store<f64>(partial, max(0, squares - sum * sum / n), 8);
}

export function statisticsParts(command: usize, chunk: i32): void {
  const cmd = changetype<StatisticsPartsCommand>(command);
  const total = cmd.total, size = cmd.size, bins = cmd.bins, parts = cmd.parts;
  const output = cmd.output, from = cmd.scratch + <usize> cmd.partials;
  const bytes = <usize> cmd.bytes;
  let all: f64 = 0, about: f64 = 0;
  for (let part = 0; part < parts; part++) all += load<f64>(from + <usize> part * bytes);
  const mean = all / <f64> total;
  for (let part = 0; part < parts; part++) {
    const at = from + <usize> part * bytes, n = <f64> min(size, total - part * size), off = load<f64>(at) / n - mean;
    about += load<f64>(at, 8) + n * off * off;
  }
  store<f32>(output, <f32> mean);
  store<f32>(output, <f32> sqrt(about / <f64> (total - 1)), 4);
  for (let slot = 0; slot < bins + BESIDE; slot++) {
    let four = i32x4.splat(0);
    for (let part = 0; part < parts; part++) {
      four = i32x4.add(four, v128.load(from + <usize> part * bytes + COUNTS + (<usize> slot << 4)));
    }
    const count = i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1) + i32x4.extract_lane(four, 2) +
      i32x4.extract_lane(four, 3);
    // The output is [mean, std, below, above, zeros, nonFinite, …bins].
    const place = slot == 0 ? 2 : slot > bins ? slot - bins + 2 : slot + BESIDE + 1;
    store<f32>(output + (<usize> place << 2), <f32> count);
  }
}
