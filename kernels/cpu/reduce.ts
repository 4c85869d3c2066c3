// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Reductions: out[k] = ⊕ over r of in[k, r].
 *
 * The accumulator is a 64-bit float per output (int32 values fit in it exactly). Float sums first add up to 32 numbers in each of
 * 32-bit lanes, then go on in 64 bits: far more exact than one running 32-bit sum, at the speed of memory. The shape alone decides
 * how a long reduction is cut into parts; partial results are combined in their order.
 *
 * Command: 4 kind, 5 input ×3, 8 output ×3 (or 8 = −1: partials, 9 offset in the scratch value), 11 kept rank, 12 kept sizes, 13 kept
 * input strides, 14 kept output strides, 15 reduced rank, 16 reduced sizes, 17 reduced strides (tables), 18 kept elements (for columns: without
 * the innermost kept axis), 19 kept elements a chunk, 20 parts, 21 outermost reduced size a part, 22 columns, 23 output stride of columns.
 */
import { address, scratch, table, word } from "./command";

// Kinds; lib/device/cpu/encode_reduce.ts has the same list.
const SUM = 0,
  PROD = 1,
  MAX = 2,
  MIN = 3,
  SUM_INT = 4,
  PROD_INT = 5,
  MAX_INT = 6,
  MIN_INT = 7,
  ARGMAX = 8,
  ARGMIN = 9,
  ARGMAX_INT = 10,
  ARGMIN_INT = 11;

/** Columns handled at once by reduceColumns: their accumulators take 8 KiB of scratch memory. */
const COLUMN_TILE = 1024;
/** Rows added in 32 bits before the sum goes on in 64. */
const ROW_BLOCK = 32;

// @ts-ignore: decorator
@inline
export function size(tableStart: usize, i: i32): i32 {
  return load<i32>(tableStart + (<usize> i << 2));
}

export function identity(kind: i32): f64 {
  if (kind == PROD || kind == PROD_INT) return 1;
  if (kind == MAX) return -Infinity;
  if (kind == MIN) return Infinity;
  if (kind == MAX_INT) return <f64> i32.MIN_VALUE;
  if (kind == MIN_INT) return <f64> i32.MAX_VALUE;
  return 0;
}

export function combine(kind: i32, a: f64, b: f64): f64 {
  switch (kind) {
    case SUM:
      return a + b;
    case PROD:
      return a * b;
    case MAX:
    case MAX_INT:
      return max(a, b);
    case MIN:
    case MIN_INT:
      return min(a, b);
    case SUM_INT:
      return <f64> (<i32> a + <i32> b);
    default:
      return <f64> (<i32> a * <i32> b); // PROD_INT
  }
}

// @ts-ignore: decorator
@inline
function fold(kind: i32, a: v128, b: v128): v128 {
  if (kind == SUM) return f32x4.add(a, b);
  if (kind == MAX) return f32x4.max(a, b);
  if (kind == MIN) return f32x4.min(a, b);
  if (kind == SUM_INT) return i32x4.add(a, b);
  if (kind == MAX_INT) return i32x4.max_s(a, b);
  if (kind == MIN_INT) return i32x4.min_s(a, b);
  return i32x4.mul(a, b); // PROD_INT
}

// @ts-ignore: decorator
@inline
function isInt(kind: i32): bool {
  return kind >= SUM_INT;
}

// @ts-ignore: decorator
@inline
function valueAt(kind: i32, at: usize): f64 {
  return isInt(kind) ? <f64> load<i32>(at) : <f64> load<f32>(at);
}

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
  return denseRun(SUM, at, n);
}
function denseMax(at: usize, n: i32): f64 {
  return denseRun(MAX, at, n);
}
function denseMin(at: usize, n: i32): f64 {
  return denseRun(MIN, at, n);
}

