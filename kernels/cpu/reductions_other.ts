// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * anyOther: out[k] = whether any in[k, r] is another number than `rest`.
 *
 * The search ends with the first that is; among columns, when each has had one. A unit that is alive mostly shows it in the first rows, so that
 * these are looked at few at a time, and later ones in blocks. Where results are cut into parts, each part searches for itself.
 */
import { scratch } from "./command";
import { AnyOtherCommand, ReduceRowsCommand } from "./layouts";
import { Reduction } from "./numbers";
import { put } from "./reductions";
import { at32, offsetOf } from "./shape";

/** Columns that are searched at once: a word each in scratch memory. */
const COLUMN_TILE = 4096;
/** Rows between two looks at what is found: at first, and at most. */
const FIRST_ROWS = 4;
const MOST_ROWS = 64;

/** Notes in the words of `width` columns which of them have another number in so many rows. @returns whether all have had one */
function searchColumns(at: usize, rows: i32, stride: usize, width: i32, rest: v128): bool {
  let all = true, found = scratch;
  for (let column = 0; column < width; column += 4, at += 16, found += 16) {
    let any = v128.load(found);
    if (i32x4.all_true(any)) continue;
    let from = at;
    for (let row = 0; row < rows; row++, from += stride) any = v128.or(any, f32x4.ne(v128.load(from), rest));
    v128.store(found, any);
    if (!i32x4.all_true(any)) all = false;
  }
  return all;
}

/** Whether one of n elements is another number. */
function search(at: usize, n: i32, stride: usize, rest: v128): bool {
  let i = 0;
  if (stride == 4) {
    for (; i + 8 <= n; i += 8, at += 32) {
      if (v128.any_true(v128.or(f32x4.ne(v128.load(at), rest), f32x4.ne(v128.load(at, 16), rest)))) return true;
    }
  }
  const one = f32x4.extract_lane(rest, 0);
  for (; i < n; i++, at += stride) {
    if (load<f32>(at) != one) return true;
  }
  return false;
}

export function anyOther(command: usize, chunk: i32): void {
  const cmd = changetype<AnyOtherCommand>(command), rest = f32x4.splat(<f32> cmd.rest);
  const keptRank = cmd.keptRank, rank = cmd.rank, sizes = cmd.sizes, strides = cmd.strides, columns = cmd.columns;
  const parts = cmd.parts, part = chunk % parts, first = chunk / parts * cmd.keptPerChunk;
  const last = min(cmd.count, first + cmd.keptPerChunk), all = cmd.count * columns;
  const outer = at32(sizes, 0), partFirst = part * cmd.outerPerPart, partLast = min(outer, partFirst + cmd.outerPerPart);
  const stride = <usize> at32(strides, rank - 1) << 2;
  const inner = rank == 1 ? partLast - partFirst : at32(sizes, rank - 1);
  let lines = 1;
  for (let axis = 1; axis < rank - 1; axis++) lines *= at32(sizes, axis);
  const firstLine = rank == 1 ? 0 : partFirst * lines, lastLine = rank == 1 ? 1 : partLast * lines;
  for (let k = first; k < last; k++) {
    const base = cmd.input + (<usize> offsetOf(k, keptRank, cmd.keptSizes, cmd.keptInput) << 2);
    const out = offsetOf(k, keptRank, cmd.keptSizes, cmd.keptOutput);
    for (let column = 0; column < columns; column += COLUMN_TILE) {
      const width = min(COLUMN_TILE, columns - column), whole = (width + 3) & ~3;
      for (let c = 0; c < whole; c++) store<i32>(scratch + (<usize> c << 2), c < width ? 0 : -1);
      let done = false;
      for (let line = firstLine; line < lastLine && !done; line++) {
        const offset = rank == 1 ? partFirst * at32(strides, 0) : offsetOf(line, rank - 1, sizes, strides);
        let at = base + (<usize> (offset + column) << 2);
        if (columns == 1) {
          done = search(at, inner, stride, rest);
          if (done) store<i32>(scratch, -1);
          continue;
        }
        let block = line == firstLine ? FIRST_ROWS : MOST_ROWS;
        for (let row = 0; row < inner && !done; row += block, at += stride * <usize> block, block = min(2 * block, MOST_ROWS)) {
          done = searchColumns(at, min(block, inner - row), stride, width, rest);
        }
      }
      for (let c = 0; c < width; c++) {
        const at = column + c, found = load<i32>(scratch + (<usize> c << 2)) != 0 ? 1.0 : 0.0;
        put(changetype<ReduceRowsCommand>(command), Reduction.maxInt, k * columns + at, out + at * cmd.columnStride, all, part, found);
      }
    }
  }
}
