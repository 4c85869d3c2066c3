// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Bᵀ d B of the tiles of images: see winograd.ts, whose products, and those of winograd_grad.ts, are of them. */
import { scratch } from "./command";
import { copy, zero } from "./border";

/**
 * Transforms the tiles of so many images from `first` on, and of them of the rows of tiles top … top + tall: for each group of channels 16 matrices [tiles, C],
 * `step` bytes apart. The four rows of pixels of a row of tiles are first copied, with zeros around them, to the beginning of the scratch memory; two of them stay
 * for the next. `most` is 16 where the engine joins neighbouring vectors, else 8: results are the same.
 */
export function transformTiles(
  most: i32, images: usize, height: i32, width: i32, groups: i32, depth: i32, above: i32, left: i32, first: i32, count: i32, top: i32, tall: i32, across: i32, to: usize,
  step: usize,
): void {
  const tile = <usize> depth << 2, pixel = <usize> groups * tile, line = <usize> width * pixel, needed = 2 * across + 2, lineBytes = <usize> needed * pixel;
  const skipped = max(0, -left), start = <usize> max(0, left) * pixel;
  const end = start + <usize> max(0, min(width - skipped, needed - max(0, left))) * pixel;
  for (let i = first; i < first + count; i++) {
    const image = images + (<usize> (i * height * width + skipped)) * pixel;
    for (let row = top; row < top + tall; row++, to += <usize> across * tile) {
      for (let y = 2 * row + (row == top ? 0 : 2); y < 2 * row + 4; y++) {
        const copied = scratch + <usize> (y & 3) * lineBytes, from = y - above;
        if (from < 0 || from >= height) zero(copied, copied + lineBytes);
        else {
          zero(copied, copied + start);
          copy(copied + start, copied + end, image + <usize> from * line);
          zero(copied + end, copied + lineBytes);
        }
      }
      // Of two rows of tiles, the second begins with the third line.
      let even = scratch + <usize> ((2 * row) & 3) * lineBytes, odd = scratch + <usize> ((2 * row + 2) & 3) * lineBytes, own = to;
      for (let group = 0; group < groups; group++, even += tile, odd += tile, own += 16 * step) {
        if (most < 16) {
          for (let column: i32 = 0; column < across; column++) {
            const at = <usize> (2 * column) * pixel;
            transform(even + at, even + lineBytes + at, odd + at, odd + lineBytes + at, pixel, tile, own + <usize> column * tile, step);
          }
          continue;
        }
        alongTiles(true, even, odd, pixel, across, own, tile, step);
        alongTiles(false, even + lineBytes, odd, pixel, across, own + 4 * step, tile, step);
        alongTiles(true, odd, even + lineBytes, pixel, across, own + 8 * step, tile, step);
        alongTiles(true, even + lineBytes, odd + lineBytes, pixel, across, own + 12 * step, tile, step);
      }
    }
  }
}

/** One vector, or the next. */
// @ts-ignore: decorator
@inline
export function at(address: usize, second: i32): v128 {
  return second ? v128.load(address, 16) : v128.load(address);
}

/** The difference, or the sum, of the numbers of two rows. */
// @ts-ignore: decorator
@inline
function join(minus: bool, a: usize, b: usize, second: i32): v128 {
  return minus ? f32x4.sub(at(a, second), at(b, second)) : f32x4.add(at(a, second), at(b, second));
}

/**
 * A row of Bᵀ d B of a row of tiles, given the two rows of pixels whose difference or sum is that row of Bᵀ d. The last two columns of a tile are the first two of
 * the next.
 */
