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

/** 2⁸⁹⁶. */
const SCALE: usize = memory.data<u64>([0x77f0000000000000]);
/** All but the three bits behind the sign. In memory, as V8 makes a constant anew wherever it is used, of three instructions. */
const KEPT: usize = memory.data<u32>([0x8fffffff]);

/** The lower halves of four numbers as float64. */
// @ts-ignore: decorator
@inline
export function lowerHalves(x: v128): v128 {
  return i32x4.shl(x, 29);
}

/** Their upper halves, without what the sign was repeated in. */
// @ts-ignore: decorator
@inline
export function upperHalves(x: v128): v128 {
  return v128.and(i32x4.shr_s(x, 3), v128.load32_splat(KEPT));
}

/** The first two numbers, plus `c`. */
// @ts-ignore: decorator
@inline
export function firstPlus(lower: v128, upper: v128, c: v128): v128 {
  return madd64(v128.shuffle<i32>(lower, upper, 0, 4, 1, 5), v128.load64_splat(SCALE), c);
}

/** The last two numbers, plus `c`. */
// @ts-ignore: decorator
@inline
export function lastPlus(lower: v128, upper: v128, c: v128): v128 {
  return madd64(v128.shuffle<i32>(lower, upper, 2, 6, 3, 7), v128.load64_splat(SCALE), c);
}
