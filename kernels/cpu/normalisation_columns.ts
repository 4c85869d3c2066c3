// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The two sums of normalisation.ts of whole rows of columns, eight columns at a time.
 *
 * Blocks of up to BLOCK_ROWS rows are summed in 32 bits, and blocks in 64. What `moments` subtracts in a block is the mean of the rows before it:
 * Σ(x − mean before)² is at most twice the sum of squares about the mean of all, wherever the first rows lie, so that rounding to 32 bits costs
 * no more than a few units of the last place. The first block has no mean before it, and in some the squares leave the range of 32 bits: these are
 * summed in 64 bits throughout.
 */
import { scratch } from "./command";
import { addEight, addOne, FOURTH, high, low, NEAR_SUMS, SECOND, THIRD } from "./normalisation_sums";

/** Rows of a block: an even number. */
const BLOCK_ROWS = 64;
/** A block's squares that are less, or more, may have lost some of their own: 2⁻¹²⁶ is 10⁻¹⁰ of the one, 2¹²⁷ 10⁸ of the other. */
const LEAST: f32 = 1e-28;
const MOST: f32 = 1e30;

/** Whole rows of columns, `step` bytes apart, after `seen` others. */
export function momentsRows(at: usize, rows: i32, step: usize, columns: i32, seen: i32): void {
  let to = scratch, column = 0;
  for (; column + 8 <= columns; column += 8, at += 32, to += 64) {
    for (let from = at, done = 0; done < rows; done += BLOCK_ROWS, from += step * BLOCK_ROWS) {
      const n = min(rows - done, BLOCK_ROWS), before = seen + done;
      if (before == 0 || !momentsBlock(to, from, n, step, before)) exactMoments(to, from, n, step);
    }
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

/** Eight columns in 64 bits. */
function exactMoments(to: usize, from: usize, rows: i32, step: usize): void {
  const p = v128.load(to, THIRD), q = v128.load(to, THIRD + 16);
  const r = v128.load(to, THIRD + 32), s = v128.load(to, THIRD + 48);
  let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let row = 0; row < rows; row++, from += step) {
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

/** The mean so far of four columns, in 32 bits: pivots and sums of `to` over the rows before. */
// @ts-ignore: decorator
@inline
function meanOfFour(to: usize, each: v128): v128 {
  const left = f64x2.add(v128.load(to, THIRD), f64x2.mul(v128.load(to), each));
  const right = f64x2.add(v128.load(to, THIRD + 16), f64x2.mul(v128.load(to, 16), each));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(left), f32x4.demote_f64x2_zero(right), 0, 2);
}

/**
 * The same in 32 bits, about the mean of the `before` rows before. Returns whether the squares could be summed so; if not, nothing was added.
 *
 * Neighbouring vectors are used alike, and go through memory where they would not be: so the engine can join them to larger ones.
 */
function momentsBlock(to: usize, from: usize, rows: i32, step: usize, before: i32): bool {
  const near = scratch + NEAR_SUMS, each = f64x2.splat(1 / <f64> before);
  v128.store(near, meanOfFour(to, each));
  v128.store(near, meanOfFour(to + 32, each), 16);
  const p = v128.load(near), q = v128.load(near, 16);
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  let at = from, row = 2;
  for (; row <= rows; row += 2, at += step + step) {
    const next = at + step;
    const x = f32x4.sub(v128.load(at), p), y = f32x4.sub(v128.load(at, 16), q);
    const z = f32x4.sub(v128.load(next), p), w = f32x4.sub(v128.load(next, 16), q);
    a = f32x4.add(a, x);
    b = f32x4.add(b, y);
    c = f32x4.add(c, z);
    d = f32x4.add(d, w);
    e = f32x4.add(e, f32x4.mul(x, x));
    f = f32x4.add(f, f32x4.mul(y, y));
    g = f32x4.add(g, f32x4.mul(z, z));
    h = f32x4.add(h, f32x4.mul(w, w));
  }
  if (row == rows + 1) {
    const x = f32x4.sub(v128.load(at), p), y = f32x4.sub(v128.load(at, 16), q);
    a = f32x4.add(a, x);
    b = f32x4.add(b, y);
    e = f32x4.add(e, f32x4.mul(x, x));
    f = f32x4.add(f, f32x4.mul(y, y));
  }
  a = f32x4.add(a, c);
  b = f32x4.add(b, d);
  e = f32x4.add(e, g);
  f = f32x4.add(f, h);
  v128.store(near, a, 32);
  v128.store(near, b, 48);
  v128.store(near, e, 64);
  v128.store(near, f, 80);
  if (!inRange(v128.load(near, 64), from, rows, step, v128.load(near))) return false;
  if (!inRange(v128.load(near, 80), from + 16, rows, step, v128.load(near, 16))) return false;
  const n = f64x2.splat(<f64> rows);
  for (let four = 0; four < 2; four++, to += 32) {
    const at = near + (<usize> four << 4), pivots = v128.load(at), sums = v128.load(at, 32), squares = v128.load(at, 64);
    moveTwo(to, low(pivots), low(sums), low(squares), n);
    moveTwo(to + 16, high(pivots), high(sums), high(squares), n);
  }
  return true;
}

/** Adds sums about other pivots than the columns' own. */
// @ts-ignore: decorator
@inline
function moveTwo(to: usize, pivots: v128, sums: v128, squares: v128, n: v128): void {
  const off = f64x2.sub(pivots, v128.load(to, THIRD)), all = f64x2.mul(off, n);
  v128.store(to, f64x2.add(v128.load(to), f64x2.add(all, sums)));
  const crossed = f64x2.mul(off, f64x2.add(all, f64x2.add(sums, sums)));
  v128.store(to, f64x2.add(v128.load(to, SECOND), f64x2.add(squares, crossed)), SECOND);
}

/** Whether the squares of four columns are neither too small nor too large for 32 bits. Of columns that are all pivot they are nothing, rightly. */
// @ts-ignore: decorator
@inline
function inRange(squares: v128, from: usize, rows: i32, step: usize, pivots: v128): bool {
  const fits = v128.and(f32x4.ge(squares, f32x4.splat(LEAST)), f32x4.le(squares, f32x4.splat(MOST)));
  return i32x4.all_true(fits) || areConstant(fits, from, rows, step, pivots);
}

/** Whether four columns, but for those in `others`, are all pivot. */
function areConstant(others: v128, from: usize, rows: i32, step: usize, pivots: v128): bool {
  let same = v128.not(others);
  for (let row = 0; row < rows; row++, from += step) same = v128.and(same, f32x4.eq(v128.load(from), pivots));
  return i32x4.all_true(v128.or(others, same));
}

/** Whole rows of columns of x, `step` bytes apart; those of g have columns `columnG` bytes apart. */
export function sumsRows(x: usize, g: usize, rows: i32, step: usize, stepG: usize, columns: i32, columnG: usize): void {
  let to = scratch, narrow = scratch, column = 0;
  for (; columnG == 4 && column + 8 <= columns; column += 8, x += 32, g += 32, to += 64, narrow += 32) {
    for (let from = x, fromG = g, done = 0; done < rows; done += BLOCK_ROWS, from += step * BLOCK_ROWS, fromG += stepG * BLOCK_ROWS) {
      sumsBlock(to, narrow, from, fromG, min(rows - done, BLOCK_ROWS), step, stepG);
    }
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

/** Eight columns of a block. */
function sumsBlock(to: usize, narrow: usize, x: usize, g: usize, rows: i32, step: usize, stepG: usize): void {
  const near = scratch + NEAR_SUMS;
  const mean = v128.load(narrow, THIRD), mean4 = v128.load(narrow, THIRD + 16);
  const scale = v128.load(narrow, FOURTH), scale4 = v128.load(narrow, FOURTH + 16);
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, h = a, i = a, row = 2;
  for (; row <= rows; row += 2, x += step + step, g += stepG + stepG) {
    const next = x + step, nextG = g + stepG;
    const y = v128.load(g), y4 = v128.load(g, 16), z = v128.load(nextG), z4 = v128.load(nextG, 16);
    a = f32x4.add(a, y);
    b = f32x4.add(b, y4);
    c = f32x4.add(c, z);
    d = f32x4.add(d, z4);
    e = f32x4.add(e, f32x4.mul(y, f32x4.mul(f32x4.sub(v128.load(x), mean), scale)));
    f = f32x4.add(f, f32x4.mul(y4, f32x4.mul(f32x4.sub(v128.load(x, 16), mean4), scale4)));
    h = f32x4.add(h, f32x4.mul(z, f32x4.mul(f32x4.sub(v128.load(next), mean), scale)));
    i = f32x4.add(i, f32x4.mul(z4, f32x4.mul(f32x4.sub(v128.load(next, 16), mean4), scale4)));
  }
  if (row == rows + 1) {
    const y = v128.load(g), y4 = v128.load(g, 16);
    a = f32x4.add(a, y);
    b = f32x4.add(b, y4);
    e = f32x4.add(e, f32x4.mul(y, f32x4.mul(f32x4.sub(v128.load(x), mean), scale)));
    f = f32x4.add(f, f32x4.mul(y4, f32x4.mul(f32x4.sub(v128.load(x, 16), mean4), scale4)));
  }
  a = f32x4.add(a, c);
  b = f32x4.add(b, d);
  e = f32x4.add(e, h);
  f = f32x4.add(f, i);
  v128.store(near, a);
  v128.store(near, b, 16);
  v128.store(near, e, 32);
  v128.store(near, f, 48);
  const sums = v128.load(near), sums4 = v128.load(near, 16), products = v128.load(near, 32), products4 = v128.load(near, 48);
  addEight(to, low(sums), high(sums), low(sums4), high(sums4));
  addEight(to + SECOND, low(products), high(products), low(products4), high(products4));
}
