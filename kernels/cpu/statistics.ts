// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Mean, standard deviation and counts of a tensor in one read of it.
 *
 * Moments are 64-bit sums of x − pivot and of its square, the pivot being a chunk's first element: it is off the mean by at most √n standard
 * deviations, so the subtraction Σd² − (Σd)²/n loses at most log₂ n of 53 bits, wherever the mean lies.
 *
 * All that lies at the upper edge or beyond it, infinite or NaN, is counted above at first: only if there is any are the elements looked at again.
 *
 * A chunk's partial result in the scratch value: its sum, its squares about its own mean, and how many elements it has (f64), then the counts. It
 * is made by a command of its own, or by the one that makes the elements, of each chunk while that is in the cache.
 */
import { scratch } from "./command";
import { StatisticsCommand, StatisticsPartsCommand } from "./layouts";
import { LARGE } from "./moment_sums";
import { countCompared, countLanes, MOST_COMPARED } from "./statistics_counts";
import { BLOCK, FREE, PLACES, SQUARES, ZEROS } from "./statistics_places";
import { gather } from "./strided";

const COUNTS: usize = 32;
/** Slots beside the bins: below, above, zeros, nonFinite. */
const BESIDE = 4;

/** Σd and Σd² of this thread's chunk so far. */
let sum: f64 = 0, squares: f64 = 0;

/** Adds n elements in a row to the sums and to the counts at `counts`. */
function fold(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const above = counts + (<usize> (bins + 1) << 4), before = v128.load(above), end = at + (<usize> n << 2);
  memory.fill(scratch, 0, PLACES);
  let from = at;
  if (bins <= MOST_COMPARED) {
    countCompared(at, n & ~31, counts, pivot, absolute, low, high, bins);
    from += <usize> (n & ~31) << 2;
  }
  const inLanes = <i32> (end - from) >> 4 << 2;
  countLanes(from, inLanes, counts, pivot, absolute, low, high, bins);
  const largest = f64x2.max(v128.load(scratch, SQUARES), v128.load(scratch, SQUARES + 16));
  if (max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)) >= LARGE) sumExactly(at, n & ~3, pivot);
  let sumLow = v128.load(scratch), squaresLow = v128.load(scratch, SQUARES);
  let zeros = v128.load(scratch, ZEROS);
  for (from += <usize> inLanes << 2; from < end; from += 4) {
    const x = load<f32>(from), y = absolute ? abs(x) : x, d = <f64> x - pivot;
    sumLow = f64x2.add(sumLow, f64x2(d, 0));
    squaresLow = f64x2.add(squaresLow, f64x2(d * d, 0));
    if (x == 0) zeros = i32x4.add(zeros, i32x4(1, 0, 0, 0));
    const place = counts + (<usize> (y < low ? 0 : y - low < high - low ? binOf(y, low, high, bins) + 1 : bins + 1) << 4);
    store<i32>(place, load<i32>(place) + 1);
  }
  const sums = f64x2.add(sumLow, v128.load(scratch, 16));
  const squaresBoth = f64x2.add(squaresLow, v128.load(scratch, SQUARES + 16));
  const found = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  sum += found;
  squares += f64x2.extract_lane(squaresBoth, 0) + f64x2.extract_lane(squaresBoth, 1);
  const nothing = counts + (<usize> (bins + 2) << 4);
  v128.store(nothing, i32x4.add(v128.load(nothing), zeros));
  if (!isFinite(found) || v128.any_true(i32x4.ne(v128.load(above), before))) sortOut(at, n, counts, absolute, low, high, bins);
}

