// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Two sums at once over reduced axes: for `moments` Σd and Σd² with d = x − pivot, for `normSums` Σg and Σg·x̂ with x̂ = (x − mean)·scale.
 *
 * Both are 64-bit. A pivot is a part's first element: it is off the mean by at most √n standard deviations, so the subtraction
 * Σd² − (Σd)²/n loses at most log₂ n of 53 bits, wherever the mean lies. The shape alone decides how a long reduction is cut into parts (see
 * reductions.ts); a part leaves its mean and squares about it, or its two sums, as a pair of f64 in the scratch value, and momentsParts merges
 * the pairs in their order.
 */
import { scratch } from "./command";
import { MomentsCommand, MomentsPartsCommand, NormSumsCommand } from "./layouts";
import { at32, offsetOf } from "./shape";

/** Columns handled at once. */
const TILE = 512;
/** In scratch memory: two sums a column (f64), then for moments a pivot (f64), for normSums mean and scale (f32). */
const SECOND: usize = TILE << 3;
const THIRD: usize = TILE << 4;
const FOURTH: usize = THIRD + (TILE << 2);
/** Bytes of rows that stay in the L1 cache while their columns are handled eight by eight. */
const NEAR = 16384;

// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, x: v128): void {
  v128.store(at, f64x2.add(v128.load(at), x));
}

/** Adds to eight numbers in a row. */
// @ts-ignore: decorator
@inline
function addEight(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  addTo(at, a);
  addTo(at + 16, b);
  addTo(at + 32, c);
  addTo(at + 48, d);
}

/** Adds both lanes of two vectors to the number at `at`. */
// @ts-ignore: decorator
@inline
function addLanes(at: usize, a: v128, b: v128): void {
  const both = f64x2.add(a, b);
  store<f64>(at, load<f64>(at) + f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
}

// @ts-ignore: decorator
@inline
function addOne(at: usize, a: f64, b: f64): void {
  store<f64>(at, load<f64>(at) + a);
  store<f64>(at, load<f64>(at, SECOND) + b, SECOND);
}

/** One output: n elements, `step` bytes apart. */
function momentsRun(at: usize, n: i32, step: usize): void {
  const pivot = load<f64>(scratch, THIRD), pivots = f64x2.splat(pivot);
  if (step == 4) {
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (; n >= 4; n -= 4, at += 16) {
      const x = v128.load(at), left = f64x2.sub(low(x), pivots), right = f64x2.sub(high(x), pivots);
      a = f64x2.add(a, left);
      b = f64x2.add(b, right);
      c = f64x2.add(c, f64x2.mul(left, left));
      d = f64x2.add(d, f64x2.mul(right, right));
    }
    addLanes(scratch, a, b);
    addLanes(scratch + SECOND, c, d);
  }
  let sum: f64 = 0, squares: f64 = 0;
  for (; n > 0; n--, at += step) {
    const d = <f64> load<f32>(at) - pivot;
    sum += d;
    squares += d * d;
  }
  addOne(scratch, sum, squares);
}

/** Whole rows of columns, `step` bytes apart. */
function momentsRows(at: usize, rows: i32, step: usize, columns: i32): void {
  let to = scratch, column = 0;
  for (; column + 8 <= columns; column += 8, at += 32, to += 64) {
    const p = v128.load(to, THIRD), q = v128.load(to, THIRD + 16);
    const r = v128.load(to, THIRD + 32), s = v128.load(to, THIRD + 48);
    let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let from = at, row = 0; row < rows; row++, from += step) {
      const x = v128.load(from), y = v128.load(from, 16);
      const x0 = f64x2.sub(low(x), p), x1 = f64x2.sub(high(x), q), y0 = f64x2.sub(low(y), r), y1 = f64x2.sub(high(y), s);
      a = f64x2.add(a, x0);
      b = f64x2.add(b, x1);
      c = f64x2.add(c, y0);
      d = f64x2.add(d, y1);
      e = f64x2.add(e, f64x2.mul(x0, x0));
      f = f64x2.add(f, f64x2.mul(x1, x1));
      g = f64x2.add(g, f64x2.mul(y0, y0));
      h = f64x2.add(h, f64x2.mul(y1, y1));
    }
    addEight(to, a, b, c, d);
    addEight(to + SECOND, e, f, g, h);
  }
  for (; column < columns; column++, at += 4, to += 8) {
    const pivot = load<f64>(to, THIRD);
    let sum: f64 = 0, squares: f64 = 0;
    for (let from = at, row = 0; row < rows; row++, from += step) {
      const d = <f64> load<f32>(from) - pivot;
      sum += d;
      squares += d * d;
    }
    addOne(to, sum, squares);
  }
}

