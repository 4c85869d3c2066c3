// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/**
 * Gradients of weights in groups of few channels after Winograd: F(2 × 2, 3 × 3) of winograd.ts turned round. Of each tile of 4 × 4 pixels d, and the gradient g
 * of its 2 × 2 results,
 *
 *     gradient of the weights = Gᵀ [ Σ over tiles of (Bᵀ d B) ∘ (A g Aᵀ) ] G
 *
 * where the products of the sum are outer products over channels: 16 in the place of 36. They are added up unit by unit, part by part; the whole is transformed
 * once.
 */
import { scratch } from "./command";
import { WinogradGradCommand, WinogradPartsCommand } from "./layouts";
import { madd } from "./relaxed";
import { add } from "./tile_store";
import { at, pair, transformTiles } from "./winograd_tiles";

/** A chunk is a part: the sums of some units, 16 matrices a group, [C, O] each. */
export function winogradGrad(command: usize, chunk: i32): void {
  const cmd = changetype<WinogradGradCommand>(command), bands = cmd.bands, group = cmd.group, groups = cmd.groups;
  const depth = cmd.depth, channels = cmd.channels, rows = cmd.rows, columns = cmd.columns, across = (columns + 1) >> 1;
  const aStep = <usize> depth << 2, row = <usize> channels << 2, matrix = <usize> depth * row;
  const tilesAt = scratch + <usize> cmd.tilesAt, tileStep = <usize> cmd.tileStep, gAt = scratch + <usize> cmd.gAt, gStep = <usize> cmd.gStep;
  const sums = cmd.scratch + <usize> cmd.sums + <usize> (chunk * groups * 16) * matrix;
  memory.fill(sums, 0, <usize> (groups * 16) * matrix);
  const firstUnit = chunk * cmd.unitsPerPart, lastUnit = min(cmd.units, firstUnit + cmd.unitsPerPart);
  for (let unit = firstUnit; unit < lastUnit; unit++) {
    const first = unit / bands * group, count = min(group, cmd.images - first), top = unit % bands * cmd.bandRows;
    const tall = min(cmd.bandRows, ((rows + 1) >> 1) - top), tiles = count * tall * across;
    transformTiles(cmd.panelColumns, cmd.image, cmd.height, cmd.width, groups, depth, cmd.above, cmd.left, first, count, top, tall, across, tilesAt, tileStep);
    spreadTiles(cmd.pixels, rows, columns, groups, row, first, count, top, tall, across, gAt, gStep);
    let a = tilesAt, b = gAt, to = sums;
    for (let i = 16 * groups; i > 0; i--, a += tileStep, b += gStep, to += matrix) {
      addProducts(cmd.panelColumns, tiles, a, aStep, b, row, to, row, depth, channels);
    }
  }
}

/** A g Aᵀ of the tiles of a unit: for each group 16 matrices [tiles, O], `step` bytes apart. Where a tile reaches beyond the gradient, there are zeros. */
function spreadTiles(g: usize, rows: i32, columns: i32, groups: i32, tile: usize, first: i32, count: i32, top: i32, tall: i32, across: i32, to: usize, step: usize): void {
  const pixel = <usize> groups * tile, line = <usize> columns * pixel;
  // What comes first in the scratch memory has served its purpose.
  const zeros = scratch;
  for (let i = first; i < first + count; i++) {
    fetch(g + <usize> (i * rows + 2 * top) * line, g + <usize> (i * rows + min(rows, 2 * (top + tall))) * line);
    memory.fill(zeros, 0, pixel);
    for (let y = 2 * top; y < 2 * (top + tall); y += 2) {
      let from = g + <usize> (i * rows + y) * line;
      const below = y + 1 < rows;
      for (let x = 1; x <= across; x++, from += 2 * pixel, to += tile) {
        const beside = 2 * x <= columns;
        spread(from, beside ? from + pixel : zeros, below ? from + line : zeros, beside && below ? from + line + pixel : zeros, groups, tile, to, step);
      }
    }
  }
}

/** Reads a word of each cache line from `at` to `end`: more of them are on their way at once than while they are used. */
function fetch(at: usize, end: usize): void {
  let a = 0, b = 0;
  for (; at + 64 < end; at += 128) {
    a ^= load<i32>(at);
    b ^= load<i32>(at, 64);
  }
  // What is used is not left out.
  store<i32>(scratch, a ^ b);
}

