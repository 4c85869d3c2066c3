// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Packing a strided matrix [k, n] into panels of 8 or 16 columns: panel p holds for each k the columns from 8p or 16p on, zeros past n. The last
 * panel is 4 or 8 wide where that many columns are left. A row of B in a tile is then vector loads next to each other, whatever its strides.
 */
import { PackPanelsCommand, PackRowsCommand, PackStripsCommand } from "./layouts";
import { tileWidth } from "./panel";

/**
 * Row k of the matrix is row (tap, i): its elements start at offsets[tap] + i · inner, `across` elements apart. Matrices have one tap. Chunks
 * run over groups of panels first, then over the batch.
 */
export function packPanels(command: usize, chunk: i32): void {
  const cmd = changetype<PackPanelsCommand>(command);
  const columns = cmd.columns, taps = cmd.taps, length = cmd.length, offsets = cmd.offsets;
  const inner = <usize> cmd.inner << 2,
    across = <usize> cmd.across << 2,
    group = cmd.group,
    panels = cmd.panels;
  const groups = (panels + group - 1) / group, batch = chunk / groups;
  const first = (chunk - batch * groups) * group, last = min(panels, first + group);
  const source = cmd.source + (<usize> (batch * cmd.batchStride) << 2);
  let base = cmd.scratch + <usize> cmd.at + <usize> batch * <usize> cmd.batchBytes;
  const most = cmd.panelColumns;
  base += <usize> (first * taps * length * most) << 2;
  for (let p = first; p < last; p++) {
    const left = min(most, columns - p * most), from = source + <usize> (p * most) * across;
    const step = <usize> tileWidth(left) << 2;
    // Eight columns at a time, then those that are left.
    let column = 0;
    for (; column + 8 <= left; column += 8) {
      const to = base + (<usize> column << 2), at = from + <usize> column * across;
      if (cmd.whole != 0) packKernels(to, at, taps, length, across, step);
      else if (cmd.kernel != 0) packTaps(to, at, cmd.kernel, cmd.places, length, inner, across, step);
      else {
        for (let tap = 0; tap < taps; tap++) {
          packWide(to + <usize> (tap * length) * step, at + tapOffset(offsets, tap), length, inner, across, step);
        }
      }
    }
    for (const end = <i32> (step >> 2); column < end; column++) {
      let to = base + (<usize> column << 2);
      for (let tap = 0; tap < taps; tap++) {
        let at = from + tapOffset(offsets, tap) + <usize> column * across;
        for (let i = 0; i < length; i++, at += inner, to += step) store<f32>(to, column < left ? load<f32>(at) : 0);
      }
    }
    base += <usize> (taps * length) * step;
  }
}

/** Bytes to a tap. */
// @ts-ignore: decorator
@inline
function tapOffset(offsets: usize, tap: i32): usize {
  return <usize> load<i32>(offsets + (<usize> tap << 2)) << 2;
}

/** Eight columns of `length` rows, which come to lie `step` bytes apart. */
function packWide(to: usize, row: usize, length: i32, inner: usize, across: usize, step: usize): void {
  if (across == 4) {
    for (let i = 0; i < length; i++, row += inner, to += step) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 16), 16);
    }
    return;
  }
  let i = 0;
  if (inner == 4) {
    // Rows are dense along k: transpose 4 × 4 blocks.
    for (; i + 4 <= length; i += 4, row += 16, to += 4 * step) {
      transpose4(to, row, across, step);
      transpose4(to + 16, row + 4 * across, across, step);
    }
  }
  for (; i < length; i++, row += inner, to += step) {
    v128.store(to, gather4(row, across));
    v128.store(to, gather4(row + 4 * across, across), 16);
  }
}

/** Eight columns of all taps, `length` rows each, of which those of a tap begin at its place: of each row the taps lie next to each other. */
function packTaps(to: usize, row: usize, taps: i32, places: usize, length: i32, inner: usize, across: usize, step: usize): void {
  for (let i = 0; i < length; i++, row += inner, to += step) {
    let tap = 0, from = row, place = places;
    for (; tap + 4 <= taps; tap += 4, from += 16, place += 16) {
      const first = to + <usize> load<i32>(place) * step, second = to + <usize> load<i32>(place, 4) * step;
      const third = to + <usize> load<i32>(place, 8) * step, fourth = to + <usize> load<i32>(place, 12) * step;
      scatter4(first, second, third, fourth, from, across);
      scatter4(first + 16, second + 16, third + 16, fourth + 16, from + 4 * across, across);
    }
    for (; tap < taps; tap++, from += 4, place += 4) {
      const at = to + <usize> load<i32>(place) * step;
      v128.store(at, gather4(from, across));
      v128.store(at, gather4(from + 4 * across, across), 16);
    }
  }
}

