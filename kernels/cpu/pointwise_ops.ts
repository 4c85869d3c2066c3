// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The instructions of pointwise chains: each a loop over one block of `n` elements, out[i] = f(a[i], b[i], c[i], d[i]).
 *
 * The last n mod 4 elements go through the same vector function, so results do not depend on where in a block an element lies.
 */
import { binary, isLight, Op, quaternary, ternary, unary } from "./instruction_names";

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

// @ts-ignore: decorator
@inline
export function map3(op: Op, out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64, c += 64) {
    const x = ternary(op, v128.load(a), v128.load(b), v128.load(c));
    const y = ternary(op, v128.load(a, 16), v128.load(b, 16), v128.load(c, 16));
    const z = ternary(op, v128.load(a, 32), v128.load(b, 32), v128.load(c, 32));
    const w = ternary(op, v128.load(a, 48), v128.load(b, 48), v128.load(c, 48));
    v128.store(out, x);
    v128.store(out, y, 16);
    v128.store(out, z, 32);
    v128.store(out, w, 48);
  }
  for (; out < whole; out += 16, a += 16, b += 16, c += 16) {
    v128.store(out, ternary(op, v128.load(a), v128.load(b), v128.load(c)));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4) {
    v128.store32_lane(out, ternary(op, v128.load32_splat(a), v128.load32_splat(b), v128.load32_splat(c)), 0);
  }
}

// @ts-ignore: decorator
@inline
export function map4(op: Op, out: usize, a: usize, b: usize, c: usize, d: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64, c += 64, d += 64) {
    const x = quaternary(op, v128.load(a), v128.load(b), v128.load(c), v128.load(d));
    const y = quaternary(op, v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16));
    const z = quaternary(op, v128.load(a, 32), v128.load(b, 32), v128.load(c, 32), v128.load(d, 32));
    const w = quaternary(op, v128.load(a, 48), v128.load(b, 48), v128.load(c, 48), v128.load(d, 48));
    v128.store(out, x);
    v128.store(out, y, 16);
    v128.store(out, z, 32);
    v128.store(out, w, 48);
  }
  for (; out < whole; out += 16, a += 16, b += 16, c += 16, d += 16) {
    v128.store(out, quaternary(op, v128.load(a), v128.load(b), v128.load(c), v128.load(d)));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4, d += 4) {
    const x = v128.load32_splat(a), y = v128.load32_splat(b), z = v128.load32_splat(c), w = v128.load32_splat(d);
    v128.store32_lane(out, quaternary(op, x, y, z, w), 0);
  }
}

export function copy(out: usize, a: usize, b: usize, c: usize, d: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16) v128.store(out, v128.load(a));
  for (; out < end; out += 4, a += 4) store<i32>(out, load<i32>(a));
}
