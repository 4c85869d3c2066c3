// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Convolution by 3 × 3 with stride 1 after Winograd's F(2 × 2, 3 × 3) (Lavin and Gray, 2016): of each tile of 4 × 4 pixels d, which has 2 × 2 results,
 *
 *     results = Aᵀ [ (G g Gᵀ) ∘ (Bᵀ d B) ] A
 *
 *         1  0 −1  0        1   0   0
 *     Bᵀ = 0  1  1  0   G = ½   ½   ½   Aᵀ = 1  1  1  0
 *         0 −1  1  0        ½  −½   ½        0  1 −1 −1
 *         0  1  0 −1        0   0   1
 *
 * with 16 products of two numbers in the place of 36. Summed over channels, they are 16 matrix products of transformed tiles [tiles, C] and transformed
 * weights [C, O]. A chunk transforms its tiles, and then for each panel of output channels multiplies and transforms back, all in the thread's scratch
 * memory, which stays in the L2 cache.
 *
 * Channels come by eights: two vectors each time, which the engine joins. Additions are in one order whatever the chunks and panels are.
 */
import { scratch } from "./command";
import { WinogradCommand, WinogradWeightsCommand } from "./layouts";
import { panel, tileWidth } from "./panel";
import { epilogue } from "./pointwise";
import { at, pair, transformTiles } from "./winograd_tiles";

/**
 * conv2d and conv2dInputGrad: some panels of channels of the results of a unit: a group of images, or a band of rows of tiles of one. Tiles are transformed in
 * all channels, as pixels are read in the order in which they lie; a panel's products take those of its group.
 */
export function winograd(command: usize, chunk: i32): void {
  const cmd = changetype<WinogradCommand>(command), bands = cmd.bands, group = cmd.group;
  const panelChunk = chunk / cmd.units, unit = chunk - panelChunk * cmd.units;
  const first = unit / bands * group, count = min(group, cmd.images - first), top = unit % bands * cmd.bandRows;
  const rows = cmd.rows, columns = cmd.columns, across = (columns + 1) >> 1;
  const tall = min(cmd.bandRows, ((rows + 1) >> 1) - top), tiles = count * tall * across;
  const depth = cmd.depth, groups = cmd.groups, tileBytes = <usize> depth << 2, step = <usize> cmd.tileStep;
  const tilesAt = scratch + <usize> cmd.tilesAt, productsAt = scratch + <usize> cmd.productsAt;
  transformTiles(cmd.panelColumns, cmd.image, cmd.height, cmd.width, groups, depth, cmd.above, cmd.left, first, count, top, tall, across, tilesAt, step);
  const channels = cmd.channels, most = cmd.panelColumns, begin = panelChunk * cmd.panels * most, end = min(channels, begin + cmd.panels * most);
  const pixel = <usize> (channels * groups) << 2, line = <usize> columns * pixel;
  const output = cmd.output + <usize> (first * rows + 2 * top) * line;
  // What comes first in the scratch memory has served its purpose.
  const nowhere = scratch;
  for (let g = 0; g < groups; g++) {
    const a = tilesAt + <usize> (16 * g) * step;
    let weights = cmd.scratch + <usize> cmd.weights + <usize> g * <usize> cmd.groupBytes + 16 * <usize> begin * tileBytes;
    for (let column = begin; column < end; column += most) {
      const width = tileWidth(min(most, end - column)), row = <usize> width << 2;
      for (let k: usize = 0; k < 16; k++) {
        panel(tiles, tileBytes, a + k * step, depth, weights, row, row << 4, productsAt + k * row, width);
        weights += <usize> depth * row;
      }
      let from = productsAt, image = output + (<usize> (g * channels + column) << 2);
      for (let i = 0; i < count; i++, image += <usize> rows * line) {
        let to = image;
        for (let y = 0; y < tall; y++, to += 2 * line) {
          const next = 2 * (top + y) + 1 < rows ? line : 0;
          let at = to;
          for (let x = 1; x <= across; x++, from += row << 4, at += 2 * pixel) {
            const beside = 2 * x <= columns, below = next ? at + next : nowhere;
            const right = beside ? at + pixel : nowhere, corner = beside && next ? below + pixel : nowhere;
            if (most < 16) transformBackNarrow(from, row, at, right, below, corner);
            else transformBack(from, row, at, right, below, corner);
          }
        }
      }
    }
  }
  const perRow = columns * channels * groups, all = rows * perRow, done = first * all + 2 * top * perRow;
  epilogue(cmd.epilogue, done, min(done + 2 * cmd.bandRows * perRow, (first + 1) * all) + (count - 1) * all);
}