/** That of all channels of a tile, group by group. */
function spread(from: usize, right: usize, below: usize, corner: usize, groups: i32, tile: usize, to: usize, step: usize): void {
  for (; groups > 0; groups--, to += 16 * step - tile) {
    for (const end = from + tile; from < end; from += 32, right += 32, below += 32, corner += 32, to += 32) {
      const a0 = at(from, 0), a1 = at(from, 1), b0 = at(right, 0), b1 = at(right, 1);
      const c0 = at(below, 0), c1 = at(below, 1), d0 = at(corner, 0), d1 = at(corner, 1);
      const to1 = to + 4 * step, to2 = to1 + 4 * step;
      spreadRow(a0, b0, a1, b1, to, step);
      spreadRow(f32x4.add(a0, c0), f32x4.add(b0, d0), f32x4.add(a1, c1), f32x4.add(b1, d1), to1, step);
      spreadRow(f32x4.sub(a0, c0), f32x4.sub(b0, d0), f32x4.sub(a1, c1), f32x4.sub(b1, d1), to2, step);
      spreadRow(f32x4.neg(c0), f32x4.neg(d0), f32x4.neg(c1), f32x4.neg(d1), to2 + 4 * step, step);
    }
  }
}

/** Two numbers times Aᵀ, of two vectors of channels. */
// @ts-ignore: decorator
@inline
function spreadRow(a0: v128, b0: v128, a1: v128, b1: v128, to: usize, step: usize): void {
  const to1 = to + step, to2 = to1 + step;
  pair(to, a0, a1);
  pair(to1, f32x4.add(a0, b0), f32x4.add(a1, b1));
  pair(to2, f32x4.sub(a0, b0), f32x4.sub(a1, b1));
  pair(to2 + step, f32x4.neg(b0), f32x4.neg(b1));
}

/** Adds Σ over tiles of a[·] b[·] to `rows` × `columns` sums, both multiples of 8: by six rows, and by four where six leave two. */
function addProducts(
  most: i32, count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize, rows: i32, columns: i32,
): void {
  let column = 0;
  while (column < columns) {
    const wide = most == 16 && column + 16 <= columns;
    let from = a, to = out;
    for (let left = rows; left > 0;) {
      const eight = most == 16 && !wide, size = eight ? 8 : left == 4 || left == 8 ? 4 : 6;
      if (eight) outer8x8(count, from, aStep, b, bStep, to, outStep);
      else if (wide) {
        if (size == 6) outer6x16(count, from, aStep, b, bStep, to, outStep);
        else outer4x16(count, from, aStep, b, bStep, to, outStep);
      } else if (size == 6) outer6x8(count, from, aStep, b, bStep, to, outStep);
      else outer4x8(count, from, aStep, b, bStep, to, outStep);
      left -= size;
      from += <usize> size << 2;
      to += <usize> size * outStep;
    }
    const width = wide ? 16 : 8;
    column += width;
    b += <usize> width << 2;
    out += <usize> width << 2;
  }
}

function outer6x16(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  outer(6, 16, count, a, aStep, b, bStep, out, outStep);
}
function outer4x16(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  outer(4, 16, count, a, aStep, b, bStep, out, outStep);
}
function outer8x8(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  outer(8, 8, count, a, aStep, b, bStep, out, outStep);
}
function outer6x8(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  outer(6, 8, count, a, aStep, b, bStep, out, outStep);
}
function outer4x8(count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  outer(4, 8, count, a, aStep, b, bStep, out, outStep);
}

/** `rows` (8, 6 or 4) consecutive numbers of A's rows, times 16 or 8 of B's. */
// @ts-ignore: decorator
@inline
function outer(rows: i32, width: i32, count: i32, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, outStep: usize): void {
  const zero = f32x4.splat(0);
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero;
  let c0 = zero, d0 = zero, e0 = zero, f0 = zero;
  let c1 = zero, d1 = zero, e1 = zero, f1 = zero;
  let c2 = zero, d2 = zero, e2 = zero, f2 = zero;
  let c3 = zero, d3 = zero, e3 = zero, f3 = zero;
  let c4 = zero, d4 = zero, e4 = zero, f4 = zero;
  let c5 = zero, d5 = zero, e5 = zero, f5 = zero;
  let c6 = zero, d6 = zero, e6 = zero, f6 = zero;
  let c7 = zero, d7 = zero, e7 = zero, f7 = zero;
  for (; count > 0; count--, a += aStep, b += bStep) {
    b0 = v128.load(b); b1 = v128.load(b, 16);
    if (width > 8) { b2 = v128.load(b, 32); b3 = v128.load(b, 48); }
    x = v128.load32_splat(a, 0); c0 = madd(x, b0, c0); d0 = madd(x, b1, d0); if (width > 8) { e0 = madd(x, b2, e0); f0 = madd(x, b3, f0); }
    x = v128.load32_splat(a, 4); c1 = madd(x, b0, c1); d1 = madd(x, b1, d1); if (width > 8) { e1 = madd(x, b2, e1); f1 = madd(x, b3, f1); }
    x = v128.load32_splat(a, 8); c2 = madd(x, b0, c2); d2 = madd(x, b1, d2); if (width > 8) { e2 = madd(x, b2, e2); f2 = madd(x, b3, f2); }
    x = v128.load32_splat(a, 12); c3 = madd(x, b0, c3); d3 = madd(x, b1, d3); if (width > 8) { e3 = madd(x, b2, e3); f3 = madd(x, b3, f3); }
    if (rows > 4) { x = v128.load32_splat(a, 16); c4 = madd(x, b0, c4); d4 = madd(x, b1, d4); if (width > 8) { e4 = madd(x, b2, e4); f4 = madd(x, b3, f4); } }
    if (rows > 5) { x = v128.load32_splat(a, 20); c5 = madd(x, b0, c5); d5 = madd(x, b1, d5); if (width > 8) { e5 = madd(x, b2, e5); f5 = madd(x, b3, f5); } }
    if (rows > 6) { x = v128.load32_splat(a, 24); c6 = madd(x, b0, c6); d6 = madd(x, b1, d6); if (width > 8) { e6 = madd(x, b2, e6); f6 = madd(x, b3, f6); } }
    if (rows > 7) { x = v128.load32_splat(a, 28); c7 = madd(x, b0, c7); d7 = madd(x, b1, d7); if (width > 8) { e7 = madd(x, b2, e7); f7 = madd(x, b3, f7); } }
  }
  add(width, out, c0, d0, e0, f0);
  add(width, out + 1 * outStep, c1, d1, e1, f1);
  add(width, out + 2 * outStep, c2, d2, e2, f2);
  add(width, out + 3 * outStep, c3, d3, e3, f3);
  if (rows > 4) add(width, out + 4 * outStep, c4, d4, e4, f4);
  if (rows > 5) add(width, out + 5 * outStep, c5, d5, e5, f5);
  if (rows > 6) add(width, out + 6 * outStep, c6, d6, e6, f6);
  if (rows > 7) add(width, out + 7 * outStep, c7, d7, e7, f7);
}

