// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Two sums at once over reduced axes: for `moments` Σd and Σd² with d = x − pivot, for `normSums` Σg and Σg·x̂ with x̂ = (x − mean)·scale.
 *
 * Both are 64-bit; whole columns are summed in 32 bits for some rows at a time (normalisation_columns.ts). A pivot is a part's first element: it is
 * off the mean by at most √n standard deviations, so the subtraction Σd² − (Σd)²/n loses at most log₂ n of 53 bits, wherever the mean lies. The shape alone decides how a long reduction is cut into parts (see
 * reductions.ts); a part leaves its mean and squares about it, or its two sums, as a pair of f64 in the scratch value, and momentsParts merges
 * the pairs in their order.
 */
import { scratch } from "./command";
import { MomentsCommand, MomentsPartsCommand, NormSumsCommand } from "./layouts";
import { momentsRows, sumsRows } from "./normalisation_columns";
import { momentsRun, sumsRun } from "./normalisation_runs";
import { FOURTH, LEAST_ROWS, NEAR, SECOND, THIRD, TILE } from "./normalisation_sums";
import { at32, offsetOf } from "./shape";

/** Writes an output's rows: the two sums; or, of n elements, mean, variance and 1/√(variance + eps) from mean and squares about it. */
// @ts-ignore: decorator
@inline
function put(sums: bool, out: usize, row: i32, a: f64, b: f64, n: f64, eps: f64): void {
  const next = <usize> row << 2;
  store<f32>(out, <f32> a);
  if (sums) {
    store<f32>(out + next, <f32> b);
    return;
  }
  const variance = b / n;
  store<f32>(out + next, <f32> variance);
  store<f32>(out + next + next, <f32> (1 / sqrt(variance + eps)));
}

