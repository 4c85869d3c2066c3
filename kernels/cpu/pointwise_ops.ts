// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The instructions of pointwise chains: each a loop over one block of `n` elements, out[i] = f(a[i], b[i], c[i]).
 *
 * The last n mod 4 elements go through the same vector function, so results do not depend on where in a block an element lies.
 */
import { binary, isLight, Op, unary } from "./instruction_names";

// @ts-ignore: decorator
@inline
export function map1(op: Op, out: usize, a: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64) {
      const x = unary(op, v128.load(a)), y = unary(op, v128.load(a, 16));
      const z = unary(op, v128.load(a, 32)), w = unary(op, v128.load(a, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16) v128.store(out, unary(op, v128.load(a)));
  for (; out < end; out += 4, a += 4) v128.store32_lane(out, unary(op, v128.load32_splat(a)), 0);
}

// @ts-ignore: decorator
@inline
export function map2(op: Op, out: usize, a: usize, b: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64) {
      const x = binary(op, v128.load(a), v128.load(b)), y = binary(op, v128.load(a, 16), v128.load(b, 16));
      const z = binary(op, v128.load(a, 32), v128.load(b, 32)), w = binary(op, v128.load(a, 48), v128.load(b, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16, b += 16) v128.store(out, binary(op, v128.load(a), v128.load(b)));
  for (; out < end; out += 4, a += 4, b += 4) {
    v128.store32_lane(out, binary(op, v128.load32_splat(a), v128.load32_splat(b)), 0);
  }
}

export function copy(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16) v128.store(out, v128.load(a));
  for (; out < end; out += 4, a += 4) store<i32>(out, load<i32>(a));
}

// @ts-ignore: decorator
@inline
function choose(condition: v128, x: v128, y: v128): v128 {
  return v128.bitselect(x, y, i32x4.ne(condition, i32x4.splat(0)));
}

export function where(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64, c += 64) {
    const x = choose(v128.load(a), v128.load(b), v128.load(c)), y = choose(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16));
    const z = choose(v128.load(a, 32), v128.load(b, 32), v128.load(c, 32)), w = choose(v128.load(a, 48), v128.load(b, 48), v128.load(c, 48));
    v128.store(out, x);
    v128.store(out, y, 16);
    v128.store(out, z, 32);
    v128.store(out, w, 48);
  }
  for (; out < whole; out += 16, a += 16, b += 16, c += 16) {
    v128.store(out, choose(v128.load(a), v128.load(b), v128.load(c)));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4) store<i32>(out, load<i32>(a) != 0 ? load<i32>(b) : load<i32>(c));
}

// @ts-ignore: decorator
@inline
function atMost(a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(b, c, f32x4.le(a, b));
}

/** b where a ≤ b, else c: relu's gradient. */
export function whereLe(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64, c += 64) {
    const x = atMost(v128.load(a), v128.load(b), v128.load(c)), y = atMost(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16));
    const z = atMost(v128.load(a, 32), v128.load(b, 32), v128.load(c, 32)), w = atMost(v128.load(a, 48), v128.load(b, 48), v128.load(c, 48));
    v128.store(out, x);
    v128.store(out, y, 16);
    v128.store(out, z, 32);
    v128.store(out, w, 48);
  }
  for (; out < whole; out += 16, a += 16, b += 16, c += 16) {
    v128.store(out, atMost(v128.load(a), v128.load(b), v128.load(c)));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4) store<f32>(out, load<f32>(a) <= load<f32>(b) ? load<f32>(b) : load<f32>(c));
}
