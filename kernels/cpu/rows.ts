// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Row-wise kernels over dense [rows, columns] matrices: softmax, log-softmax, cross-entropy, its gradient, and both of these at once.
 *
 * All subtract the row's maximum first. The sum of exponentials runs in four 32-bit lanes that go on in 64 bits every 64 columns.
 */
import { CrossEntropyBothCommand, CrossEntropyCommand, CrossEntropyGradCommand, SoftmaxCommand } from "./layouts";
import { scratch } from "./command";
import { fault } from "./control";
import { exp, log } from "./math";

/** The 1 to 3 elements at the end of a row, the other lanes −∞ (which count for nothing in a maximum and a sum of exponentials). */
// @ts-ignore: decorator
@inline
function tail(at: usize, n: i32): v128 {
  let x = f32x4.splat(-Infinity);
  x = f32x4.replace_lane(x, 0, load<f32>(at));
  if (n > 1) x = f32x4.replace_lane(x, 1, load<f32>(at, 4));
  if (n > 2) x = f32x4.replace_lane(x, 2, load<f32>(at, 8));
  return x;
}

/**
 * The maximum of a row. pmax is one machine instruction, and max many; it may pass over a NaN, which then makes the sum of exponentials NaN. Four
 * maxima at a time do not wait for each other.
 */
function rowMax(at: usize, n: i32): f32 {
  let m = f32x4.splat(-Infinity), k = m, l = m, o = m;
  const end = at + (<usize> n << 2);
  for (; at + 64 <= end; at += 64) {
    k = f32x4.pmax(k, v128.load(at));
    l = f32x4.pmax(l, v128.load(at, 16));
    m = f32x4.pmax(m, v128.load(at, 32));
    o = f32x4.pmax(o, v128.load(at, 48));
  }
  m = f32x4.pmax(f32x4.pmax(k, l), f32x4.pmax(m, o));
  for (; at + 16 <= end; at += 16) m = f32x4.pmax(m, v128.load(at));
  if (at < end) m = f32x4.pmax(m, tail(at, <i32> ((end - at) >> 2)));
  m = f32x4.pmax(m, v128.shuffle<i32>(m, m, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(m, v128.shuffle<i32>(m, m, 1, 0, 3, 2)), 0);
}

// @ts-ignore: decorator
@inline
function sum4(a: v128): f64 {
  return <f64> f32x4.extract_lane(a, 0) + <f64> f32x4.extract_lane(a, 1) +
    (<f64> f32x4.extract_lane(a, 2) + <f64> f32x4.extract_lane(a, 3));
}

/** log of one number, by the same formula as the vectors'. */
function log1(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}

/** Bytes of as many exponentials as are summed in 32 bits. */
const BLOCK: usize = 256;

/**
 * Σ exp(x − m). A block's exponentials are stored, as V8 joins vectors where two of them are; the next block's lie `step` bytes further: BLOCK for
 * out = exp(x − m), and 0 where the sum is all that is wanted.
 */
function sumExp(out: usize, at: usize, n: i32, m: f32, step: usize): f64 {
  const top = f32x4.splat(m), whole = at + (<usize> (n & ~3) << 2);
  let total: f64 = 0, to = out;
  while (at < whole) {
    let a = f32x4.splat(0);
    const stop = min(whole, at + BLOCK);
    for (to = out; at + 32 <= stop; at += 32, to += 32) {
      const x = exp(f32x4.sub(v128.load(at), top)), y = exp(f32x4.sub(v128.load(at, 16), top));
      v128.store(to, x);
      v128.store(to, y, 16);
      a = f32x4.add(f32x4.add(a, x), y);
    }
    if (at < stop) {
      const x = exp(f32x4.sub(v128.load(at), top));
      v128.store(to, x);
      a = f32x4.add(a, x);
      at += 16;
      to += 16;
    }
    total += sum4(a);
    out += step;
  }
  const left = n & 3;
  if (left > 0) {
    const x = exp(f32x4.sub(tail(at, left), top));
    v128.store32_lane(to, x, 0);
    if (left > 1) v128.store32_lane(to, x, 1, 4);
    if (left > 2) v128.store32_lane(to, x, 2, 8);
    total += sum4(x);
  }
  return total;
}

/** out = x · factor; out may be x. */
function scaleRow(out: usize, at: usize, n: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const o = <usize> i << 2, x = f32x4.mul(v128.load(at + o), f), y = f32x4.mul(v128.load(at + o, 16), f);
    v128.store(out + o, x);
    v128.store(out + o, y, 16);
  }
  for (; i < n; i++) store<f32>(out + (<usize> i << 2), load<f32>(at + (<usize> i << 2)) * factor);
}

/** An infinite maximum would give ∞ − ∞ where PyTorch does too: NaN. −∞ rows likewise. */
function softmaxRow(out: usize, at: usize, n: i32): void {
  scaleRow(out, out, n, <f32> (1.0 / sumExp(out, at, n, rowMax(at, n), BLOCK)));
}

export function softmax(command: usize, chunk: i32): void {
  const cmd = changetype<SoftmaxCommand>(command);
  const n = cmd.columns, first = chunk * cmd.size, last = min(cmd.rows, first + cmd.size);
  const input = cmd.input, output = cmd.output;
  for (let row = first; row < last; row++) {
    const o = <usize> (row * n) << 2;
    softmaxRow(output + o, input + o, n);
  }
}