/**
 * Aᵀ m A of a tile: 16 rows of `row` bytes → a row of each of 2 × 2 pixels. There is no branch between the vectors' stores, as the engine joins vectors only
 * where there is none: pixels beyond the image are stored elsewhere.
 */
function transformBack(m: usize, row: usize, to: usize, right: usize, below: usize, corner: usize): void {
  const row4 = row << 2, row8 = row << 3, row12 = row4 + row8;
  for (const end = m + row; m < end; m += 32, to += 32, right += 32, below += 32, corner += 32) {
    // Along columns: of each, sum and difference, so that each product is loaded once.
    const m1 = m + row, m2 = m1 + row, m3 = m2 + row;
    let p = at(m + row4, 0), q = at(m + row8, 0), v = at(m + row4, 1), w = at(m + row8, 1);
    const s0 = sum3(at(m, 0), p, q), d0 = difference3(p, q, at(m + row12, 0)), t0 = sum3(at(m, 1), v, w), e0 = difference3(v, w, at(m + row12, 1));
    p = at(m1 + row4, 0); q = at(m1 + row8, 0); v = at(m1 + row4, 1); w = at(m1 + row8, 1);
    const s1 = sum3(at(m1, 0), p, q), d1 = difference3(p, q, at(m1 + row12, 0)), t1 = sum3(at(m1, 1), v, w), e1 = difference3(v, w, at(m1 + row12, 1));
    p = at(m2 + row4, 0); q = at(m2 + row8, 0); v = at(m2 + row4, 1); w = at(m2 + row8, 1);
    const s2 = sum3(at(m2, 0), p, q), d2 = difference3(p, q, at(m2 + row12, 0)), t2 = sum3(at(m2, 1), v, w), e2 = difference3(v, w, at(m2 + row12, 1));
    p = at(m3 + row4, 0); q = at(m3 + row8, 0); v = at(m3 + row4, 1); w = at(m3 + row8, 1);
    const s3 = sum3(at(m3, 0), p, q), d3 = difference3(p, q, at(m3 + row12, 0)), t3 = sum3(at(m3, 1), v, w), e3 = difference3(v, w, at(m3 + row12, 1));
    pair(to, sum3(s0, s1, s2), sum3(t0, t1, t2));
    pair(right, difference3(s1, s2, s3), difference3(t1, t2, t3));
    pair(below, sum3(d0, d1, d2), sum3(e0, e1, e2));
    pair(corner, difference3(d1, d2, d3), difference3(e1, e2, e3));
  }
}

/** The same where vectors are not joined, so that registers are too few for all sums and differences. */
function transformBackNarrow(m: usize, row: usize, to: usize, right: usize, below: usize, corner: usize): void {
  for (const end = m + row; m < end; m += 32, to += 32, right += 32, below += 32, corner += 32) {
    const m1 = m + 4 * row, m2 = m1 + 4 * row, m3 = m2 + 4 * row;
    twoPixels(
      sumOf(m, m1, m2, 0), sumOf(m + row, m1 + row, m2 + row, 0), sumOf(m + 2 * row, m1 + 2 * row, m2 + 2 * row, 0), sumOf(m + 3 * row, m1 + 3 * row, m2 + 3 * row, 0),
      sumOf(m, m1, m2, 1), sumOf(m + row, m1 + row, m2 + row, 1), sumOf(m + 2 * row, m1 + 2 * row, m2 + 2 * row, 1), sumOf(m + 3 * row, m1 + 3 * row, m2 + 3 * row, 1),
      to, right,
    );
    twoPixels(
      differenceOf(m1, m2, m3, 0), differenceOf(m1 + row, m2 + row, m3 + row, 0), differenceOf(m1 + 2 * row, m2 + 2 * row, m3 + 2 * row, 0), differenceOf(m1 + 3 * row, m2 + 3 * row, m3 + 3 * row, 0),
      differenceOf(m1, m2, m3, 1), differenceOf(m1 + row, m2 + row, m3 + row, 1), differenceOf(m1 + 2 * row, m2 + 2 * row, m3 + 2 * row, 1), differenceOf(m1 + 3 * row, m2 + 3 * row, m3 + 3 * row, 1),
      below, corner,
    );
  }
}

