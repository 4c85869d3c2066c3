// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Reductions whose innermost kept axis is dense: many outputs at once. */
import { scratch } from "./command";
import { ReduceRowsCommand } from "./layouts";
import { Reduction } from "./numbers";
import { combine, fold, identity, isInt, put, ROW_BLOCK, valueAt } from "./reductions";
import { at32, offsetOf } from "./shape";

/** Columns handled at once by reduceColumns: their accumulators take 8 KiB of scratch memory. */
const COLUMN_TILE = 1024;
/** In scratch memory, behind the accumulators: vectors on their way to 64 bits. V8 joins neighbours that are stored, and no conversions. */
const SPILL: usize = COLUMN_TILE << 3;

/** Adds `rows` (at most ROW_BLOCK) rows of `columns` into the accumulators. */
// @ts-ignore: decorator
@inline
function foldRows(kind: i32, sums: usize, at: usize, rows: i32, stride: usize, columns: i32): void {
  let column = 0;
  for (; column + 16 <= columns; column += 16, at += 64, sums += 128) {
    let a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    let from = at + stride;
    for (let row = 1; row < rows; row++, from += stride) {
      a = fold(kind, a, v128.load(from));
      b = fold(kind, b, v128.load(from, 16));
      c = fold(kind, c, v128.load(from, 32));
      d = fold(kind, d, v128.load(from, 48));
    }
    const spill = scratch;
    v128.store(spill, a, SPILL);
    v128.store(spill, b, SPILL + 16);
    v128.store(spill, c, SPILL + 32);
    v128.store(spill, d, SPILL + 48);
    addFour(kind, sums, v128.load(spill, SPILL));
    addFour(kind, sums + 32, v128.load(spill, SPILL + 16));
    addFour(kind, sums + 64, v128.load(spill, SPILL + 32));
    addFour(kind, sums + 96, v128.load(spill, SPILL + 48));
  }
  for (; column + 8 <= columns; column += 8, at += 32, sums += 64) {
    let a = v128.load(at), b = v128.load(at, 16);
    let from = at + stride, row = 1;
    if (rows >= 4) {
      // Two more pairs of accumulators hide the latency.
      let c = v128.load(from), d = v128.load(from, 16);
      from += stride;
      for (row = 2; row + 1 < rows; row += 2) {
        a = fold(kind, a, v128.load(from));
        b = fold(kind, b, v128.load(from, 16));
        c = fold(kind, c, v128.load(from + stride));
        d = fold(kind, d, v128.load(from + stride, 16));
        from += stride << 1;
      }
      a = fold(kind, a, c);
      b = fold(kind, b, d);
    }
    for (; row < rows; row++, from += stride) {
      a = fold(kind, a, v128.load(from));
      b = fold(kind, b, v128.load(from, 16));
    }
    const spill = scratch;
    v128.store(spill, a, SPILL);
    v128.store(spill, b, SPILL + 16);
    addFour(kind, sums, v128.load(spill, SPILL));
    addFour(kind, sums + 32, v128.load(spill, SPILL + 16));
  }
  for (; column + 4 <= columns; column += 4, at += 16, sums += 32) {
    let a = v128.load(at), from = at + stride;
    for (let row = 1; row < rows; row++, from += stride) a = fold(kind, a, v128.load(from));
    addFour(kind, sums, a);
  }
  for (; column < columns; column++, at += 4, sums += 8) {
    let a = v128.load32_splat(at), from = at + stride;
    for (let row = 1; row < rows; row++, from += stride) a = fold(kind, a, v128.load32_splat(from));
    addOne(kind, sums, isInt(kind) ? <f64> i32x4.extract_lane(a, 0) : <f64> f32x4.extract_lane(a, 0));
  }
}

// @ts-ignore: decorator
@inline
function addOne(kind: i32, at: usize, value: f64): void {
  store<f64>(at, combine(kind, load<f64>(at), value));
}

// @ts-ignore: decorator
@inline
function addFour(kind: i32, at: usize, a: v128): void {
  if (kind == Reduction.sum) {
    v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(a)));
    v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 0))), 16);
  } else if (isInt(kind)) {
    addOne(kind, at, <f64> i32x4.extract_lane(a, 0));
    addOne(kind, at + 8, <f64> i32x4.extract_lane(a, 1));
    addOne(kind, at + 16, <f64> i32x4.extract_lane(a, 2));
    addOne(kind, at + 24, <f64> i32x4.extract_lane(a, 3));
  } else {
    addOne(kind, at, <f64> f32x4.extract_lane(a, 0));
    addOne(kind, at + 8, <f64> f32x4.extract_lane(a, 1));
    addOne(kind, at + 16, <f64> f32x4.extract_lane(a, 2));
    addOne(kind, at + 24, <f64> f32x4.extract_lane(a, 3));
  }
}