// @ts-ignore: decorator
@inline
function alongTiles(minus: bool, a: usize, b: usize, pixel: usize, across: i32, to: usize, tile: usize, step: usize): void {
  for (const end = a + tile; a < end; a += 32, b += 32, to += 32) {
    let p = a, q = b, at = to;
    let x0 = join(minus, p, q, 0), y0 = join(minus, p, q, 1), x1 = join(minus, p + pixel, q + pixel, 0), y1 = join(minus, p + pixel, q + pixel, 1);
    for (let column = across; column > 0; column--, at += tile) {
      p += pixel << 1;
      q += pixel << 1;
      const x2 = join(minus, p, q, 0), y2 = join(minus, p, q, 1), x3 = join(minus, p + pixel, q + pixel, 0), y3 = join(minus, p + pixel, q + pixel, 1);
      const at1 = at + step, at2 = at1 + step;
      pair(at, f32x4.sub(x0, x2), f32x4.sub(y0, y2));
      pair(at1, f32x4.add(x1, x2), f32x4.add(y1, y2));
      pair(at2, f32x4.sub(x2, x1), f32x4.sub(y2, y1));
      pair(at2 + step, f32x4.sub(x1, x3), f32x4.sub(y1, y3));
      x0 = x2;
      y0 = y2;
      x1 = x3;
      y1 = y3;
    }
  }
}

/**
 * Bᵀ d B of a group's channels of four pixels of each of four rows: 16 numbers a channel, `step` bytes apart. Vectors that are not joined are twice as many, and
 * registers too few for alongTiles.
 */
function transform(row0: usize, row1: usize, row2: usize, row3: usize, pixel: usize, tile: usize, to: usize, step: usize): void {
  for (const end = to + tile; to < end; to += 32) {
    difference(row0, row2, pixel, to, step);
    const to1 = to + 4 * step, to2 = to1 + 4 * step;
    total(row1, row2, pixel, to1, step);
    difference(row2, row1, pixel, to2, step);
    difference(row1, row3, pixel, to2 + 4 * step, step);
    row0 += 32;
    row1 += 32;
    row2 += 32;
    row3 += 32;
  }
}

/** A row of the transformed tile: that of the differences of two rows of pixels. */
// @ts-ignore: decorator
@inline
function difference(a: usize, b: usize, pixel: usize, to: usize, step: usize): void {
  const a1 = a + pixel, a2 = a1 + pixel, a3 = a2 + pixel, b1 = b + pixel, b2 = b1 + pixel, b3 = b2 + pixel;
  alongRow(
    f32x4.sub(at(a, 0), at(b, 0)), f32x4.sub(at(a1, 0), at(b1, 0)), f32x4.sub(at(a2, 0), at(b2, 0)), f32x4.sub(at(a3, 0), at(b3, 0)),
    f32x4.sub(at(a, 1), at(b, 1)), f32x4.sub(at(a1, 1), at(b1, 1)), f32x4.sub(at(a2, 1), at(b2, 1)), f32x4.sub(at(a3, 1), at(b3, 1)),
    to, step,
  );
}

/** That of their sums. */
// @ts-ignore: decorator
@inline
function total(a: usize, b: usize, pixel: usize, to: usize, step: usize): void {
  const a1 = a + pixel, a2 = a1 + pixel, a3 = a2 + pixel, b1 = b + pixel, b2 = b1 + pixel, b3 = b2 + pixel;
  alongRow(
    f32x4.add(at(a, 0), at(b, 0)), f32x4.add(at(a1, 0), at(b1, 0)), f32x4.add(at(a2, 0), at(b2, 0)), f32x4.add(at(a3, 0), at(b3, 0)),
    f32x4.add(at(a, 1), at(b, 1)), f32x4.add(at(a1, 1), at(b1, 1)), f32x4.add(at(a2, 1), at(b2, 1)), f32x4.add(at(a3, 1), at(b3, 1)),
    to, step,
  );
}

/** Four numbers times B, of two vectors of channels. */
// @ts-ignore: decorator
@inline
function alongRow(a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128, to: usize, step: usize): void {
  const to1 = to + step, to2 = to1 + step, to3 = to2 + step;
  pair(to, f32x4.sub(a0, a2), f32x4.sub(b0, b2));
  pair(to1, f32x4.add(a1, a2), f32x4.add(b1, b2));
  pair(to2, f32x4.sub(a2, a1), f32x4.sub(b2, b1));
  pair(to3, f32x4.sub(a1, a3), f32x4.sub(b1, b3));
}

/** Stores two vectors. */
// @ts-ignore: decorator
@inline
export function pair(to: usize, a: v128, b: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
}