/** One output: n elements of x and g, so many bytes apart. Products are rounded to 32 bits, as the pointwise half of a normalisation has them. */
function sumsRun(x: usize, g: usize, n: i32, step: usize, stepG: usize): void {
  const mean = load<f32>(scratch, THIRD), scale = load<f32>(scratch, FOURTH);
  if (step == 4 && stepG == 4) {
    const means = f32x4.splat(mean), scales = f32x4.splat(scale);
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (; n >= 4; n -= 4, x += 16, g += 16) {
      const gs = v128.load(g), products = f32x4.mul(gs, f32x4.mul(f32x4.sub(v128.load(x), means), scales));
      a = f64x2.add(a, low(gs));
      b = f64x2.add(b, high(gs));
      c = f64x2.add(c, low(products));
      d = f64x2.add(d, high(products));
    }
    addLanes(scratch, a, b);
    addLanes(scratch + SECOND, c, d);
  }
  let sum: f64 = 0, products: f64 = 0;
  for (; n > 0; n--, x += step, g += stepG) {
    const y = load<f32>(g);
    sum += <f64> y;
    products += <f64> (y * ((load<f32>(x) - mean) * scale));
  }
  addOne(scratch, sum, products);
}

/** Whole rows of columns of x, `step` bytes apart; those of g have columns `columnG` bytes apart. */
function sumsRows(x: usize, g: usize, rows: i32, step: usize, stepG: usize, columns: i32, columnG: usize): void {
  let to = scratch, narrow = scratch, column = 0;
  for (; columnG == 4 && column + 8 <= columns; column += 8, x += 32, g += 32, to += 64, narrow += 32) {
    const mean = v128.load(narrow, THIRD), mean4 = v128.load(narrow, THIRD + 16);
    const scale = v128.load(narrow, FOURTH), scale4 = v128.load(narrow, FOURTH + 16);
    let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, h = a, i = a;
    for (let from = x, fromG = g, row = 0; row < rows; row++, from += step, fromG += stepG) {
      const y = v128.load(fromG), y4 = v128.load(fromG, 16);
      const z = f32x4.mul(y, f32x4.mul(f32x4.sub(v128.load(from), mean), scale));
      const z4 = f32x4.mul(y4, f32x4.mul(f32x4.sub(v128.load(from, 16), mean4), scale4));
      a = f64x2.add(a, low(y));
      b = f64x2.add(b, high(y));
      c = f64x2.add(c, low(y4));
      d = f64x2.add(d, high(y4));
      e = f64x2.add(e, low(z));
      f = f64x2.add(f, high(z));
      h = f64x2.add(h, low(z4));
      i = f64x2.add(i, high(z4));
    }
    addEight(to, a, b, c, d);
    addEight(to + SECOND, e, f, h, i);
  }
  for (; column < columns; column++, x += 4, g += columnG, to += 8, narrow += 4) {
    const mean = load<f32>(narrow, THIRD), scale = load<f32>(narrow, FOURTH);
    let sum: f64 = 0, products: f64 = 0;
    for (let from = x, fromG = g, row = 0; row < rows; row++, from += step, fromG += stepG) {
      const y = load<f32>(fromG);
      sum += <f64> y;
      products += <f64> (y * ((load<f32>(from) - mean) * scale));
    }
    addOne(to, sum, products);
  }
}

/** Writes an output's rows: the two sums; or, of n elements, mean, variance and 1/√(variance + eps) from mean and squares about it. */
// @ts-ignore: decorator
@inline
function put(sums: bool, out: usize, row: i32, a: f64, b: f64, n: f64, eps: f64): void {
  const next = <usize> row << 2;
  store<f32>(out, <f32> a);
  if (sums) {
    store<f32>(out + next, <f32> b);
    return;
  }
  const variance = b / n;
  store<f32>(out + next, <f32> variance);
  store<f32>(out + next + next, <f32> (1 / sqrt(variance + eps)));
}