function sumRows(sums: usize, at: usize, rows: i32, stride: usize, columns: i32): void {
  foldRows(Reduction.sum, sums, at, rows, stride, columns);
}

/** Sums of int32 in 64 bits. */
function sumRowsInt(sums: usize, at: usize, rows: i32, stride: usize, columns: i32): void {
  for (let row = 0; row < rows; row++, at += stride) {
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const x = v128.load(at + (<usize> column << 2)), to = sums + (<usize> column << 3);
      v128.store(to, i64x2.add(v128.load(to), i64x2.extend_low_i32x4_s(x)));
      v128.store(to, i64x2.add(v128.load(to, 16), i64x2.extend_high_i32x4_s(x)), 16);
    }
    for (; column < columns; column++) {
      const to = sums + (<usize> column << 3);
      store<i64>(to, load<i64>(to) + <i64> load<i32>(at + (<usize> column << 2)));
    }
  }
}

function otherRows(kind: i32, sums: usize, at: usize, rows: i32, stride: usize, columns: i32): void {
  switch (kind) {
    case Reduction.max:
      foldRows(Reduction.max, sums, at, rows, stride, columns);
      return;
    case Reduction.min:
      foldRows(Reduction.min, sums, at, rows, stride, columns);
      return;
    case Reduction.sumInt:
      sumRowsInt(sums, at, rows, stride, columns);
      return;
    case Reduction.maxInt:
      foldRows(Reduction.maxInt, sums, at, rows, stride, columns);
      return;
    case Reduction.minInt:
      foldRows(Reduction.minInt, sums, at, rows, stride, columns);
      return;
    default: // Products in 64 bits throughout
      for (let row = 0; row < rows; row++, at += stride) {
        for (let c = 0; c < columns; c++) addOne(kind, sums + (<usize> c << 3), valueAt(kind, at + (<usize> c << 2)));
      }
  }
}

/** The innermost kept axis is dense: whole rows of columns are combined at once. The innermost reduced axis is walked in the inner loop. */
export function reduceColumns(command: usize, chunk: i32): void {
  const cmd = changetype<ReduceRowsCommand>(command);
  const kind = cmd.kind, input = cmd.input, keptRank = cmd.keptRank, rank = cmd.rank;
  const sizes = cmd.sizes,
    strides = cmd.strides,
    count = cmd.count,
    columns = cmd.columns;
  const parts = cmd.parts, part = chunk % parts, keptFirst = chunk / parts * cmd.keptPerChunk;
  const keptLast = min(count, keptFirst + cmd.keptPerChunk);
  const outer = at32(sizes, 0),
    partFirst = part * cmd.outerPerPart,
    partLast = min(outer, partFirst + cmd.outerPerPart);
  const inner = rank == 1 ? partLast - partFirst : at32(sizes, rank - 1), stride = <usize> at32(strides, rank - 1) << 2;
  let rowsPerOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsPerOuter *= at32(sizes, axis);
  for (let k = keptFirst; k < keptLast; k++) {
    const base = input + (<usize> offsetOf(k, keptRank, cmd.keptSizes, cmd.keptInput) << 2);
    const out = offsetOf(k, keptRank, cmd.keptSizes, cmd.keptOutput);
    for (let column = 0; column < columns; column += COLUMN_TILE) {
      const width = min(COLUMN_TILE, columns - column);
      for (let i = 0; i < width; i++) store<f64>(scratch + (<usize> i << 3), identity(kind));
      const firstRow = rank == 1 ? 0 : partFirst * rowsPerOuter, lastRow = rank == 1 ? 1 : partLast * rowsPerOuter;
      for (let row = firstRow; row < lastRow; row++) {
        let offset = rank == 1 ? partFirst * at32(strides, 0) : offsetOf(row, rank - 1, sizes, strides);
        let at = base + (<usize> (offset + column) << 2);
        for (let done = 0; done < inner; done += ROW_BLOCK, at += stride * ROW_BLOCK) {
          const rows = min(ROW_BLOCK, inner - done);
          if (kind == Reduction.sum) sumRows(scratch, at, rows, stride, width);
          else otherRows(kind, scratch, at, rows, stride, width);
        }
      }
      for (let i = 0; i < width; i++) {
        const c = column + i;
        put(
          cmd,
          kind,
          k * columns + c,
          out + c * cmd.columnStride,
          count * columns,
          part,
          load<f64>(scratch + (<usize> i << 3)),
        );
      }
    }
  }
}