/** The part of the outputs that is this chunk's. */
// @ts-ignore: decorator
@inline
function reduceChunk(command: usize, chunk: i32, sums: bool): void {
  const cmd = changetype<MomentsCommand>(command), s = changetype<NormSumsCommand>(command);
  const x = cmd.x, keptRank = cmd.keptRank, keptSizes = cmd.keptSizes;
  const rank = cmd.rank, sizes = cmd.sizes, strides = cmd.strides;
  const count = cmd.count, parts = cmd.parts, columns = cmd.columns;
  const part = chunk % parts, keptFirst = chunk / parts * cmd.keptPerChunk;
  const keptLast = min(count, keptFirst + cmd.keptPerChunk);
  const outer = at32(sizes, 0), partFirst = part * cmd.outerPerPart, partLast = min(outer, partFirst + cmd.outerPerPart);
  const inner = rank == 1 ? partLast - partFirst : at32(sizes, rank - 1);
  const step = <usize> at32(strides, rank - 1) << 2;
  let rowsPerOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsPerOuter *= at32(sizes, axis);
  const firstRow = rank == 1 ? 0 : partFirst * rowsPerOuter, lastRow = rank == 1 ? 1 : partLast * rowsPerOuter;
  const n = <f64> (lastRow - firstRow) * <f64> inner, near = max(LEAST_ROWS, NEAR / max(4, <i32> step));
  const g = sums ? s.g : 0, stridesG = sums ? s.stridesG : 0;
  const stepG = sums ? <usize> at32(stridesG, rank - 1) << 2 : 0, columnG = sums ? <usize> s.columnStrideG << 2 : 0;
  const stats = sums ? s.stats : 0, eps = sums ? 0 : cmd.eps;
  const partials = cmd.partials, skip = rank == 1 ? partFirst : 0;

  for (let k = keptFirst; k < keptLast; k++) {
    const base = x + (<usize> (offsetOf(k, keptRank, keptSizes, cmd.keptX) + skip * at32(strides, 0)) << 2);
    const out = offsetOf(k, keptRank, keptSizes, cmd.keptOutput);
    let baseG: usize = 0, statsAt: usize = 0;
    if (sums) {
      baseG = g + (<usize> (offsetOf(k, keptRank, keptSizes, s.keptG) + skip * at32(stridesG, 0)) << 2);
      statsAt = stats + (<usize> offsetOf(k, keptRank, keptSizes, s.keptStats) << 2);
    }
    for (let column = 0; column < columns; column += TILE) {
      const width = min(TILE, columns - column), from = base + (<usize> column << 2);
      for (let i: usize = 0; i < <usize> width; i++) {
        store<f64>(scratch + (i << 3), 0);
        store<f64>(scratch + (i << 3), 0, SECOND);
        if (sums) {
          const at = statsAt + (<usize> ((column + <i32> i) * s.columnStrideStats) << 2);
          store<f32>(scratch + (i << 2), load<f32>(at), THIRD);
          store<f32>(scratch + (i << 2), load<f32>(at + (<usize> s.rowStrideStats << 3)), FOURTH);
        } else {
          const pivot = load<f32>(from + (<usize> offsetOf(firstRow, rank - 1, sizes, strides) << 2) + (i << 2));
          store<f64>(scratch + (i << 3), isFinite(pivot) ? <f64> pivot : 0, THIRD);
        }
      }
      for (let row = firstRow, seen = 0; row < lastRow; row++) {
        let at = from + (<usize> offsetOf(row, rank - 1, sizes, strides) << 2), atG: usize = 0;
        if (sums) atG = baseG + <usize> column * columnG + (<usize> offsetOf(row, rank - 1, sizes, stridesG) << 2);
        if (columns == 1) {
          if (sums) sumsRun(at, atG, inner, step, stepG);
          else momentsRun(at, inner, step);
          continue;
        }
        for (let done = 0; done < inner; done += near, at += step * near, atG += stepG * near) {
          const rows = min(near, inner - done);
          if (sums) sumsRows(at, atG, rows, step, stepG, width, columnG);
          else momentsRows(at, rows, step, width, seen);
          seen += rows;
        }
      }
      for (let i = 0; i < width; i++) {
        const at = scratch + (<usize> i << 3), c = column + i;
        let a = load<f64>(at), b = load<f64>(at, SECOND);
        if (!sums) {
          // Of equal elements the difference may come out below 0; NaN stays.
          b = max(0, b - a * a / n);
          a = load<f64>(at, THIRD) + a / n;
        }
        if (partials < 0) {
          put(sums, cmd.output + (<usize> (out + c * cmd.columnStride) << 2), cmd.rowStride, a, b, n, eps);
          continue;
        }
        const pair = cmd.scratch + <usize> partials + (<usize> ((part * count + k) * columns + c) << 4);
        store<f64>(pair, a);
        store<f64>(pair, b, 8);
      }
    }
  }
}

export function moments(command: usize, chunk: i32): void {
  reduceChunk(command, chunk, false);
}

export function normSums(command: usize, chunk: i32): void {
  reduceChunk(command, chunk, true);
}

/** Merges the pairs of parts. */
export function momentsParts(command: usize, chunk: i32): void {
  const cmd = changetype<MomentsPartsCommand>(command);
  const sums = cmd.sums, from = cmd.scratch + <usize> cmd.partials, count = cmd.count;
  const parts = cmd.parts, outer = cmd.outer, size = cmd.outerPerPart, each = <f64> cmd.each;
  const out = cmd.output, total = <f64> outer * each, eps = sums ? 0 : cmd.eps;
  for (let k = 0; k < count; k++) {
    let a: f64 = 0, b: f64 = 0;
    for (let part = 0; part < parts; part++) {
      const at = from + (<usize> (part * count + k) << 4), n = <f64> min(size, outer - part * size) * each;
      a += sums ? load<f64>(at) : load<f64>(at) * (n / total);
      if (sums) b += load<f64>(at, 8);
    }
    for (let part = 0; !sums && part < parts; part++) {
      const at = from + (<usize> (part * count + k) << 4), n = <f64> min(size, outer - part * size) * each;
      const off = load<f64>(at) - a;
      b += load<f64>(at, 8) + n * off * off;
    }
    const offset = offsetOf(k, cmd.keptRank, cmd.keptSizes, cmd.keptOutput);
    put(sums, out + (<usize> offset << 2), cmd.rowStride, a, b, total, eps);
  }
}