function run(kind: i32, at: usize, n: i32, stride: i32): f64 {
  if (stride == 1 && n >= 32) {
    if (kind == SUM) return denseSum(at, n);
    if (kind == MAX) return denseMax(at, n);
    if (kind == MIN) return denseMin(at, n);
  }
  const step = <usize> stride << 2;
  let total = identity(kind);
  if (kind == SUM) {
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
  const step = <usize> stride << 2, wantMax = kind == ARGMAX || kind == ARGMAX_INT, ints = kind >= ARGMAX_INT;
  for (let i = 0; i < n; i++, at += step) {
    const x = ints ? <f64> load<i32>(at) : <f64> load<f32>(at);
    const better = wantMax ? x > best : x < best;
    if (bestIndex < 0 || better || (x != x && best == best)) {
      best = x;
      bestIndex = index + i;
    }
  }
}

/** Offset (in elements) of row-major index `i` over a shape. */
export function offsetOf(i: i32, rank: i32, sizes: usize, strides: usize): i32 {
  let offset = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const n = size(sizes, axis), next = i / n;
    offset += (i - next * n) * size(strides, axis);
    i = next;
  }
  return offset;
}

/** Writes an output, or a partial result: `part` of `parts` for output number `index` of `count`. */
// @ts-ignore: decorator
@inline
function put(command: usize, kind: i32, index: i32, outOffset: i32, count: i32, part: i32, value: f64): void {
  if (word(command, 8) < 0) {
    store<f64>(address(command, 24) + <usize> word(command, 9) + (<usize> (part * count + index) << 3), value);
  } else {
    const at = address(command, 8) + (<usize> outOffset << 2);
    if (isInt(kind)) store<i32>(at, <i32> value);
    else store<f32>(at, <f32> value);
  }
}

/** Outputs one by one, each over all its reduced elements; the innermost reduced axis is the inner loop. */
export function reduceRows(command: usize, chunk: i32): void {
  const kind = word(command, 4), input = address(command, 5), keptRank = word(command, 11), rank = word(command, 15);
  const sizes = table(command, 16), strides = table(command, 17), count = word(command, 18);
  const parts = word(command, 20), part = chunk % parts, keptFirst = chunk / parts * word(command, 19);
  const keptLast = min(count, keptFirst + word(command, 19));
  const outer = size(sizes, 0),
    partFirst = part * word(command, 21),
    partLast = min(outer, partFirst + word(command, 21));
  const inner = size(sizes, rank - 1), innerStride = size(strides, rank - 1);
  // Rows of the reduced space: all axes but the innermost, restricted to this part of the outermost.
  let rowsAnOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsAnOuter *= size(sizes, axis);
  for (let k = keptFirst; k < keptLast; k++) {
    const at = input + (<usize> offsetOf(k, keptRank, table(command, 12), table(command, 13)) << 2);
    const out = offsetOf(k, keptRank, table(command, 12), table(command, 14));
    if (kind >= ARGMAX) {
      bestIndex = -1;
      const rows = rank == 1 ? 1 : outer * rowsAnOuter;
      for (let row = 0; row < rows; row++) {
        argRun(kind, at + (<usize> offsetOf(row, rank - 1, sizes, strides) << 2), inner, innerStride, row * inner);
      }
      store<i32>(address(command, 8) + (<usize> out << 2), bestIndex);
      continue;
    }
    let total = identity(kind);
    if (rank == 1) {
      total = run(kind, at + (<usize> (partFirst * innerStride) << 2), partLast - partFirst, innerStride);
    } else {
      for (let row = partFirst * rowsAnOuter; row < partLast * rowsAnOuter; row++) {
        const offset = offsetOf(row, rank - 1, sizes, strides);
        total = combine(kind, total, run(kind, at + (<usize> offset << 2), inner, innerStride));
      }
    }
    put(command, kind, k, out, count, part, total);
  }
}

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
    addFour(kind, sums, a);
    addFour(kind, sums + 32, b);
    addFour(kind, sums + 64, c);
    addFour(kind, sums + 96, d);
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
    addFour(kind, sums, a);
    addFour(kind, sums + 32, b);
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
  if (kind == SUM) {
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
  foldRows(SUM, sums, at, rows, stride, columns);
}

