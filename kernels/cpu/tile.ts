/**
 * The two innermost loops of matrix multiplication and convolution.
 *
 * - `tile`: up to 6 rows × 8 (or 4) columns; row i of A is read at its own address, one number a time (broadcast), B as packed or plain
 *   rows of 8 columns. A's rows consist of runs: `runs` pieces of `length` consecutive numbers, `skip` bytes apart: one run for a
 *   matrix, one a kernel row for a convolution over NHWC images.
 * - `outer`: 6 consecutive numbers of A's row k × 8 (or 4) of B's row k, summed over k: products with a transposed A, weight gradients.
 *
 * Twelve accumulators, two vectors of B and one of A just fit the 16 vector registers of x86-64. Columns and rows past the end are
 * computed on whatever lies there (memory always goes on a little) and not stored.
 */
import { madd } from "./math";

/** Stores the first `columns` of 8 (or 4 for b unused). */
// @ts-ignore: decorator
@inline
function put(at: usize, a: v128, b: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(at, a);
    v128.store(at, b, 16);
    return;
  }
  putSome(at, a, b, columns);
}

function putSome(at: usize, a: v128, b: v128, columns: i32): void {
  if (columns >= 4) {
    v128.store(at, a);
    at += 16;
    a = b;
    columns -= 4;
  }
  if (columns > 0) v128.store32_lane(at, a, 0);
  if (columns > 1) v128.store32_lane(at, a, 1, 4);
  if (columns > 2) v128.store32_lane(at, a, 2, 8);
}

/**
 * c[i][0 … columns) = Σ over runs and t of a_i[t] · b[·], for i < rows (known when compiling: 6, 4, 2 or 1).
 * `as`: table of the rows' addresses; `outs`: of the results'; both absolute.
 */
