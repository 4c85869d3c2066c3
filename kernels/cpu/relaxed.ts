// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** WebAssembly's relaxed operations, all that the kernels use. Where an engine lacks them, plain.ts takes this file's place: keep the names. */

/** a·b + c, rounded once where the processor can. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c);
}

/** a·b + c of two float64. */
// @ts-ignore: decorator
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  return f64x2.relaxed_madd(a, b, c);
}

/** Whole part of floats that int32 can hold. */
// @ts-ignore: decorator
@inline
export function whole(x: v128): v128 {
  return i32x4.relaxed_trunc_f32x4_s(x);
}
