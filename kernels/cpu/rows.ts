// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Row-wise kernels over dense [rows, columns] matrices: softmax, log-softmax, cross-entropy and its gradient.
 *
 * All subtract the row's maximum first. The sum of exponentials runs in four 32-bit lanes that go on in 64 bits every 64 columns.
 */
import { CrossEntropyCommand, CrossEntropyGradCommand, SoftmaxCommand } from "./layouts";
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

/** Σ exp(x − m). */
function sumExp(at: usize, n: i32, m: f32): f64 {
  const top = f32x4.splat(m), whole = n & ~3;
  let total: f64 = 0, i = 0;
  while (i < whole) {
    let a = f32x4.splat(0);
    const stop = min(whole, i + 64);
    for (; i < stop; i += 4) a = f32x4.add(a, exp(f32x4.sub(v128.load(at + (<usize> i << 2)), top)));
    total += sum4(a);
  }
  if (i < n) total += sum4(exp(f32x4.sub(tail(at + (<usize> i << 2), n - i), top)));
  return total;
}

/** log of one number, by the same formula as the vectors'. */
function log1(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}

/** out = exp(x − m). @returns their sum, as {@linkcode sumExp} has it */
function storeExp(out: usize, at: usize, n: i32, m: f32): f64 {
  const top = f32x4.splat(m), whole = n & ~3;
  let total: f64 = 0, i = 0;
  while (i < whole) {
    let a = f32x4.splat(0);
    const stop = min(whole, i + 64);
    for (; i + 8 <= stop; i += 8) {
      const o = <usize> i << 2;
      const x = exp(f32x4.sub(v128.load(at + o), top)), y = exp(f32x4.sub(v128.load(at + o, 16), top));
      v128.store(out + o, x);
      v128.store(out + o, y, 16);
      a = f32x4.add(f32x4.add(a, x), y);
    }
    for (; i < stop; i += 4) {
      const x = exp(f32x4.sub(v128.load(at + (<usize> i << 2)), top));
      v128.store(out + (<usize> i << 2), x);
      a = f32x4.add(a, x);
    }
    total += sum4(a);
  }
  if (i < n) {
    const o = <usize> i << 2, x = exp(f32x4.sub(tail(at + o, n - i), top));
    v128.store32_lane(out + o, x, 0);
    if (n - i > 1) v128.store32_lane(out + o, x, 1, 4);
    if (n - i > 2) v128.store32_lane(out + o, x, 2, 8);
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
  scaleRow(out, out, n, <f32> (1.0 / storeExp(out, at, n, rowMax(at, n))));
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
    const m = rowMax(at, n), shift = log1(<f32> sumExp(at, n, m)), top = f32x4.splat(m), less = f32x4.splat(shift);
    let i = 0;
    for (; i + 4 <= n; i += 4) {
      v128.store(out + (<usize> i << 2), f32x4.sub(f32x4.sub(v128.load(at + (<usize> i << 2)), top), less));
    }
    for (; i < n; i++) store<f32>(out + (<usize> i << 2), load<f32>(at + (<usize> i << 2)) - m - shift);
  }
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
      loss = log1(<f32> sumExp(at, n, m)) - (load<f32>(at + (<usize> label << 2)) - m);
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
    softmaxRow(out, logits + o, n);
    const at = out + (<usize> label << 2), factor = load<f32>(g + (<usize> (row * gStride) << 2));
    if (<u32> label < <u32> n) store<f32>(at, load<f32>(at) - 1);
    else fault(command, label, n);
    scaleRow(out, out, n, factor);
  }
}
