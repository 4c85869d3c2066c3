// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Where kernels of normalisation keep the sums of their columns: in scratch memory, two sums a column in 64 bits, and how they are added to. */
import { scratch } from "./command";

/** Columns handled at once. */
export const TILE = 512;
/** In scratch memory: two sums a column (f64), then for moments a pivot (f64), for normSums mean and scale (f32). */
export const SECOND: usize = TILE << 3;
export const THIRD: usize = TILE << 4;
export const FOURTH: usize = THIRD + (TILE << 2);
/** Then what blocks of eight columns keep for a moment. */
export const NEAR_SUMS: usize = THIRD + (TILE << 3);
/** Bytes of rows that stay in the L1 cache while their columns are handled eight by eight. */
export const NEAR = 16384;
/** As many rows are handled, however long they are. */
export const LEAST_ROWS = 32;

// @ts-ignore: decorator
@inline
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

// @ts-ignore: decorator
@inline
export function addTo(at: usize, x: v128): void {
  v128.store(at, f64x2.add(v128.load(at), x));
}

/** Adds to eight numbers in a row. */
// @ts-ignore: decorator
@inline
export function addEight(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  addTo(at, a);
  addTo(at + 16, b);
  addTo(at + 32, c);
  addTo(at + 48, d);
}

/** Adds both lanes of two vectors to the number at `at`. */
// @ts-ignore: decorator
@inline
export function addLanes(at: usize, a: v128, b: v128): void {
  const both = f64x2.add(a, b);
  store<f64>(at, load<f64>(at) + f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
}

// @ts-ignore: decorator
@inline
export function addOne(at: usize, a: f64, b: f64): void {
  store<f64>(at, load<f64>(at) + a);
  store<f64>(at, load<f64>(at, SECOND) + b, SECOND);
}
