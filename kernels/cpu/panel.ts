// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Panels of products, tile by tile: which of the generated tiles computes what.
 *
 * Every shape of tile is a function of its own, as the engine compiles small functions best, and a choice inside the innermost loop would
 * cost more than the loop.
 */
import {
  outerListed3x16, outerListed3x4, outerListed3x8, outerListed6x16, outerListed6x4, outerListed6x8, outerPlain6x16, outerPlain6x4, outerPlain6x8,
  pairs, tile, tileListed, twins,
} from "./tile";

import { scratch } from "./command";
import { TILE_SCRATCH } from "./numbers";
import { trim, trimListed, WHOLE_ROW } from "./tile_store";

/** Columns of the tile for a panel with so many left: the narrowest that holds them. Packed rows of it are as wide. */
// @ts-ignore: decorator
@inline
export function tileWidth(columns: i32): i32 {
  return columns > 8 ? 16 : columns > 4 ? 8 : 4;
}

/**
 * Rows of the next tile of so many that are left. Tiles of 4 and 5 rows have sums enough under way to hide an addition's latency, as those of 6 have.
 * Those of fewer wait; only of 1, 2, 3 and 7 rows does one have to be taken.
 */
// @ts-ignore: decorator
@inline
function tileRows(left: i32): i32 {
  return left > 13 ? 6 : <i32> (ROWS_BY_LEFT >> (<u64> left << 2)) & 15;
}

/** Four bits for each number of rows that are left, from 0 to 13. */
const ROWS_BY_LEFT: u64 = 0x56655446543210;

/** Where a tile is stored whole of which not all columns are wanted. */
// @ts-ignore: decorator
@inline
function corner(): usize {
  return scratch + TILE_SCRATCH;
}

/** Its rows. */
const CORNER_ROWS = memory.data<u32>([0, 64, 128, 192, 256, 320]);

/** All rows of one panel of columns; row i starts at aBase + i · aStep. */
export function panel(
  rows: i32, aStep: usize, aBase: usize, length: i32, b: usize, bStride: usize, outStep: usize, outBase: usize, columns: i32,
): void {
  const width = tileWidth(columns), whole = columns == width;
  const step = whole ? outStep : WHOLE_ROW;
  while (rows > 0) {
    const n = tileRows(rows);
    tile(n, width, aStep, aBase, 1, length, 0, b, bStride, 0, step, whole ? outBase : corner());
    if (!whole) trim(corner(), n, columns, outBase, outStep);
    aBase += <usize> n * aStep;
    outBase += <usize> n * outStep;
    rows -= n;
  }
}

/** All rows of one panel of columns; row i starts at aBase + as[i], its result at outBase + outs[i]. */
export function panelListed(
  rows: i32, as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, columns: i32,
): void {
  const width = tileWidth(columns), whole = columns == width;
  while (rows > 0) {
    const n = tileRows(rows);
    tileListed(n, width, as, aBase, runs, length, skip, b, bStride, bSkip, whole ? outs : CORNER_ROWS, whole ? outBase : corner());
    if (!whole) trimListed(corner(), n, columns, outBase, outs);
    as += <usize> n << 2;
    outs += <usize> n << 2;
    rows -= n;
  }
}

/** The same for 8 columns of every second row, or of the first half of the rows, and of their twins: see multiplyTwins. */
export function panelTwins(
  rows: i32, listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize,
  outBase: usize, outApart: usize,
): void {
  while (rows > 0) {
    const n = tileRows(rows), listed = <usize> n * listStep;
    twins(n, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
    as += listed;
    outs += listed;
    rows -= n;
  }
}

/** All pairs of pixels of 8 columns each: see multiplyPairs. */
export function panelPairs(
  rows: i32, as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize,
): void {
  while (rows > 0) {
    const n = tileRows(rows), listed = <usize> n << 2;
    pairs(n, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
    as += listed;
    outs += listed;
    rows -= n;
  }
}

/**
 * Adds Σ_k a[k][·] b[k][·] over the listed rows of A and B to `rows` × `columns` accumulators (row stride outStep, whole vectors), by tiles of at
 * most `most` columns.
 */
export function addOuter(
  most: i32, count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32, columns: i32,
): void {
  let column = 0;
  while (column < columns) {
    const left = columns - column, width = most == 16 && left >= 16 ? 16 : left > 4 ? 8 : 4;
    const at = b + (<usize> column << 2), to = out + (<usize> column << 2);
    let row = 0;
    while (row < rows) {
      const size = rows - row, from = a + (<usize> row << 2), into = to + <usize> row * outStep;
      if (size > 3) {
        if (width == 16) outerListed6x16(count, from, aList, at, bList, into, outStep, size);
        else if (width == 8) outerListed6x8(count, from, aList, at, bList, into, outStep, size);
        else outerListed6x4(count, from, aList, at, bList, into, outStep, size);
        row += 6;
      } else {
        if (width == 16) outerListed3x16(count, from, aList, at, bList, into, outStep, size);
        else if (width == 8) outerListed3x8(count, from, aList, at, bList, into, outStep, size);
        else outerListed3x4(count, from, aList, at, bList, into, outStep, size);
        row += 3;
      }
    }
    column += width;
  }
}

/** out[0 … rows)[0 … columns) = Σ_k a[k · aStep][·] b[k · bStep][·], at most 16 columns; a[k]'s next six numbers lie `sixRows` bytes on. */
export function outerPanel(
  count: i32, a: usize, sixRows: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32,
): void {
  const width = tileWidth(columns), whole = columns == width, step = whole ? outStep : WHOLE_ROW;
  for (let row = 0, from = a; row < rows; row += 6, from += sixRows) {
    const into = out + <usize> row * outStep, to = whole ? into : corner(), left = min(6, rows - row);
    if (width == 16) outerPlain6x16(count, from, aStep, b, bStep, to, step, left);
    else if (width == 8) outerPlain6x8(count, from, aStep, b, bStep, to, step, left);
    else outerPlain6x4(count, from, aStep, b, bStep, to, step, left);
    if (!whole) trim(to, left, columns, into, outStep);
  }
}
