// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * float32 as float64, made of integers: V8 joins these instructions of two neighbouring vectors to longer ones, as it does not join conversions.
 *
 * Behind a float32's sign its exponent and mantissa move 29 bits down; the double that this gives is 2⁻⁸⁹⁶ times the number, also for a
 * subnormal one, and the product with 2⁸⁹⁶ is exact. So `widened · 2⁸⁹⁶ + c` is rounded once, fused or not. What is not finite becomes a finite
 * number of at least 2¹²⁸: whoever sums has to look for it.
 */
import { madd64 } from "./relaxed";

/** 2⁸⁹⁶; all bits but those that the sign was repeated in. */
const CONSTANTS: usize = memory.data<u64>([0x77f0000000000000, 0x8fffffffffffffff]);

// @ts-ignore: decorator
@inline
function widened(x: v128): v128 {
  return v128.and(i64x2.shl(x, 29), v128.load64_splat(CONSTANTS, 8));
}

/** The first two numbers of `x`, plus `c`. */
// @ts-ignore: decorator
@inline
export function lowPlus(x: v128, c: v128): v128 {
  return madd64(widened(i64x2.extend_low_i32x4_s(x)), v128.load64_splat(CONSTANTS), c);
}

/** The last two numbers of `x`, plus `c`. */
// @ts-ignore: decorator
@inline
export function highPlus(x: v128, c: v128): v128 {
  return madd64(widened(i64x2.extend_high_i32x4_s(x)), v128.load64_splat(CONSTANTS), c);
}