export function logSoftmax(command: usize, chunk: i32): void {
  const cmd = changetype<SoftmaxCommand>(command);
  const n = cmd.columns, first = chunk * cmd.size, last = min(cmd.rows, first + cmd.size);
  const input = cmd.input, output = cmd.output;
  for (let row = first; row < last; row++) {
    const o = <usize> (row * n) << 2, at = input + o, out = output + o;
    const m = rowMax(at, n), shift = log1(<f32> sumExp(scratch, at, n, m, 0)), top = f32x4.splat(m), less = f32x4.splat(shift);
    let i = 0;
    for (; i + 4 <= n; i += 4) {
      v128.store(out + (<usize> i << 2), f32x4.sub(f32x4.sub(v128.load(at + (<usize> i << 2)), top), less));
    }
    for (; i < n; i++) store<f32>(out + (<usize> i << 2), load<f32>(at + (<usize> i << 2)) - m - shift);
  }
}

/** −log of a label's probability, by a row's maximum and the sum of its exponentials. */
// @ts-ignore: decorator
@inline
function lossOf(at: usize, label: i32, m: f32, total: f64): f32 {
  return log1(<f32> total) - (load<f32>(at + (<usize> label << 2)) - m);
}

/** out = (out / total − (1 at the label)) · factor, of a row's exponentials and their sum. A label out of range is no class at all. */
function gradientRow(out: usize, n: i32, total: f64, label: i32, factor: f32): void {
  const at = out + (<usize> label << 2), inside = <u32> label < <u32> n, share = <f32> (1.0 / total);
  const own: f32 = inside ? (load<f32>(at) * share - 1) * factor : 0;
  const s = f32x4.splat(share), f = f32x4.splat(factor), end = out + (<usize> n << 2);
  for (; out + 32 <= end; out += 32) {
    const x = f32x4.mul(f32x4.mul(v128.load(out), s), f), y = f32x4.mul(f32x4.mul(v128.load(out, 16), s), f);
    v128.store(out, x);
    v128.store(out, y, 16);
  }
  for (; out < end; out += 4) store<f32>(out, load<f32>(out) * share * factor);
  if (inside) store<f32>(at, own);
}

export function crossEntropy(command: usize, chunk: i32): void {
  const cmd = changetype<CrossEntropyCommand>(command);
  const n = cmd.columns, first = chunk * cmd.size, last = min(cmd.rows, first + cmd.size);
  const logits = cmd.logits,
    labels = cmd.labels,
    stride = cmd.labelStride,
    output = cmd.output;
  for (let row = first; row < last; row++) {
    const at = logits + (<usize> (row * n) << 2), label = load<i32>(labels + (<usize> (row * stride) << 2));
    let loss: f32 = NaN;
    if (<u32> label < <u32> n) {
      const m = rowMax(at, n);
      loss = lossOf(at, label, m, sumExp(scratch, at, n, m, 0));
    } else fault(command, label, n);
    store<f32>(output + (<usize> row << 2), loss);
  }
}

export function crossEntropyGrad(command: usize, chunk: i32): void {
  const cmd = changetype<CrossEntropyGradCommand>(command);
  const n = cmd.columns, first = chunk * cmd.size, last = min(cmd.rows, first + cmd.size);
  const logits = cmd.logits, labels = cmd.labels, stride = cmd.labelStride;
  const g = cmd.g, gStride = cmd.gStride, output = cmd.output;
  for (let row = first; row < last; row++) {
    const o = <usize> (row * n) << 2, out = output + o, label = load<i32>(labels + (<usize> (row * stride) << 2));
    const total = sumExp(out, logits + o, n, rowMax(logits + o, n), BLOCK);
    gradientRow(out, n, total, label, load<f32>(g + (<usize> (row * gStride) << 2)));
    if (<u32> label >= <u32> n) fault(command, label, n);
  }
}

/** Losses and their gradient, a row after the other: the exponentials of its logits are computed once, and it is in the cache meanwhile. */
export function crossEntropyBoth(command: usize, chunk: i32): void {
  const cmd = changetype<CrossEntropyBothCommand>(command);
  const n = cmd.columns, first = chunk * cmd.size, last = min(cmd.rows, first + cmd.size);
  const logits = cmd.logits, labels = cmd.labels, stride = cmd.labelStride, losses = cmd.losses;
  const g = cmd.g, gStride = cmd.gStride, output = cmd.output;
  for (let row = first; row < last; row++) {
    const o = <usize> (row * n) << 2, at = logits + o, out = output + o;
    const label = load<i32>(labels + (<usize> (row * stride) << 2)), m = rowMax(at, n), total = sumExp(out, at, n, m, BLOCK);
    let loss: f32 = NaN;
    if (<u32> label < <u32> n) loss = lossOf(at, label, m, total);
    else fault(command, label, n);
    store<f32>(losses + (<usize> row << 2), loss);
    gradientRow(out, n, total, label, load<f32>(g + (<usize> (row * gStride) << 2)));
  }
}