/** Four numbers times A, of two vectors of channels. */
// @ts-ignore: decorator
@inline
function twoPixels(a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128, to: usize, right: usize): void {
  pair(to, sum3(a0, a1, a2), sum3(b0, b1, b2));
  pair(right, difference3(a1, a2, a3), difference3(b1, b2, b3));
}

// @ts-ignore: decorator
@inline
function sum3(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.add(a, b), c);
}

// @ts-ignore: decorator
@inline
function difference3(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(f32x4.sub(a, b), c);
}

// @ts-ignore: decorator
@inline
function sumOf(a: usize, b: usize, c: usize, second: i32): v128 {
  return sum3(at(a, second), at(b, second), at(c, second));
}

// @ts-ignore: decorator
@inline
function differenceOf(a: usize, b: usize, c: usize, second: i32): v128 {
  return difference3(at(a, second), at(b, second), at(c, second));
}

/** G g Gᵀ of packed weights: a chunk is a panel of a group, of 9 matrices [C, columns], of which 16 are made. */
export function winogradWeights(command: usize, chunk: i32): void {
  const cmd = changetype<WinogradWeightsCommand>(command), most = cmd.panelColumns, depth = cmd.depth;
  const column = chunk % ((cmd.channels + most - 1) / most) * most;
  const before = <usize> (chunk * most * depth) << 2, step = <usize> (depth * tileWidth(min(most, cmd.channels - column))) << 2;
  let g = cmd.scratch + <usize> cmd.packed + 9 * before, to = cmd.scratch + <usize> cmd.weights + 16 * before;
  for (const end = g + step; g < end; g += 32, to += 32) {
    const g1 = g + 3 * step, g2 = g1 + 3 * step;
    weightRow(
      at(g, 0), at(g + step, 0), at(g + 2 * step, 0), at(g, 1), at(g + step, 1), at(g + 2 * step, 1), to, step,
    );
    weightRow(
      half(at(g, 0), at(g1, 0), at(g2, 0)), half(at(g + step, 0), at(g1 + step, 0), at(g2 + step, 0)),
      half(at(g + 2 * step, 0), at(g1 + 2 * step, 0), at(g2 + 2 * step, 0)),
      half(at(g, 1), at(g1, 1), at(g2, 1)), half(at(g + step, 1), at(g1 + step, 1), at(g2 + step, 1)),
      half(at(g + 2 * step, 1), at(g1 + 2 * step, 1), at(g2 + 2 * step, 1)), to + 4 * step, step,
    );
    weightRow(
      halfDifference(at(g, 0), at(g1, 0), at(g2, 0)), halfDifference(at(g + step, 0), at(g1 + step, 0), at(g2 + step, 0)),
      halfDifference(at(g + 2 * step, 0), at(g1 + 2 * step, 0), at(g2 + 2 * step, 0)),
      halfDifference(at(g, 1), at(g1, 1), at(g2, 1)), halfDifference(at(g + step, 1), at(g1 + step, 1), at(g2 + step, 1)),
      halfDifference(at(g + 2 * step, 1), at(g1 + 2 * step, 1), at(g2 + 2 * step, 1)), to + 8 * step, step,
    );
    weightRow(
      at(g2, 0), at(g2 + step, 0), at(g2 + 2 * step, 0), at(g2, 1), at(g2 + step, 1), at(g2 + 2 * step, 1), to + 12 * step, step,
    );
  }
}

/** Three numbers times Gᵀ, of two vectors. */
// @ts-ignore: decorator
@inline
function weightRow(a0: v128, a1: v128, a2: v128, b0: v128, b1: v128, b2: v128, to: usize, step: usize): void {
  pair(to, a0, b0);
  pair(to + step, half(a0, a1, a2), half(b0, b1, b2));
  pair(to + 2 * step, halfDifference(a0, a1, a2), halfDifference(b0, b1, b2));
  pair(to + 3 * step, a2, b2);
}

/** (a + b + c) / 2. */
// @ts-ignore: decorator
@inline
function half(a: v128, b: v128, c: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.add(a, c), b), f32x4.splat(0.5));
}

/** (a − b + c) / 2. */
// @ts-ignore: decorator
@inline
function halfDifference(a: v128, b: v128, c: v128): v128 {
  return f32x4.mul(f32x4.sub(f32x4.add(a, c), b), f32x4.splat(0.5));
}
