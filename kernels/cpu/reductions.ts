// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Reductions: out[k] = ⊕ over r of in[k, r].
 *
 * The accumulator is a 64-bit float per output (int32 values fit in it exactly), and a 64-bit integer in its place for sums of int32. Float sums
 * first add up to 32 numbers in each of 32-bit lanes, then go on in 64 bits: far more exact than one running 32-bit sum, at the speed of memory.
 * The shape alone decides how a long reduction is cut into parts; partial results are combined in their order. A sum or product that int32 cannot
 * hold raises the fault flag.
 */
import { overflow } from "./control";
import { ReducePartsCommand, ReduceRowsCommand } from "./layouts";
import { Overflow, Reduction } from "./numbers";
import { offsetOf } from "./shape";

/** Rows added in 32 bits before the sum goes on in 64. */
export const ROW_BLOCK = 32;

export function identity(kind: i32): f64 {
  if (kind == Reduction.prod || kind == Reduction.prodInt) return 1;
  if (kind == Reduction.max) return -Infinity;
  if (kind == Reduction.min) return Infinity;
  if (kind == Reduction.maxInt) return <f64> i32.MIN_VALUE;
  if (kind == Reduction.minInt) return <f64> i32.MAX_VALUE;
  return 0;
}

export function combine(kind: i32, a: f64, b: f64): f64 {
  switch (kind) {
    case Reduction.sum:
      return a + b;
    case Reduction.prod:
      return a * b;
    case Reduction.max:
    case Reduction.maxInt:
      return max(a, b);
    case Reduction.min:
    case Reduction.minInt:
      return min(a, b);
    case Reduction.sumInt:
      return reinterpret<f64>(reinterpret<i64>(a) + reinterpret<i64>(b));
    default:
      return a == 0 || b == 0 ? 0 : a * b; // Reduction.prodInt: what has left the range comes back by a zero alone
  }
}

// @ts-ignore: decorator
@inline
export function fold(kind: i32, a: v128, b: v128): v128 {
  if (kind == Reduction.sum) return f32x4.add(a, b);
  if (kind == Reduction.max) return f32x4.max(a, b);
  if (kind == Reduction.min) return f32x4.min(a, b);
  if (kind == Reduction.maxInt) return i32x4.max_s(a, b);
  return i32x4.min_s(a, b); // Reduction.minInt
}

// @ts-ignore: decorator
@inline
export function isInt(kind: i32): bool {
  return kind >= Reduction.sumInt;
}

// @ts-ignore: decorator
@inline
export function valueAt(kind: i32, at: usize): f64 {
  if (kind == Reduction.sumInt) return reinterpret<f64>(<i64> load<i32>(at));
  return isInt(kind) ? <f64> load<i32>(at) : <f64> load<f32>(at);
}

// @ts-ignore: decorator
@inline
function storeResult(kind: i32, at: usize, value: f64): void {
  if (!isInt(kind)) {
    store<f32>(at, <f32> value);
    return;
  }
  let result = 0;
  if (kind == Reduction.sumInt) {
    const sum = reinterpret<i64>(value);
    result = <i32> sum;
    if (sum != <i64> result) overflow(Overflow.sum);
  } else if (value >= -2147483648 && value <= 2147483647) result = <i32> value;
  else overflow(Overflow.prod);
  store<i32>(at, result);
}

/** Writes an output, or a partial result: `part` of `parts` for output number `index` of `count`. */
// @ts-ignore: decorator
@inline
export function put(cmd: ReduceRowsCommand, kind: i32, index: i32, outOffset: i32, count: i32, part: i32, value: f64): void {
  const partials = cmd.partials;
  if (partials < 0) storeResult(kind, cmd.output + (<usize> outOffset << 2), value);
  else store<f64>(cmd.scratch + <usize> partials + (<usize> (part * count + index) << 3), value);
}

/** Combines partial results. */
export function reduceParts(command: usize, chunk: i32): void {
  const cmd = changetype<ReducePartsCommand>(command);
  const kind = cmd.kind, out = cmd.output, count = cmd.count, parts = cmd.parts;
  const from = cmd.scratch + <usize> cmd.partials;
  for (let k = 0; k < count; k++) {
    let total = load<f64>(from + (<usize> k << 3));
    for (let part = 1; part < parts; part++) {
      total = combine(kind, total, load<f64>(from + (<usize> (part * count + k) << 3)));
    }
    const offset = offsetOf(k, cmd.keptRank, cmd.keptSizes, cmd.keptOutput);
    storeResult(kind, out + (<usize> offset << 2), total);
  }
}