/** The part of the outputs that is this chunk's. */
// @ts-ignore: decorator
@inline
function reduceChunk(command: usize, chunk: i32, sums: bool): void {
  const cmd = changetype<MomentsCommand>(command), s = changetype<NormSumsCommand>(command);
  const x = cmd.x, keptRank = cmd.keptRank, keptSizes = cmd.keptSizes;
  const rank = cmd.rank, sizes = cmd.sizes, strides = cmd.strides;
  const count = cmd.count, parts = cmd.parts, columns = cmd.columns;
  const part = chunk % parts, keptFirst = chunk / parts * cmd.keptPerChunk;
  const keptLast = min(count, keptFirst + cmd.keptPerChunk);
  const outer = at32(sizes, 0), partFirst = part * cmd.outerPerPart, partLast = min(outer, partFirst + cmd.outerPerPart);
  const inner = rank == 1 ? partLast - partFirst : at32(sizes, rank - 1);
  const step = <usize> at32(strides, rank - 1) << 2;
  let rowsPerOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsPerOuter *= at32(sizes, axis);
  const firstRow = rank == 1 ? 0 : partFirst * rowsPerOuter, lastRow = rank == 1 ? 1 : partLast * rowsPerOuter;
  const n = <f64> (lastRow - firstRow) * <f64> inner, near = max(1, NEAR / max(4, <i32> step));
  const g = sums ? s.g : 0, stridesG = sums ? s.stridesG : 0;
  const stepG = sums ? <usize> at32(stridesG, rank - 1) << 2 : 0, columnG = sums ? <usize> s.columnStrideG << 2 : 0;
  const stats = sums ? s.stats : 0, eps = sums ? 0 : cmd.eps;
  const partials = cmd.partials, skip = rank == 1 ? partFirst : 0;

  for (let k = keptFirst; k < keptLast; k++) {
    const base = x + (<usize> (offsetOf(k, keptRank, keptSizes, cmd.keptX) + skip * at32(strides, 0)) << 2);
    const out = offsetOf(k, keptRank, keptSizes, cmd.keptOutput);
    let baseG: usize = 0, statsAt: usize = 0;
    if (sums) {
      baseG = g + (<usize> (offsetOf(k, keptRank, keptSizes, s.keptG) + skip * at32(stridesG, 0)) << 2);
      statsAt = stats + (<usize> offsetOf(k, keptRank, keptSizes, s.keptStats) << 2);
    }
    for (let column = 0; column < columns; column += TILE) {
      const width = min(TILE, columns - column), from = base + (<usize> column << 2);
      for (let i: usize = 0; i < <usize> width; i++) {
        store<f64>(scratch + (i << 3), 0);
        store<f64>(scratch + (i << 3), 0, SECOND);
        if (sums) {
          const at = statsAt + (<usize> ((column + <i32> i) * s.columnStrideStats) << 2);
          store<f32>(scratch + (i << 2), load<f32>(at), THIRD);
          store<f32>(scratch + (i << 2), load<f32>(at + (<usize> s.rowStrideStats << 3)), FOURTH);
        } else {
          const pivot = load<f32>(from + (<usize> offsetOf(firstRow, rank - 1, sizes, strides) << 2) + (i << 2));
          store<f64>(scratch + (i << 3), isFinite(pivot) ? <f64> pivot : 0, THIRD);
        }
      }
      for (let row = firstRow; row < lastRow; row++) {
        let at = from + (<usize> offsetOf(row, rank - 1, sizes, strides) << 2), atG: usize = 0;
        if (sums) atG = baseG + <usize> column * columnG + (<usize> offsetOf(row, rank - 1, sizes, stridesG) << 2);
        if (columns == 1) {
          if (sums) sumsRun(at, atG, inner, step, stepG);
          else momentsRun(at, inner, step);
          continue;
        }
        for (let done = 0; done < inner; done += near, at += step * near, atG += stepG * near) {
          const rows = min(near, inner - done);
          if (sums) sumsRows(at, atG, rows, step, stepG, width, columnG);
          else momentsRows(at, rows, step, width);
        }
      }
      for (let i = 0; i < width; i++) {
        const at = scratch + (<usize> i << 3), c = column + i;
        let a = load<f64>(at), b = load<f64>(at, SECOND);
        if (!sums) {
          // Of equal elements the difference may come out below 0; NaN stays.
          b = max(0, b - a * a / n);
          a = load<f64>(at, THIRD) + a / n;
        }
        if (partials < 0) {
          put(sums, cmd.output + (<usize> (out + c * cmd.columnStride) << 2), cmd.rowStride, a, b, n, eps);
          continue;
        }
        const pair = cmd.scratch + <usize> partials + (<usize> ((part * count + k) * columns + c) << 4);
        store<f64>(pair, a);
        store<f64>(pair, b, 8);
      }
    }
  }
}

export function moments(command: usize, chunk: i32): void {
  reduceChunk(command, chunk, false);
}

export function normSums(command: usize, chunk: i32): void {
  reduceChunk(command, chunk, true);
}

/** Merges the pairs of parts. */
export function momentsParts(command: usize, chunk: i32): void {
  const cmd = changetype<MomentsPartsCommand>(command);
  const sums = cmd.sums, from = cmd.scratch + <usize> cmd.partials, count = cmd.count;
  const parts = cmd.parts, outer = cmd.outer, size = cmd.outerPerPart, each = <f64> cmd.each;
  const out = cmd.output, total = <f64> outer * each, eps = sums ? 0 : cmd.eps;
  for (let k = 0; k < count; k++) {
    let a: f64 = 0, b: f64 = 0;
    for (let part = 0; part < parts; part++) {
      const at = from + (<usize> (part * count + k) << 4), n = <f64> min(size, outer - part * size) * each;
      a += sums ? load<f64>(at) : load<f64>(at) * (n / total);
      if (sums) b += load<f64>(at, 8);
    }
    for (let part = 0; !sums && part < parts; part++) {
      const at = from + (<usize> (part * count + k) << 4), n = <f64> min(size, outer - part * size) * each;
      const off = load<f64>(at) - a;
      b += load<f64>(at, 8) + n * off * off;
    }
    const offset = offsetOf(k, cmd.keptRank, cmd.keptSizes, cmd.keptOutput);
    put(sums, out + (<usize> offset << 2), cmd.rowStride, a, b, total, eps);
  }
}