/** Gᵀ S G of the sums S of all parts, into weights [O, C, 3, 3]. A chunk is eight output channels of a group. */
export function winogradParts(command: usize, chunk: i32): void {
  const cmd = changetype<WinogradPartsCommand>(command), depth = cmd.depth, channels = cmd.channels, groups = cmd.groups;
  const eights = channels >> 3, group = chunk / eights, first = (chunk - group * eights) << 3;
  const row = <usize> channels << 2, step = <usize> depth * row, part = <usize> (16 * groups) * step;
  const each = <usize> (9 * depth) << 2;
  for (let half = 0; half < 8; half += 4) {
    let from = cmd.scratch + <usize> cmd.sums + <usize> (16 * group) * step + (<usize> (first + half) << 2);
    let to = cmd.output + <usize> (group * channels + first + half) * each;
    for (let i = 0; i < depth; i++, from += row, to += 36) {
      gather(from, step, part, cmd.parts);
      for (let k: usize = 0; k < 3; k++) {
        const place = scratch + k * 64, one = to + 12 * k;
        scatter(one, each, v128.load(place));
        scatter(one + 4, each, v128.load(place, 16));
        scatter(one + 8, each, v128.load(place, 32));
      }
    }
  }
}

/** Gᵀ S G of four channels: three rows, 64 bytes apart, in the scratch memory. */
function gather(from: usize, step: usize, part: usize, parts: i32): void {
  const half = f32x4.splat(0.5);
  // Along columns: three rows of four.
  for (let j: usize = 0; j < 4; j++) {
    const s0 = partsOf(from + j * step, part, parts), s1 = partsOf(from + (4 + j) * step, part, parts);
    const s2 = partsOf(from + (8 + j) * step, part, parts), s3 = partsOf(from + (12 + j) * step, part, parts);
    const sum = f32x4.mul(f32x4.add(s1, s2), half), place = scratch + j * 16;
    v128.store(place, f32x4.add(s0, sum));
    v128.store(place, f32x4.mul(f32x4.sub(s1, s2), half), 64);
    v128.store(place, f32x4.add(s3, sum), 128);
  }
  for (let k: usize = 0; k < 3; k++) {
    const place = scratch + k * 64, s0 = v128.load(place), s1 = v128.load(place, 16), s2 = v128.load(place, 32), s3 = v128.load(place, 48);
    const sum = f32x4.mul(f32x4.add(s1, s2), half);
    v128.store(place, f32x4.add(s0, sum));
    v128.store(place, f32x4.mul(f32x4.sub(s1, s2), half), 16);
    v128.store(place, f32x4.add(s3, sum), 32);
  }
}

/** One vector of the sums of all parts, in their order. */
// @ts-ignore: decorator
@inline
function partsOf(from: usize, part: usize, parts: i32): v128 {
  let sum = v128.load(from);
  for (let p = 1; p < parts; p++) {
    from += part;
    sum = f32x4.add(sum, v128.load(from));
  }
  return sum;
}

/** Stores a number for each of four output channels. */
// @ts-ignore: decorator
@inline
function scatter(to: usize, each: usize, numbers: v128): void {
  v128.store32_lane(to, numbers, 0);
  v128.store32_lane(to + each, numbers, 1);
  v128.store32_lane(to + 2 * each, numbers, 2);
  v128.store32_lane(to + 3 * each, numbers, 3);
}
