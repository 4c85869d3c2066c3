// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The two innermost loops of matrix multiplication and convolution, unrolled. Made by `deno task kernels` of tasks/kernels/tile.ts: do not edit. */
import { madd } from "./relaxed";
import { add, put } from "./tile_store";

/*
 * - tile: up to 6 rows × 16 (or 8, 4) columns; row i of A is read at its own address, one number a time (broadcast), B as packed or plain
 *   rows of columns. A's rows consist of runs: `runs` pieces of `length` consecutive numbers, `skip` bytes apart (and `bSkip` in B): one run for a
 *   matrix, one a kernel row for a convolution over NHWC images.
 * - outer: 6 consecutive numbers of A's row k × 16 (or 8, 4) of B's row k, summed over k: products with a transposed A, weight gradients.
 * - addPacked: the same for rows that were copied next to each other.
 *
 * Columns past the end are computed on whatever lies there (memory always goes on a little), and tiles are stored whole: see panel.ts.
 */

/**
 * c[i][0 … width) = Σ over runs and t of a_i[t] · b[·], for i < rows (known when compiling), and width 16, 8 or 4.
 * Row i starts at aBase + as[i] (or + i · as without a table), its result at outBase + outs[i] (or + i · outs).
 */
@inline
function multiplyTile(rows: i32, width: i32, listed: bool, as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero, a0: usize = listed ? aBase + load<usize>(as) : aBase;
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero, a1: usize = rows > 1 ? (listed ? aBase + load<usize>(as, 4) : a0 + as) : 0;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero, a2: usize = rows > 2 ? (listed ? aBase + load<usize>(as, 8) : a1 + as) : 0;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero, a3: usize = rows > 3 ? (listed ? aBase + load<usize>(as, 12) : a2 + as) : 0;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero, a4: usize = rows > 4 ? (listed ? aBase + load<usize>(as, 16) : a3 + as) : 0;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero, a5: usize = rows > 5 ? (listed ? aBase + load<usize>(as, 20) : a4 + as) : 0;
  const fours = <usize> (length & ~3) << 2;
  for (; runs > 0; runs--) {
    if (width > 8) {
      // One step at a time: of more, the engine keeps too much in registers.
      const end = a0 + (<usize> length << 2);
      while (a0 != end) {
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        a4 += 4;
        a5 += 4;
      }
    } else {
      const end = a0 + fours;
      // Four steps at once: fewer pointer updates.
      while (a0 != end) {
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 4); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 4); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 4); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 4); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 4); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 4); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 8); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 8); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 8); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 8); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 8); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 8); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 12); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 12); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 12); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 12); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 12); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 12); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        a0 += 16;
        a1 += 16;
        a2 += 16;
        a3 += 16;
        a4 += 16;
        a5 += 16;
      }
      // The rest without a loop: short runs are all rest.
      if ((length & 2) != 0) {
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 4); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 4); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 4); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 4); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 4); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 4); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        a0 += 8;
        a1 += 8;
        a2 += 8;
        a3 += 8;
        a4 += 8;
        a5 += 8;
      }
      if ((length & 1) != 0) {
        b0 = v128.load(b); if (width > 4) { b1 = v128.load(b, 16); } if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
        x = v128.load32_splat(a0, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
        if (rows > 1) { x = v128.load32_splat(a1, 0); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
        if (rows > 2) { x = v128.load32_splat(a2, 0); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
        if (rows > 3) { x = v128.load32_splat(a3, 0); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
        if (rows > 4) { x = v128.load32_splat(a4, 0); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
        if (rows > 5) { x = v128.load32_splat(a5, 0); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
        b += bStride;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        a4 += 4;
        a5 += 4;
      }
    }
    b += bSkip;
    a0 += skip;
    a1 += skip;
    a2 += skip;
    a3 += skip;
    a4 += skip;
    a5 += skip;
  }
  if (rows > 0) put(width, listed ? outBase + load<usize>(outs, 0) : outBase + 0 * outs, c0, d0, e0, f0);
  if (rows > 1) put(width, listed ? outBase + load<usize>(outs, 4) : outBase + 1 * outs, c1, d1, e1, f1);
  if (rows > 2) put(width, listed ? outBase + load<usize>(outs, 8) : outBase + 2 * outs, c2, d2, e2, f2);
  if (rows > 3) put(width, listed ? outBase + load<usize>(outs, 12) : outBase + 3 * outs, c3, d3, e3, f3);
  if (rows > 4) put(width, listed ? outBase + load<usize>(outs, 16) : outBase + 4 * outs, c4, d4, e4, f4);
  if (rows > 5) put(width, listed ? outBase + load<usize>(outs, 20) : outBase + 5 * outs, c5, d5, e5, f5);
}

function tileListed6x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed6x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed6x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed5x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed5x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed5x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed4x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed4x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed4x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed3x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed3x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed3x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed2x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed2x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed2x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed1x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 16, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed1x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 8, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tileListed1x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 4, true, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile6x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile6x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile6x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(6, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile5x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile5x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile5x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(5, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile4x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile4x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile4x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(4, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile3x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile3x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile3x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(3, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile2x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile2x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile2x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(2, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile1x16(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 16, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile1x8(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 8, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}
function tile1x4(as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  multiplyTile(1, 4, false, as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
}

/** A tile of n rows (1 to 6), which lie at the addresses of a list. */
@inline
export function tileListed(n: i32, width: i32, as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  if (width > 8) {
    if (n == 6) tileListed6x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tileListed5x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tileListed4x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tileListed3x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tileListed2x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tileListed1x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  } else if (width > 4) {
    if (n == 6) tileListed6x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tileListed5x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tileListed4x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tileListed3x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tileListed2x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tileListed1x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  } else {
    if (n == 6) tileListed6x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tileListed5x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tileListed4x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tileListed3x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tileListed2x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tileListed1x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  }
}

/** A tile of n rows (1 to 6), which lie at even distances. */
@inline
export function tile(n: i32, width: i32, as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize): void {
  if (width > 8) {
    if (n == 6) tile6x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tile5x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tile4x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tile3x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tile2x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tile1x16(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  } else if (width > 4) {
    if (n == 6) tile6x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tile5x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tile4x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tile3x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tile2x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tile1x8(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  } else {
    if (n == 6) tile6x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 5) tile5x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 4) tile4x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 3) tile3x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else if (n == 2) tile2x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
    else tile1x4(as, aBase, runs, length, skip, b, bStride, bSkip, outs, outBase);
  }
}

/**
 * multiplyTile for 8 columns of rows whose places lie `listStep` bytes from each other in the lists, and of their twins, `apart` bytes from them, whose
 * results lie `outApart` bytes on: where the engine joins neighbouring vectors, as many accumulators as 16 columns take.
 */
@inline
function multiplyTwins(rows: i32, listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, x = zero;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero, a0: usize = aBase + load<usize>(as);
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero, a1: usize = rows > 1 ? aBase + load<usize>(as + 1 * listStep) : 0;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero, a2: usize = rows > 2 ? aBase + load<usize>(as + 2 * listStep) : 0;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero, a3: usize = rows > 3 ? aBase + load<usize>(as + 3 * listStep) : 0;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero, a4: usize = rows > 4 ? aBase + load<usize>(as + 4 * listStep) : 0;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero, a5: usize = rows > 5 ? aBase + load<usize>(as + 5 * listStep) : 0;
  for (; runs > 0; runs--) {
    const end = a0 + (<usize> length << 2);
    while (a0 != end) {
      b0 = v128.load(b); b1 = v128.load(b, 16);
      x = v128.load32_splat(a0); c0 = madd(x, b0, c0); d0 = madd(x, b1, d0); x = v128.load32_splat(a0 + apart); e0 = madd(x, b0, e0); f0 = madd(x, b1, f0);
      if (rows > 1) { x = v128.load32_splat(a1); c1 = madd(x, b0, c1); d1 = madd(x, b1, d1); x = v128.load32_splat(a1 + apart); e1 = madd(x, b0, e1); f1 = madd(x, b1, f1); }
      if (rows > 2) { x = v128.load32_splat(a2); c2 = madd(x, b0, c2); d2 = madd(x, b1, d2); x = v128.load32_splat(a2 + apart); e2 = madd(x, b0, e2); f2 = madd(x, b1, f2); }
      if (rows > 3) { x = v128.load32_splat(a3); c3 = madd(x, b0, c3); d3 = madd(x, b1, d3); x = v128.load32_splat(a3 + apart); e3 = madd(x, b0, e3); f3 = madd(x, b1, f3); }
      if (rows > 4) { x = v128.load32_splat(a4); c4 = madd(x, b0, c4); d4 = madd(x, b1, d4); x = v128.load32_splat(a4 + apart); e4 = madd(x, b0, e4); f4 = madd(x, b1, f4); }
      if (rows > 5) { x = v128.load32_splat(a5); c5 = madd(x, b0, c5); d5 = madd(x, b1, d5); x = v128.load32_splat(a5 + apart); e5 = madd(x, b0, e5); f5 = madd(x, b1, f5); }
      b += bStride;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
    }
    b += bSkip;
    a0 += skip;
    a1 += skip;
    a2 += skip;
    a3 += skip;
    a4 += skip;
    a5 += skip;
  }
  if (rows > 0) { put(8, outBase + load<usize>(outs + 0 * listStep), c0, d0, c0, d0); put(8, outBase + load<usize>(outs + 0 * listStep) + outApart, e0, f0, e0, f0); }
  if (rows > 1) { put(8, outBase + load<usize>(outs + 1 * listStep), c1, d1, c1, d1); put(8, outBase + load<usize>(outs + 1 * listStep) + outApart, e1, f1, e1, f1); }
  if (rows > 2) { put(8, outBase + load<usize>(outs + 2 * listStep), c2, d2, c2, d2); put(8, outBase + load<usize>(outs + 2 * listStep) + outApart, e2, f2, e2, f2); }
  if (rows > 3) { put(8, outBase + load<usize>(outs + 3 * listStep), c3, d3, c3, d3); put(8, outBase + load<usize>(outs + 3 * listStep) + outApart, e3, f3, e3, f3); }
  if (rows > 4) { put(8, outBase + load<usize>(outs + 4 * listStep), c4, d4, c4, d4); put(8, outBase + load<usize>(outs + 4 * listStep) + outApart, e4, f4, e4, f4); }
  if (rows > 5) { put(8, outBase + load<usize>(outs + 5 * listStep), c5, d5, c5, d5); put(8, outBase + load<usize>(outs + 5 * listStep) + outApart, e5, f5, e5, f5); }
}

function twins6(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(6, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}
function twins5(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(5, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}
function twins4(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(4, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}
function twins3(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(3, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}
function twins2(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(2, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}
function twins1(listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  multiplyTwins(1, listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}

/** A tile of n rows (1 to 6), and their twins. */
@inline
export function twins(n: i32, listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize): void {
  if (n == 6) twins6(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
  else if (n == 5) twins5(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
  else if (n == 4) twins4(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
  else if (n == 3) twins3(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
  else if (n == 2) twins2(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
  else twins1(listStep, as, aBase, apart, runs, length, skip, b, bStride, bSkip, outs, outBase, outApart);
}

/**
 * multiplyTile for pairs of pixels that lie together, of 8 columns each. Both read the first `length` numbers of each run, with weights `b` and `second`, and
 * the second pixel `alone` more.
 */
@inline
function multiplyPairs(rows: i32, as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero, a0: usize = aBase + load<usize>(as);
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero, a1: usize = rows > 1 ? aBase + load<usize>(as, 4) : 0;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero, a2: usize = rows > 2 ? aBase + load<usize>(as, 8) : 0;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero, a3: usize = rows > 3 ? aBase + load<usize>(as, 12) : 0;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero, a4: usize = rows > 4 ? aBase + load<usize>(as, 16) : 0;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero, a5: usize = rows > 5 ? aBase + load<usize>(as, 20) : 0;
  for (; runs > 0; runs--) {
    let end = a0 + (<usize> length << 2);
    while (a0 != end) {
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(second); b3 = v128.load(second, 16);
      x = v128.load32_splat(a0); c0 = madd(x, b0, c0); d0 = madd(x, b1, d0); e0 = madd(x, b2, e0); f0 = madd(x, b3, f0);
      if (rows > 1) { x = v128.load32_splat(a1); c1 = madd(x, b0, c1); d1 = madd(x, b1, d1); e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); }
      if (rows > 2) { x = v128.load32_splat(a2); c2 = madd(x, b0, c2); d2 = madd(x, b1, d2); e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); }
      if (rows > 3) { x = v128.load32_splat(a3); c3 = madd(x, b0, c3); d3 = madd(x, b1, d3); e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); }
      if (rows > 4) { x = v128.load32_splat(a4); c4 = madd(x, b0, c4); d4 = madd(x, b1, d4); e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); }
      if (rows > 5) { x = v128.load32_splat(a5); c5 = madd(x, b0, c5); d5 = madd(x, b1, d5); e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); }
      b += 32;
      second += 32;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
    }
    end = a0 + (<usize> alone << 2);
    while (a0 != end) {
      b2 = v128.load(second); b3 = v128.load(second, 16);
      x = v128.load32_splat(a0); e0 = madd(x, b2, e0); f0 = madd(x, b3, f0);
      if (rows > 1) { x = v128.load32_splat(a1); e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); }
      if (rows > 2) { x = v128.load32_splat(a2); e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); }
      if (rows > 3) { x = v128.load32_splat(a3); e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); }
      if (rows > 4) { x = v128.load32_splat(a4); e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); }
      if (rows > 5) { x = v128.load32_splat(a5); e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); }
      second += 32;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
    }
    second += secondSkip;
    a0 += skip;
    a1 += skip;
    a2 += skip;
    a3 += skip;
    a4 += skip;
    a5 += skip;
  }
  if (rows > 0) put(16, outBase + load<usize>(outs, 0), c0, d0, e0, f0);
  if (rows > 1) put(16, outBase + load<usize>(outs, 4), c1, d1, e1, f1);
  if (rows > 2) put(16, outBase + load<usize>(outs, 8), c2, d2, e2, f2);
  if (rows > 3) put(16, outBase + load<usize>(outs, 12), c3, d3, e3, f3);
  if (rows > 4) put(16, outBase + load<usize>(outs, 16), c4, d4, e4, f4);
  if (rows > 5) put(16, outBase + load<usize>(outs, 20), c5, d5, e5, f5);
}

function pairs6(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(6, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}
function pairs5(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(5, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}
function pairs4(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(4, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}
function pairs3(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(3, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}
function pairs2(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(2, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}
function pairs1(as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  multiplyPairs(1, as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}

/** A tile of n pairs (1 to 6). */
@inline
export function pairs(n: i32, as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize): void {
  if (n == 6) pairs6(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
  else if (n == 5) pairs5(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
  else if (n == 4) pairs4(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
  else if (n == 3) pairs3(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
  else if (n == 2) pairs2(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
  else pairs1(as, aBase, runs, length, alone, skip, b, second, secondSkip, outs, outBase);
}

/**
 * c[i][j] (+)= Σ_k a[k][i] · b[k][j] for i < size and j < width. Row k of A starts at a + aList[k] (or a + k · aStep without lists), row k of B at
 * b + bList[k] (or b + k · bStep). Results go to out + i · outStep, for i < rows.
 */
@inline
function outer(size: i32, width: i32, listed: bool, count: i32, a: usize, aList: usize, aStep: usize, b: usize, bList: usize, bStep: usize, out: usize, outStep: usize, rows: i32, accumulate: bool): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero, at = a, from = b;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero;
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero;
  for (; count > 0; count--) {
    if (listed) {
      at = a + load<usize>(aList);
      from = b + load<usize>(bList);
      aList += 4;
      bList += 4;
    }
    b0 = v128.load(from); if (width > 4) { b1 = v128.load(from, 16); } if (width > 8) { b2 = v128.load(from, 32); b3 = v128.load(from, 48); }
    if (size > 0) { x = v128.load32_splat(at, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); } }
    if (size > 1) { x = v128.load32_splat(at, 4); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
    if (size > 2) { x = v128.load32_splat(at, 8); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
    if (size > 3) { x = v128.load32_splat(at, 12); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
    if (size > 4) { x = v128.load32_splat(at, 16); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
    if (size > 5) { x = v128.load32_splat(at, 20); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
    if (!listed) {
      at += aStep;
      from += bStep;
    }
  }
  if (size > 0 && rows > 0) { if (accumulate) add(width, out + 0 * outStep, c0, d0, e0, f0); else put(width, out + 0 * outStep, c0, d0, e0, f0); }
  if (size > 1 && rows > 1) { if (accumulate) add(width, out + 1 * outStep, c1, d1, e1, f1); else put(width, out + 1 * outStep, c1, d1, e1, f1); }
  if (size > 2 && rows > 2) { if (accumulate) add(width, out + 2 * outStep, c2, d2, e2, f2); else put(width, out + 2 * outStep, c2, d2, e2, f2); }
  if (size > 3 && rows > 3) { if (accumulate) add(width, out + 3 * outStep, c3, d3, e3, f3); else put(width, out + 3 * outStep, c3, d3, e3, f3); }
  if (size > 4 && rows > 4) { if (accumulate) add(width, out + 4 * outStep, c4, d4, e4, f4); else put(width, out + 4 * outStep, c4, d4, e4, f4); }
  if (size > 5 && rows > 5) { if (accumulate) add(width, out + 5 * outStep, c5, d5, e5, f5); else put(width, out + 5 * outStep, c5, d5, e5, f5); }
}

export function outerListed6x16(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 16, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerListed6x8(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 8, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerListed6x4(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 4, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerListed3x16(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(3, 16, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerListed3x8(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(3, 8, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerListed3x4(count: i32, a: usize, aList: usize, b: usize, bList: usize, out: usize, outStep: usize, rows: i32): void {
  outer(3, 4, true, count, a, aList, 0, b, bList, 0, out, outStep, rows, true);
}
export function outerPlain6x16(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 16, false, count, a, 0, aStep, b, 0, bStep, out, outStep, rows, false);
}
export function outerPlain6x8(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 8, false, count, a, 0, aStep, b, 0, bStep, out, outStep, rows, false);
}
export function outerPlain6x4(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32): void {
  outer(6, 4, false, count, a, 0, aStep, b, 0, bStep, out, outStep, rows, false);
}

/**
 * Adds Σ_k a[k][i] · b[k][j] for k < count to c[i][j], for i < size and j < width. Rows of A lie next to each other, 32 bytes each, and those of B, 64 bytes
 * each. Results are at out + i · outStep, for i < rows.
 */
@inline
function addPacked(size: i32, width: i32, count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero;
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero;
  for (const last = at + (count << 5); at != last; at += 32, from += 64) {
    b0 = v128.load(from); if (width > 4) { b1 = v128.load(from, 16); } if (width > 8) { b2 = v128.load(from, 32); b3 = v128.load(from, 48); }
    if (size > 0) { x = v128.load32_splat(at, 0); c0 = madd(x, b0, c0); if (width > 4) { d0 = madd(x, b1, d0); } if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); } }
    if (size > 1) { x = v128.load32_splat(at, 4); c1 = madd(x, b0, c1); if (width > 4) { d1 = madd(x, b1, d1); } if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); } }
    if (size > 2) { x = v128.load32_splat(at, 8); c2 = madd(x, b0, c2); if (width > 4) { d2 = madd(x, b1, d2); } if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); } }
    if (size > 3) { x = v128.load32_splat(at, 12); c3 = madd(x, b0, c3); if (width > 4) { d3 = madd(x, b1, d3); } if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); } }
    if (size > 4) { x = v128.load32_splat(at, 16); c4 = madd(x, b0, c4); if (width > 4) { d4 = madd(x, b1, d4); } if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
    if (size > 5) { x = v128.load32_splat(at, 20); c5 = madd(x, b0, c5); if (width > 4) { d5 = madd(x, b1, d5); } if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
  }
  if (size > 0 && rows > 0) add(width, out + 0 * outStep, c0, d0, e0, f0);
  if (size > 1 && rows > 1) add(width, out + 1 * outStep, c1, d1, e1, f1);
  if (size > 2 && rows > 2) add(width, out + 2 * outStep, c2, d2, e2, f2);
  if (size > 3 && rows > 3) add(width, out + 3 * outStep, c3, d3, e3, f3);
  if (size > 4 && rows > 4) add(width, out + 4 * outStep, c4, d4, e4, f4);
  if (size > 5 && rows > 5) add(width, out + 5 * outStep, c5, d5, e5, f5);
}

export function addPacked6x16(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(6, 16, count, at, from, out, outStep, rows);
}
export function addPacked6x8(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(6, 8, count, at, from, out, outStep, rows);
}
export function addPacked6x4(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(6, 4, count, at, from, out, outStep, rows);
}
export function addPacked3x16(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(3, 16, count, at, from, out, outStep, rows);
}
export function addPacked3x8(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(3, 8, count, at, from, out, outStep, rows);
}
export function addPacked3x4(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(3, 4, count, at, from, out, outStep, rows);
}
