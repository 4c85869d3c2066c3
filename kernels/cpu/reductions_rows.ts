// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Reductions of one output after the other. */
import { ReduceRowsCommand } from "./layouts";
import { Reduction } from "./numbers";
import { combine, fold, identity, isInt, put, ROW_BLOCK, valueAt } from "./reductions";
import { at32, offsetOf } from "./shape";

/** A dense run, n ≥ 32. */
// @ts-ignore: decorator
@inline
function denseRun(kind: i32, at: usize, n: i32): f64 {
  let total = identity(kind);
  const end = at + (<usize> n << 2);
  while (at + 128 <= end) {
    let a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    let e = v128.load(at, 64), f = v128.load(at, 80), g = v128.load(at, 96), h = v128.load(at, 112);
    at += 128;
    // Eight vectors in flight hide the latency of an addition; 31 rounds on top of the first.
    for (let round = 1; round < ROW_BLOCK && at + 128 <= end; round++, at += 128) {
      a = fold(kind, a, v128.load(at));
      b = fold(kind, b, v128.load(at, 16));
      c = fold(kind, c, v128.load(at, 32));
      d = fold(kind, d, v128.load(at, 48));
      e = fold(kind, e, v128.load(at, 64));
      f = fold(kind, f, v128.load(at, 80));
      g = fold(kind, g, v128.load(at, 96));
      h = fold(kind, h, v128.load(at, 112));
    }
    a = fold(kind, fold(kind, fold(kind, a, b), fold(kind, c, d)), fold(kind, fold(kind, e, f), fold(kind, g, h)));
    // A lane's number has to be a literal.
    if (isInt(kind)) {
      total = combine(kind, total, <f64> i32x4.extract_lane(a, 0));
      total = combine(kind, total, <f64> i32x4.extract_lane(a, 1));
      total = combine(kind, total, <f64> i32x4.extract_lane(a, 2));
      total = combine(kind, total, <f64> i32x4.extract_lane(a, 3));
    } else {
      total = combine(kind, total, <f64> f32x4.extract_lane(a, 0));
      total = combine(kind, total, <f64> f32x4.extract_lane(a, 1));
      total = combine(kind, total, <f64> f32x4.extract_lane(a, 2));
      total = combine(kind, total, <f64> f32x4.extract_lane(a, 3));
    }
  }
  for (; at < end; at += 4) total = combine(kind, total, valueAt(kind, at));
  return total;
}

function denseSum(at: usize, n: i32): f64 {
  return denseRun(Reduction.sum, at, n);
}
function denseMax(at: usize, n: i32): f64 {
  return denseRun(Reduction.max, at, n);
}
function denseMin(at: usize, n: i32): f64 {
  return denseRun(Reduction.min, at, n);
}

function run(kind: i32, at: usize, n: i32, stride: i32): f64 {
  if (stride == 1 && n >= 32) {
    if (kind == Reduction.sum) return denseSum(at, n);
    if (kind == Reduction.max) return denseMax(at, n);
    if (kind == Reduction.min) return denseMin(at, n);
  }
  const step = <usize> stride << 2;
  let total = identity(kind);
  if (kind == Reduction.sum) {
    for (let i = 0; i < n; i++, at += step) total += <f64> load<f32>(at);
    return total;
  }
  for (let i = 0; i < n; i++, at += step) total = combine(kind, total, valueAt(kind, at));
  return total;
}

/** Index of the first extreme in row-major order; NaN is the extreme. `best` and `bestIndex` are per thread. */
let best: f64 = 0;
let bestIndex: i32 = 0;

function argRun(kind: i32, at: usize, n: i32, stride: i32, index: i32): void {
  const step = <usize> stride << 2, wantMax = kind == Reduction.argmax || kind == Reduction.argmaxInt, ints = kind >= Reduction.argmaxInt;
  for (let i = 0; i < n; i++, at += step) {
    const x = ints ? <f64> load<i32>(at) : <f64> load<f32>(at);
    const better = wantMax ? x > best : x < best;
    if (bestIndex < 0 || better || (x != x && best == best)) {
      best = x;
      bestIndex = index + i;
    }
  }
}

/** Outputs one by one, each over all its reduced elements; the innermost reduced axis is the inner loop. */
export function reduceRows(command: usize, chunk: i32): void {
  const cmd = changetype<ReduceRowsCommand>(command);
  const kind = cmd.kind, input = cmd.input, keptRank = cmd.keptRank, rank = cmd.rank;
  const sizes = cmd.sizes, strides = cmd.strides, count = cmd.count;
  const parts = cmd.parts, part = chunk % parts, keptFirst = chunk / parts * cmd.keptPerChunk;
  const keptLast = min(count, keptFirst + cmd.keptPerChunk);
  const outer = at32(sizes, 0),
    partFirst = part * cmd.outerPerPart,
    partLast = min(outer, partFirst + cmd.outerPerPart);
  const inner = at32(sizes, rank - 1), innerStride = at32(strides, rank - 1);
  // Rows of the reduced space: all axes but the innermost, restricted to this part of the outermost.
  let rowsPerOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsPerOuter *= at32(sizes, axis);
  for (let k = keptFirst; k < keptLast; k++) {
    const at = input + (<usize> offsetOf(k, keptRank, cmd.keptSizes, cmd.keptInput) << 2);
    const out = offsetOf(k, keptRank, cmd.keptSizes, cmd.keptOutput);
    if (kind >= Reduction.argmax) {
      bestIndex = -1;
      const rows = rank == 1 ? 1 : outer * rowsPerOuter;
      for (let row = 0; row < rows; row++) {
        argRun(kind, at + (<usize> offsetOf(row, rank - 1, sizes, strides) << 2), inner, innerStride, row * inner);
      }
      store<i32>(cmd.output + (<usize> out << 2), bestIndex);
      continue;
    }
    let total = identity(kind);
    if (rank == 1) {
      total = run(kind, at + (<usize> (partFirst * innerStride) << 2), partLast - partFirst, innerStride);
    } else {
      for (let row = partFirst * rowsPerOuter; row < partLast * rowsPerOuter; row++) {
        const offset = offsetOf(row, rank - 1, sizes, strides);
        total = combine(kind, total, run(kind, at + (<usize> offset << 2), inner, innerStride));
      }
    }
    put(cmd, kind, k, out, count, part, total);
  }
}
