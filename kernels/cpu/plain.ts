// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** relaxed.ts for engines without relaxed operations, such as some browsers: plain.wasm is built of it. Its sums are rounded twice. */

/** a·b + c, the product rounded first. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** a·b + c of two float64. */
// @ts-ignore: decorator
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

/** Whole part of floats that int32 can hold. */
// @ts-ignore: decorator
@inline
export function whole(x: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(x);
}
