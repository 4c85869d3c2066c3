// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Histograms; and mean, standard deviation and counts of a tensor in one read of it.
 *
 * Moments are 64-bit sums of x − pivot and of its square, the pivot being a chunk's first element: it is off the mean by at most √n standard
 * deviations, so the subtraction Σd² − (Σd)²/n loses at most log₂ n of 53 bits, wherever the mean lies.
 *
 * Each lane of a vector counts in a table of its own. Neighbouring elements often fall in one bin (zeros after a ReLU), and an increment that
 * waits for the one before it is slow. The four tables are interleaved, so that a bin's counts are one vector:
 * [below, …bins, above, zeros, nonFinite] × 4.
 *
 * What is not finite shows in the sum, which then is not finite either: only then are the elements looked at again, and moved from the slots
 * that the comparisons put them in.
 *
 * A chunk's partial result in the scratch value: its sum and its squares about its own mean (f64), then the counts.
 */
import { scratch } from "./command";
import { HistogramCommand, HistogramPartsCommand, StatisticsCommand, StatisticsPartsCommand } from "./layouts";
import { at32 } from "./shape";
import { gather } from "./strided";

/** Elements of a strided view that are gathered at once. */
const BLOCK = 2048;
const COUNTS: usize = 16;
/** Slots beside the bins: below, above, zeros, nonFinite. */
const BESIDE = 4;

/** Σd and Σd² of this thread's chunk so far. */
let sum: f64 = 0, squares: f64 = 0;

/** Adds n elements in a row to the sums and to the counts at `counts`. */
function fold(at: usize, n: i32, counts: usize, pivot: f64, absolute: bool, low: f32, high: f32, bins: i32): void {
  const start = at, whole = at + (<usize> (n & ~3) << 2), end = at + (<usize> n << 2);
  const keep = i32x4.splat(absolute ? 0x7fffffff : -1), pivots = f64x2.splat(pivot);
  const lows = f32x4.splat(low), highs = f32x4.splat(high), width = f32x4.splat(high - low);
  const factor = f32x4.splat(<f32> bins), top = f32x4.splat(<f32> (bins - 1)), zero = f32x4.splat(0);
  const first = i32x4.splat(<i32> counts + 16);
  const spill = scratch; // 16 bytes, before what was gathered
  let sumLow = f64x2.splat(0), sumHigh = sumLow, squaresLow = sumLow, squaresHigh = sumLow, zeros = i32x4.splat(0);
  for (; at < whole; at += 16) {
    const x = v128.load(at);
    const lowHalf = f64x2.sub(f64x2.promote_low_f32x4(x), pivots);
    const highHalf = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)), pivots);
    sumLow = f64x2.add(sumLow, lowHalf);
    sumHigh = f64x2.add(sumHigh, highHalf);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(lowHalf, lowHalf));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(highHalf, highHalf));
    zeros = i32x4.sub(zeros, f32x4.eq(x, zero));
    const y = v128.and(x, keep);
    const position = f32x4.mul(f32x4.div(f32x4.sub(y, lows), width), factor);
    // What lies outside is put in the outermost bins, then moved on by its comparison, which is −1. NaN becomes the last bin.
    const bin = i32x4.relaxed_trunc_f32x4_s(f32x4.pmax(zero, f32x4.pmin(top, position)));
    const slot = i32x4.sub(i32x4.add(bin, f32x4.lt(y, lows)), f32x4.gt(y, highs));
    const place = i32x4.add(i32x4.shl(slot, 4), first);
    // By way of memory: taking lanes out of a vector costs more.
    v128.store(spill, place);
    const place0 = load<usize>(spill), place1 = load<usize>(spill, 4), place2 = load<usize>(spill, 8);
    const place3 = load<usize>(spill, 12);
    store<i32>(place0, load<i32>(place0) + 1);
    store<i32>(place1, load<i32>(place1, 4) + 1, 4);
    store<i32>(place2, load<i32>(place2, 8) + 1, 8);
    store<i32>(place3, load<i32>(place3, 12) + 1, 12);
  }
  for (; at < end; at += 4) {
    const x = load<f32>(at), y = absolute ? abs(x) : x, d = <f64> x - pivot;
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
  const sums = f64x2.add(sumLow, sumHigh), squaresBoth = f64x2.add(squaresLow, squaresHigh);
  const found = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  sum += found;
  squares += f64x2.extract_lane(squaresBoth, 0) + f64x2.extract_lane(squaresBoth, 1);
  const nothing = counts + (<usize> (bins + 2) << 4);
  v128.store(nothing, i32x4.add(v128.load(nothing), zeros));
  if (!isFinite(found)) moveNonFinite(start, n, counts, absolute, bins);
}

/** Moves the n elements in a row that are not finite out of the slots that `fold` counted them in: NaN the last bin, infinities the outermost. */
function moveNonFinite(start: usize, n: i32, counts: usize, absolute: bool, bins: i32): void {
  const end = start + (<usize> n << 2);
  const last = counts + (<usize> bins << 4), other = counts + (<usize> (bins + 3) << 4);
  for (let at = start; at < end; at += 4) {
    const x = load<f32>(at);
    if (isFinite(x)) continue;
    const from = x != x ? last : x > 0 || absolute ? last + 16 : counts;
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
      at = scratch + 16;
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

/** Counts of one chunk, in int32 in the scratch value; histogramParts adds the chunks. NaN is in no bin. */
export function histogram(command: usize, chunk: i32): void {
  const cmd = changetype<HistogramCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const input = cmd.input, bins = cmd.bins, rank = cmd.rank, shape = cmd.shape;
  const strides = cmd.strides, low = <f32> cmd.min, high = <f32> cmd.max;
  const counts = cmd.scratch + <usize> cmd.partials + (<usize> (chunk * bins) << 2);
  memory.fill(counts, 0, <usize> bins << 2);
  const inner = at32(shape, rank - 1), stride = at32(strides, rank - 1), count = <f32> bins, width = high - low;
  let i = first;
  while (i < last) {
    let rest = i, offset = 0;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const n = at32(shape, axis), next = rest / n;
      offset += (rest - next * n) * at32(strides, axis);
      rest = next;
    }
    const run = min(last - i, inner - i % inner);
    let from = input + (<usize> offset << 2);
    for (let k = 0; k < run; k++, from += <usize> stride << 2) {
      const x = load<f32>(from);
      if (!(x >= low && x <= high)) continue;
      const bin = min(<i32> ((x - low) / width * count), bins - 1), at = counts + (<usize> bin << 2);
      store<i32>(at, load<i32>(at) + 1);
    }
    i += run;
  }
}

export function histogramParts(command: usize, chunk: i32): void {
  const cmd = changetype<HistogramPartsCommand>(command);
  const bins = cmd.bins, parts = cmd.parts, output = cmd.output;
  const counts = cmd.scratch + <usize> cmd.partials;
  for (let bin = 0; bin < bins; bin++) {
    let total = 0;
    for (let part = 0; part < parts; part++) total += at32(counts, part * bins + bin);
    store<f32>(output + (<usize> bin << 2), <f32> total);
  }
}
