// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/**
 * Sums of outer products with 8 columns, where the engine joins neighbouring vectors: of six rows they would leave half of the registers empty, and wait for
 * each sum before they go on with it. So a tile has rows from several places: of two runs of a patch, or of three that are short, or twelve of one run. All
 * sums are those of addOuter to the bit.
 */
import { addOuter } from "./panel";
import { madd } from "./relaxed";
import { add } from "./tile_store";

/**
 * Adds Σ_k a[k][run][·] b[k][·] over the listed rows of A and B to the accumulators of `runs` runs, `runStep` bytes apart, of `length` rows each: at most 8 columns,
 * and more than 4. A's runs are `rowBytes` apart.
 */
export function addEights(
  runs: i32, rowBytes: usize, count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, runStep: usize, outStep: usize, length: i32, columns: i32,
): void {
  let run = 0;
  if (length <= 3) {
    for (; run + 1 < runs; run += 3, a += 3 * rowBytes, out += 3 * runStep) {
      const last = run + 2 < runs;
      outer3x3(count, a, aList, rowBytes, last ? rowBytes << 1 : 0, b, bList, out, outStep, runStep, length, last ? length : 0);
    }
  } else if (length <= 6) {
    for (; run + 1 < runs; run += 2, a += rowBytes << 1, out += runStep << 1) outer2x6(count, a, aList, rowBytes, b, bList, out, outStep, runStep, length, length);
  }
  for (; run < runs; run++, a += rowBytes, out += runStep) {
    let row = 0;
    for (; row + 6 < length; row += 12) {
      outer2x6(count, a + (<usize> row << 2), aList, 24, b, bList, out + <usize> row * outStep, outStep, 6 * outStep, 6, length - row - 6);
    }
    if (row < length) addOuter(8, count, a + (<usize> row << 2), aList, b, bList, out + <usize> row * outStep, outStep, length - row, columns);
  }
}

/** Six rows, and as many `apart` bytes from them; `rows` and `others` of them count. */
function outer2x6(
  count: i32, a: usize, aList: usize, apart: usize, b: usize, bList: usize, out: usize, outStep: usize, outApart: usize, rows: i32, others: i32,
): void {
  const zero = f32x4.splat(0);
  let b0 = zero, b1 = zero, x = zero;
  let c0 = zero, d0 = zero, c1 = zero, d1 = zero, c2 = zero, d2 = zero, c3 = zero, d3 = zero, c4 = zero, d4 = zero, c5 = zero, d5 = zero;
  let e0 = zero, f0 = zero, e1 = zero, f1 = zero, e2 = zero, f2 = zero, e3 = zero, f3 = zero, e4 = zero, f4 = zero, e5 = zero, f5 = zero;
  for (; count > 0; count--, aList += 4, bList += 4) {
    const at = a + load<usize>(aList), next = at + apart, from = b + load<usize>(bList);
    b0 = v128.load(from); b1 = v128.load(from, 16);
    x = v128.load32_splat(at, 0); c0 = madd(x, b0, c0); d0 = madd(x, b1, d0);
    x = v128.load32_splat(at, 4); c1 = madd(x, b0, c1); d1 = madd(x, b1, d1);
    x = v128.load32_splat(at, 8); c2 = madd(x, b0, c2); d2 = madd(x, b1, d2);
    x = v128.load32_splat(at, 12); c3 = madd(x, b0, c3); d3 = madd(x, b1, d3);
    x = v128.load32_splat(at, 16); c4 = madd(x, b0, c4); d4 = madd(x, b1, d4);
    x = v128.load32_splat(at, 20); c5 = madd(x, b0, c5); d5 = madd(x, b1, d5);
    x = v128.load32_splat(next, 0); e0 = madd(x, b0, e0); f0 = madd(x, b1, f0);
    x = v128.load32_splat(next, 4); e1 = madd(x, b0, e1); f1 = madd(x, b1, f1);
    x = v128.load32_splat(next, 8); e2 = madd(x, b0, e2); f2 = madd(x, b1, f2);
    x = v128.load32_splat(next, 12); e3 = madd(x, b0, e3); f3 = madd(x, b1, f3);
    x = v128.load32_splat(next, 16); e4 = madd(x, b0, e4); f4 = madd(x, b1, f4);
    x = v128.load32_splat(next, 20); e5 = madd(x, b0, e5); f5 = madd(x, b1, f5);
  }
  const to = out + outApart;
  if (rows > 0) addRow(out, c0, d0);
  if (rows > 1) addRow(out + outStep, c1, d1);
  if (rows > 2) addRow(out + 2 * outStep, c2, d2);
  if (rows > 3) addRow(out + 3 * outStep, c3, d3);
  if (rows > 4) addRow(out + 4 * outStep, c4, d4);
  if (rows > 5) addRow(out + 5 * outStep, c5, d5);
  if (others > 0) addRow(to, e0, f0);
  if (others > 1) addRow(to + outStep, e1, f1);
  if (others > 2) addRow(to + 2 * outStep, e2, f2);
  if (others > 3) addRow(to + 3 * outStep, e3, f3);
  if (others > 4) addRow(to + 4 * outStep, e4, f4);
  if (others > 5) addRow(to + 5 * outStep, e5, f5);
}