function otherRows(kind: i32, sums: usize, at: usize, rows: i32, stride: usize, columns: i32): void {
  switch (kind) {
    case MAX:
      foldRows(MAX, sums, at, rows, stride, columns);
      return;
    case MIN:
      foldRows(MIN, sums, at, rows, stride, columns);
      return;
    case SUM_INT:
      foldRows(SUM_INT, sums, at, rows, stride, columns);
      return;
    case MAX_INT:
      foldRows(MAX_INT, sums, at, rows, stride, columns);
      return;
    case MIN_INT:
      foldRows(MIN_INT, sums, at, rows, stride, columns);
      return;
    case PROD_INT:
      foldRows(PROD_INT, sums, at, rows, stride, columns);
      return;
    default: // PROD in 64 bits throughout
      for (let row = 0; row < rows; row++, at += stride) {
        for (let c = 0; c < columns; c++) addOne(PROD, sums + (<usize> c << 3), <f64> load<f32>(at + (<usize> c << 2)));
      }
  }
}

/** The innermost kept axis is dense: whole rows of columns are combined at once. The innermost reduced axis is walked in the inner loop. */
export function reduceColumns(command: usize, chunk: i32): void {
  const kind = word(command, 4), input = address(command, 5), keptRank = word(command, 11), rank = word(command, 15);
  const sizes = table(command, 16),
    strides = table(command, 17),
    count = word(command, 18),
    columns = word(command, 22);
  const parts = word(command, 20), part = chunk % parts, keptFirst = chunk / parts * word(command, 19);
  const keptLast = min(count, keptFirst + word(command, 19));
  const outer = size(sizes, 0),
    partFirst = part * word(command, 21),
    partLast = min(outer, partFirst + word(command, 21));
  const inner = rank == 1 ? partLast - partFirst : size(sizes, rank - 1), stride = <usize> size(strides, rank - 1) << 2;
  let rowsAnOuter = 1;
  for (let axis = 1; axis < rank - 1; axis++) rowsAnOuter *= size(sizes, axis);
  for (let k = keptFirst; k < keptLast; k++) {
    const base = input + (<usize> offsetOf(k, keptRank, table(command, 12), table(command, 13)) << 2);
    const out = offsetOf(k, keptRank, table(command, 12), table(command, 14));
    for (let column = 0; column < columns; column += COLUMN_TILE) {
      const width = min(COLUMN_TILE, columns - column);
      for (let i = 0; i < width; i++) store<f64>(scratch + (<usize> i << 3), identity(kind));
      const firstRow = rank == 1 ? 0 : partFirst * rowsAnOuter, lastRow = rank == 1 ? 1 : partLast * rowsAnOuter;
      for (let row = firstRow; row < lastRow; row++) {
        let offset = rank == 1 ? partFirst * size(strides, 0) : offsetOf(row, rank - 1, sizes, strides);
        let at = base + (<usize> (offset + column) << 2);
        for (let done = 0; done < inner; done += ROW_BLOCK, at += stride * ROW_BLOCK) {
          const rows = min(ROW_BLOCK, inner - done);
          if (kind == SUM) sumRows(scratch, at, rows, stride, width);
          else otherRows(kind, scratch, at, rows, stride, width);
        }
      }
      for (let i = 0; i < width; i++) {
        const c = column + i;
        put(
          command,
          kind,
          k * columns + c,
          out + c * word(command, 23),
          count * columns,
          part,
          load<f64>(scratch + (<usize> i << 3)),
        );
      }
    }
  }
}

/**
 * Combines partial results. Command: 4 kind, 5 output ×3, 8 offset of the partials in the scratch value, 9 outputs, 10 parts, 11 kept rank, 12 kept
 * sizes, 13 kept output strides (tables), 24 scratch value ×3.
 */
export function reduceParts(command: usize, chunk: i32): void {
  const kind = word(command, 4), out = address(command, 5), count = word(command, 9), parts = word(command, 10);
  const from = address(command, 24) + <usize> word(command, 8);
  for (let k = 0; k < count; k++) {
    let total = load<f64>(from + (<usize> k << 3));
    for (let part = 1; part < parts; part++) {
      total = combine(kind, total, load<f64>(from + (<usize> (part * count + k) << 3)));
    }
    const at = out + (<usize> offsetOf(k, word(command, 11), table(command, 12), table(command, 13)) << 2);
    if (isInt(kind)) store<i32>(at, <i32> total);
    else store<f32>(at, <f32> total);
  }
}