/** The bin of what is inside. */
// @ts-ignore: decorator
@inline
function binOf(y: f32, low: f32, high: f32, bins: i32): i32 {
  return min(<i32> ((y - low) / (high - low) * <f32> bins), bins - 1);
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

/** Counts those of n elements in a row where they belong that `fold` took for above, or below, and are not: at the upper edge, or not finite. */
function sortOut(start: usize, n: i32, counts: usize, absolute: bool, low: f32, high: f32, bins: i32): void {
  const end = start + (<usize> n << 2), width = high - low, keep = i32x4.splat(absolute ? 0x7fffffff : -1);
  const lows = f32x4.splat(low), widths = f32x4.splat(width), least = f32x4.splat(-Infinity);
  for (let at = start; at < end; at += 4) {
    if (end - at >= 16) {
      const x = v128.load(at), inside = f32x4.lt(f32x4.sub(v128.and(x, keep), lows), widths);
      if (i32x4.all_true(v128.andnot(inside, f32x4.eq(x, least)))) {
        at += 12;
        continue;
      }
    }
    const x = load<f32>(at), y = absolute ? abs(x) : x;
    // Lanes are added up in the end: which of them a count is taken from does not matter.
    if (!isFinite(x)) move(counts, y < low ? 0 : bins + 1, bins + 3);
    else if (y <= high && !(y - low < width)) move(counts, bins + 1, bins);
  }
}

function move(counts: usize, from: i32, to: i32): void {
  const a = counts + (<usize> from << 4), b = counts + (<usize> to << 4);
  store<i32>(a, load<i32>(a) - 1);
  store<i32>(b, load<i32>(b) + 1);
}

export function statistics(command: usize, chunk: i32): void {
  const cmd = changetype<StatisticsCommand>(command), first = chunk * cmd.size;
  statisticsOf(command, chunk, first, min(cmd.total, first + cmd.size));
}

/** The partial result number `part`: of the elements `first` … `last`. */
export function statisticsOf(command: usize, part: i32, first: i32, last: i32): void {
  const cmd = changetype<StatisticsCommand>(command);
  const input = cmd.input, bins = cmd.bins, absolute = cmd.absolute, rank = cmd.rank;
  const low = <f32> cmd.min, high = <f32> cmd.max;
  const partial = cmd.scratch + <usize> cmd.partials + <usize> part * <usize> cmd.bytes;
  const counts = partial + COUNTS;
  memory.fill(counts, 0, <usize> (bins + BESIDE) << 4);
  sum = 0;
  squares = 0;
  let pivot: f64 = 0;
  for (let i = first; i < last;) {
    let at = input + (<usize> i << 2), n = last - i;
    if (rank > 0) {
      n = min(n, BLOCK);
      at = scratch + FREE;
      gather(at, input, n, i, rank, cmd.shape, cmd.strides);
    }
    // An infinite pivot would turn a sum that is infinite into NaN.
    if (i == first && isFinite(load<f32>(at))) pivot = <f64> load<f32>(at);
    fold(at, n, counts, pivot, absolute, low, high, bins);
    i += n;
  }
  addLanes(counts, bins + BESIDE);
  const n = <f64> (last - first);
  store<f64>(partial, sum + n * pivot);
  // Of equal elements the difference may come out below 0; NaN stays.
  store<f64>(partial, max(0, squares - sum * sum / n), 8);
  store<f64>(partial, n, 16);
}

/** Each slot's count in place of its four lanes, one after the other: less for the thread to read that puts the chunks together. */
function addLanes(counts: usize, slots: i32): void {
  for (let to = counts, end = counts + (<usize> slots << 2); to < end; to += 4, counts += 16) {
    store<i32>(to, load<i32>(counts) + load<i32>(counts, 4) + load<i32>(counts, 8) + load<i32>(counts, 12));
  }
}

export function statisticsParts(command: usize, chunk: i32): void {
  const cmd = changetype<StatisticsPartsCommand>(command);
  const total = cmd.total, bins = cmd.bins, parts = cmd.parts;
  const output = cmd.output, from = cmd.scratch + <usize> cmd.partials;
  const bytes = <usize> cmd.bytes;
  let all: f64 = 0, about: f64 = 0;
  for (let part = 0; part < parts; part++) all += load<f64>(from + <usize> part * bytes);
  const mean = all / <f64> total;
  for (let part = 0; part < parts; part++) {
    const at = from + <usize> part * bytes, n = load<f64>(at, 16), off = load<f64>(at) / n - mean;
    about += load<f64>(at, 8) + n * off * off;
  }
  store<f32>(output, <f32> mean);
  store<f32>(output, <f32> sqrt(about / <f64> (total - 1)), 4);
  // Four slots at a time: what is read behind the last of them are lanes that were added up, and nobody uses their sums.
  for (let slot = 0; slot < bins + BESIDE; slot += 4) {
    let four = i32x4.splat(0);
    for (let part = 0, at = from + COUNTS + (<usize> slot << 2); part < parts; part++, at += bytes) {
      four = i32x4.add(four, v128.load(at));
    }
    v128.store(scratch, four);
    for (let i = slot; i < min(slot + 4, bins + BESIDE); i++) {
      // The output is [mean, std, below, above, zeros, nonFinite, …bins].
      const place = i == 0 ? 2 : i > bins ? i - bins + 2 : i + BESIDE + 1;
      store<f32>(output + (<usize> place << 2), <f32> load<i32>(scratch + (<usize> (i - slot) << 2)));
    }
  }
}