/** Three rows of each of three runs; `rows` of the first two and `lastRows` of the last count. */
function outer3x3(
  count: i32, a: usize, aList: usize, apart: usize, lastApart: usize, b: usize, bList: usize, out: usize, outStep: usize, outApart: usize, rows: i32, lastRows: i32,
): void {
  const zero = f32x4.splat(0);
  let b0 = zero, b1 = zero, x = zero;
  let c0 = zero, d0 = zero, c1 = zero, d1 = zero, c2 = zero, d2 = zero, c3 = zero, d3 = zero, c4 = zero, d4 = zero, c5 = zero, d5 = zero;
  let c6 = zero, d6 = zero, c7 = zero, d7 = zero, c8 = zero, d8 = zero;
  for (; count > 0; count--, aList += 4, bList += 4) {
    const at = a + load<usize>(aList), next = at + apart, last = at + lastApart, from = b + load<usize>(bList);
    b0 = v128.load(from); b1 = v128.load(from, 16);
    x = v128.load32_splat(at, 0); c0 = madd(x, b0, c0); d0 = madd(x, b1, d0);
    x = v128.load32_splat(at, 4); c1 = madd(x, b0, c1); d1 = madd(x, b1, d1);
    x = v128.load32_splat(at, 8); c2 = madd(x, b0, c2); d2 = madd(x, b1, d2);
    x = v128.load32_splat(next, 0); c3 = madd(x, b0, c3); d3 = madd(x, b1, d3);
    x = v128.load32_splat(next, 4); c4 = madd(x, b0, c4); d4 = madd(x, b1, d4);
    x = v128.load32_splat(next, 8); c5 = madd(x, b0, c5); d5 = madd(x, b1, d5);
    x = v128.load32_splat(last, 0); c6 = madd(x, b0, c6); d6 = madd(x, b1, d6);
    x = v128.load32_splat(last, 4); c7 = madd(x, b0, c7); d7 = madd(x, b1, d7);
    x = v128.load32_splat(last, 8); c8 = madd(x, b0, c8); d8 = madd(x, b1, d8);
  }
  const second = out + outApart, third = second + outApart;
  if (rows > 0) addRow(out, c0, d0);
  if (rows > 1) addRow(out + outStep, c1, d1);
  if (rows > 2) addRow(out + 2 * outStep, c2, d2);
  if (rows > 0) addRow(second, c3, d3);
  if (rows > 1) addRow(second + outStep, c4, d4);
  if (rows > 2) addRow(second + 2 * outStep, c5, d5);
  if (lastRows > 0) addRow(third, c6, d6);
  if (lastRows > 1) addRow(third + outStep, c7, d7);
  if (lastRows > 2) addRow(third + 2 * outStep, c8, d8);
}

// @ts-ignore: decorator
@inline
function addRow(at: usize, a: v128, b: v128): void {
  add(8, at, a, b, a, b);
}