/** Four numbers `across` bytes apart. */
// @ts-ignore: decorator
@inline
function gather4(at: usize, across: usize): v128 {
  const second = at + across, third = second + across;
  return v128.load32_lane(third + across, v128.load32_lane(third, v128.load32_lane(second, v128.load32_zero(at), 1), 2), 3);
}

/** 8 whole kernels [channels, taps], dense, `across` apart → rows (tap, channel), `size` bytes apart, of 8 columns: four consecutive numbers of each at a time. */
function packKernels(to: usize, from: usize, taps: i32, channels: i32, across: usize, size: usize): void {
  const count = taps * channels, step = <usize> channels * size;
  let tap = 0, row = to, at = to, i = 0;
  // The step to the next number's place is written out: an inlined function cannot change three variables of its caller.
  for (; i + 4 <= count; i += 4, from += 16) {
    const first = at;
    if (++tap == taps) {
      tap = 0;
      row += size;
      at = row;
    } else at += step;
    const second = at;
    if (++tap == taps) {
      tap = 0;
      row += size;
      at = row;
    } else at += step;
    const third = at;
    if (++tap == taps) {
      tap = 0;
      row += size;
      at = row;
    } else at += step;
    const fourth = at;
    if (++tap == taps) {
      tap = 0;
      row += size;
      at = row;
    } else at += step;
    scatter4(first, second, third, fourth, from, across);
    scatter4(first + 16, second + 16, third + 16, fourth + 16, from + 4 * across, across);
  }
  for (; i < count; i++, from += 4) {
    for (let j = 0; j < 8; j++) store<f32>(at + (<usize> j << 2), load<f32>(from + <usize> j * across));
    if (++tap == taps) {
      tap = 0;
      row += size;
      at = row;
    } else at += step;
  }
}

/** to[k][0 … 4) = from[0 … 4)[k], rows of `to` `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, from: usize, across: usize, step: usize): void {
  scatter4(to, to + step, to + 2 * step, to + 3 * step, from, across);
}

/** first = from[0 … 4)[0], second = from[0 … 4)[1], … */
// @ts-ignore: decorator
@inline
function scatter4(first: usize, second: usize, third: usize, fourth: usize, from: usize, across: usize): void {
  scatter(first, second, third, fourth, v128.load(from), v128.load(from + across), v128.load(from + 2 * across), v128.load(from + 3 * across));
}

/** first = [a[0], b[0], c[0], d[0]], second = [a[1], …], … */
// @ts-ignore: decorator
@inline
export function scatter(first: usize, second: usize, third: usize, fourth: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(first, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(second, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(third, v128.shuffle<i64>(ef, gh, 0, 2));
  v128.store(fourth, v128.shuffle<i64>(ef, gh, 1, 3));
}

/** Copies strided matrices into dense rows of k. */
export function packRows(command: usize, chunk: i32): void {
  const cmd = changetype<PackRowsCommand>(command);
  const rows = cmd.rows, k = cmd.k, first = chunk * cmd.size;
  const last = min(rows * cmd.batch, first + cmd.size), step = <usize> cmd.columnStride << 2;
  const source = cmd.source;
  let to = cmd.scratch + <usize> cmd.at + (<usize> (first * k) << 2);
  for (let row = first; row < last; row++) {
    const batch = row / rows;
    let from = source + (<usize> (batch * cmd.batchStride + (row - batch * rows) * cmd.rowStride) << 2);
    for (let i = 0; i < k; i++, from += step, to += 4) store<f32>(to, load<f32>(from));
  }
}

/** Copies matrices into strips of 6 columns: row by row, 8 numbers each, of which the last two are not used. */
export function packStrips(command: usize, chunk: i32): void {
  const cmd = changetype<PackStripsCommand>(command);
  const k = cmd.k, strips = cmd.strips, group = cmd.group, groups = (strips + group - 1) / group, batch = chunk / groups;
  const first = (chunk - batch * groups) * group, last = min(strips, first + group);
  const stripBytes = <usize> k << 5, stride = <usize> cmd.stride << 2;
  let row = cmd.source + (<usize> (batch * cmd.batchStride + 6 * first) << 2);
  let to = cmd.scratch + <usize> cmd.at + <usize> (batch * strips + first) * stripBytes;
  for (let i = 0; i < k; i++, row += stride, to += 32) {
    let from = row, into = to;
    for (let strip = first; strip < last; strip++, from += 24, into += stripBytes) {
      v128.store(into, v128.load(from));
      v128.store64_lane(into, v128.load64_zero(from, 16), 0, 16);
    }
  }
}
