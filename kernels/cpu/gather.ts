// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Sums of outer products over pixels that are first copied next to each other: where there are many channels, pixels are large powers of two
 * apart, and few of them fit the sets of the L1 cache that they share. The copies lie behind bordered images in the thread's scratch memory.
 */
import { scratch } from "./command";
import { GATHERED_COLUMNS, GATHERED_ROWS } from "./numbers";
import { outerGathered6x16, outerGathered6x4, outerGathered6x8 } from "./tile";

/** Bytes of six rows' numbers of a pixel, in whole vectors. */
const STRIP: usize = 32;

/** Copies the `columns` numbers at the places of a list into panels of 16 columns, pixel by pixel. */
export function gatherColumns(count: i32, b: usize, bList: usize, columns: i32): void {
  let to = scratch + GATHERED_COLUMNS;
  for (let column = 0; column < columns; column += 16) {
    for (let i = 0; i < count; i++, to += 64) {
      const from = b + load<usize>(bList + (<usize> i << 2)) + (<usize> column << 2);
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    }
  }
}

/**
 * Adds Σ_k a[k][·] b[k][·] to `rows` × `columns` accumulators, by tiles of at most `most` columns: A's rows at the places of a list, B's those of
 * gatherColumns.
 */
export function addGathered(
  most: i32, count: i32, a: usize, aList: usize, out: usize, outStep: usize, rows: i32, columns: i32,
): void {
  const strip = scratch + GATHERED_ROWS;
  for (let row = 0; row < rows; row += 6) {
    const size = min(6, rows - row), from = a + (<usize> row << 2);
    for (let i = 0, to = strip; i < count; i++, to += STRIP) {
      const at = from + load<usize>(aList + (<usize> i << 2));
      v128.store(to, v128.load(at));
      v128.store64_lane(to, v128.load64_zero(at, 16), 0, 16);
    }
    let b = scratch + GATHERED_COLUMNS, into = out + <usize> row * outStep;
    for (let column = 0; column < columns; column += 16, b += <usize> count << 6, into += 64) {
      const left = columns - column;
      if (most == 16 && left >= 16) outerGathered6x16(count, strip, STRIP, b, 64, into, outStep, size, left);
      else {
        addHalf(count, strip, b, into, outStep, size, left);
        if (left > 8) addHalf(count, strip, b + 32, into + 32, outStep, size, left - 8);
      }
    }
  }
}

/** Up to eight columns. */
function addHalf(count: i32, strip: usize, b: usize, into: usize, outStep: usize, size: i32, columns: i32): void {
  if (columns > 4) outerGathered6x8(count, strip, STRIP, b, 64, into, outStep, size, columns);
  else outerGathered6x4(count, strip, STRIP, b, 64, into, outStep, size, columns);
}