// @ts-ignore: decorator
@inline
function tile(rows: i32, wide: bool, as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  let b0 = f32x4.splat(0), b1 = b0, x = b0;
  let c0 = b0, d0 = b0, a0: usize = load<usize>(as);
  let c1 = b0, d1 = b0, a1: usize = rows > 1 ? load<usize>(as, 4) : 0;
  let c2 = b0, d2 = b0, a2: usize = rows > 2 ? load<usize>(as, 8) : 0;
  let c3 = b0, d3 = b0, a3: usize = rows > 3 ? load<usize>(as, 12) : 0;
  let c4 = b0, d4 = b0, a4: usize = rows > 4 ? load<usize>(as, 16) : 0;
  let c5 = b0, d5 = b0, a5: usize = rows > 5 ? load<usize>(as, 20) : 0;
  const fours = <usize> (length & ~3) << 2, rest = <usize> (length & 3) << 2;
  for (; runs > 0; runs--) {
    let end = a0 + fours;
    // Four steps at once: fewer pointer updates.
    while (a0 != end) {
      b0 = v128.load(b);
      if (wide) b1 = v128.load(b, 16);
      x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0);
      if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
      if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
      if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
      if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
      if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
      b += bStride;
      b0 = v128.load(b);
      if (wide) b1 = v128.load(b, 16);
      x = v128.load32_splat(a0, 4); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0);
      if (rows > 1) { x = v128.load32_splat(a1, 4); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
      if (rows > 2) { x = v128.load32_splat(a2, 4); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
      if (rows > 3) { x = v128.load32_splat(a3, 4); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
      if (rows > 4) { x = v128.load32_splat(a4, 4); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
      if (rows > 5) { x = v128.load32_splat(a5, 4); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
      b += bStride;
      b0 = v128.load(b);
      if (wide) b1 = v128.load(b, 16);
      x = v128.load32_splat(a0, 8); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0);
      if (rows > 1) { x = v128.load32_splat(a1, 8); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
      if (rows > 2) { x = v128.load32_splat(a2, 8); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
      if (rows > 3) { x = v128.load32_splat(a3, 8); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
      if (rows > 4) { x = v128.load32_splat(a4, 8); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
      if (rows > 5) { x = v128.load32_splat(a5, 8); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
      b += bStride;
      b0 = v128.load(b);
      if (wide) b1 = v128.load(b, 16);
      x = v128.load32_splat(a0, 12); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0);
      if (rows > 1) { x = v128.load32_splat(a1, 12); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
      if (rows > 2) { x = v128.load32_splat(a2, 12); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
      if (rows > 3) { x = v128.load32_splat(a3, 12); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
      if (rows > 4) { x = v128.load32_splat(a4, 12); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
      if (rows > 5) { x = v128.load32_splat(a5, 12); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
      b += bStride;
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
      a4 += 16;
      a5 += 16;
    }
    end = a0 + rest;
    while (a0 != end) {
      b0 = v128.load(b);
      if (wide) b1 = v128.load(b, 16);
      x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0);
      if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
      if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
      if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
      if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
      if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
      b += bStride;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
    }
    a0 += skip;
    a1 += skip;
    a2 += skip;
    a3 += skip;
    a4 += skip;
    a5 += skip;
  }
  if (rows > 0) put(load<usize>(outs, 0) + shift, c0, d0, columns);
  if (rows > 1) put(load<usize>(outs, 4) + shift, c1, d1, columns);
  if (rows > 2) put(load<usize>(outs, 8) + shift, c2, d2, columns);
  if (rows > 3) put(load<usize>(outs, 12) + shift, c3, d3, columns);
  if (rows > 4) put(load<usize>(outs, 16) + shift, c4, d4, columns);
  if (rows > 5) put(load<usize>(outs, 20) + shift, c5, d5, columns);
}

function tile6x8(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(6, true, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile6x4(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(6, false, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile4x8(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(4, true, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile4x4(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(4, false, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile2x8(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(2, true, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile2x4(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(2, false, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile1x8(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(1, true, as, runs, length, skip, b, bStride, outs, shift, columns);
}
function tile1x4(as: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, outs: usize, shift: usize, columns: i32): void {
  tile(1, false, as, runs, length, skip, b, bStride, outs, shift, columns);
}

/**
 * All rows of one panel of columns. `as`, `outs`: tables of `rows` 32-bit offsets (read as 0, step, 2·step … where the table is 0), added to
 * `aBase` and `outBase`. `place`: 48 bytes of scratch memory.
 */
export function panel(
  rows: i32, as: usize, aStep: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize,
  outs: usize, outStep: usize, outBase: usize, columns: i32, place: usize,
): void {
  const wide = columns > 4;
  let row = 0;
  while (row < rows) {
    const left = rows - row, n = left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    for (let i = 0; i < n; i++) {
      const k = row + i, slot = place + (<usize> i << 2);
      store<usize>(slot, aBase + (as ? load<usize>(as + (<usize> k << 2)) : <usize> k * aStep));
      store<usize>(slot, outBase + (outs ? load<usize>(outs + (<usize> k << 2)) : <usize> k * outStep), 24);
    }
    if (wide) {
      if (n == 6) tile6x8(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else if (n == 4) tile4x8(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else if (n == 2) tile2x8(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else tile1x8(place, runs, length, skip, b, bStride, place + 24, 0, columns);
    } else {
      if (n == 6) tile6x4(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else if (n == 4) tile4x4(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else if (n == 2) tile2x4(place, runs, length, skip, b, bStride, place + 24, 0, columns);
      else tile1x4(place, runs, length, skip, b, bStride, place + 24, 0, columns);
    }
    row += n;
  }
}

/** Adds to what `at` holds, or stores. */
// @ts-ignore: decorator
@inline
function add(at: usize, a: v128, b: v128, columns: i32, accumulate: bool): void {
  if (accumulate) {
    // Accumulators are padded to whole vectors.
    v128.store(at, f32x4.add(v128.load(at), a));
    if (columns > 4) v128.store(at, f32x4.add(v128.load(at, 16), b), 16);
  } else put(at, a, b, columns);
}

/**
 * c[i][j] (+)= Σ_k a[k][i] · b[k][j] for i < 6 and j < 8. Row k of A starts at a + table[k] (or a + k · aStep without a table), row k of B at
 * b + k · bStep. Results go to out + i · outStep, for i < rows.
 */
// @ts-ignore: decorator
@inline
function outer(size: i32, wide: bool, listed: bool, count: i32, a: usize, tableStart: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32, accumulate: bool): void {
  let b0 = f32x4.splat(0), b1 = b0, x = b0, at = a;
  let c0 = b0, d0 = b0;
  let c1 = b0, d1 = b0;
  let c2 = b0, d2 = b0;
  let c3 = b0, d3 = b0;
  let c4 = b0, d4 = b0;
  let c5 = b0, d5 = b0;
  for (; count > 0; count--) {
    if (listed) {
      at = a + load<usize>(tableStart);
      tableStart += 4;
    }
    b0 = v128.load(b);
    if (wide) b1 = v128.load(b, 16);
    if (size > 0) { x = v128.load32_splat(at, 0); c0 = madd(x, b0, c0); if (wide) d0 = madd(x, b1, d0); }
    if (size > 1) { x = v128.load32_splat(at, 4); c1 = madd(x, b0, c1); if (wide) d1 = madd(x, b1, d1); }
    if (size > 2) { x = v128.load32_splat(at, 8); c2 = madd(x, b0, c2); if (wide) d2 = madd(x, b1, d2); }
    if (size > 3) { x = v128.load32_splat(at, 12); c3 = madd(x, b0, c3); if (wide) d3 = madd(x, b1, d3); }
    if (size > 4) { x = v128.load32_splat(at, 16); c4 = madd(x, b0, c4); if (wide) d4 = madd(x, b1, d4); }
    if (size > 5) { x = v128.load32_splat(at, 20); c5 = madd(x, b0, c5); if (wide) d5 = madd(x, b1, d5); }
    if (!listed) at += aStep;
    b += bStep;
  }
  if (size > 0 && rows > 0) add(out + 0 * outStep, c0, d0, columns, accumulate);
  if (size > 1 && rows > 1) add(out + 1 * outStep, c1, d1, columns, accumulate);
  if (size > 2 && rows > 2) add(out + 2 * outStep, c2, d2, columns, accumulate);
  if (size > 3 && rows > 3) add(out + 3 * outStep, c3, d3, columns, accumulate);
  if (size > 4 && rows > 4) add(out + 4 * outStep, c4, d4, columns, accumulate);
  if (size > 5 && rows > 5) add(out + 5 * outStep, c5, d5, columns, accumulate);
}

function outerListed6x8(count: i32, a: usize, list: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(6, true, true, count, a, list, 0, b, bStep, out, outStep, rows, columns, true);
}
function outerListed6x4(count: i32, a: usize, list: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(6, false, true, count, a, list, 0, b, bStep, out, outStep, rows, columns, true);
}
function outerListed3x8(count: i32, a: usize, list: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(3, true, true, count, a, list, 0, b, bStep, out, outStep, rows, columns, true);
}
function outerListed3x4(count: i32, a: usize, list: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(3, false, true, count, a, list, 0, b, bStep, out, outStep, rows, columns, true);
}
function outerPlain6x8(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(6, true, false, count, a, 0, aStep, b, bStep, out, outStep, rows, columns, false);
}
function outerPlain6x4(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  outer(6, false, false, count, a, 0, aStep, b, bStep, out, outStep, rows, columns, false);
}

/** Adds Σ_k a[k][·] b[k][·] over the listed rows of A to `rows` × `columns` accumulators (row stride outStep, whole vectors). */
export function addOuter(count: i32, a: usize, list: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column += 8) {
    const width = columns - column, at = b + (<usize> column << 2), to = out + (<usize> column << 2);
    let row = 0;
    while (row < rows) {
      const left = rows - row, from = a + (<usize> row << 2), into = to + <usize> row * outStep;
      if (left > 3) {
        if (width > 4) outerListed6x8(count, from, list, at, bStep, into, outStep, left, width);
        else outerListed6x4(count, from, list, at, bStep, into, outStep, left, width);
        row += 6;
      } else {
        if (width > 4) outerListed3x8(count, from, list, at, bStep, into, outStep, left, width);
        else outerListed3x4(count, from, list, at, bStep, into, outStep, left, width);
        row += 3;
      }
    }
  }
}

/** out[0 … rows)[0 … columns) = Σ_k a[k · aStep][·] b[k · bStep][·], at most 8 columns. */
export function outerPanel(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row += 6) {
    const from = a + (<usize> row << 2), into = out + <usize> row * outStep;
    if (columns > 4) outerPlain6x8(count, from, aStep, b, bStep, into, outStep, rows - row, columns);
    else outerPlain6x4(count, from, aStep, b, bStep, into, outStep, rows - row, columns);
  }
}
