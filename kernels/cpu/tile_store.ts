// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** How tiles store a row of their results. */

/** Stores the first `columns` of 8 (or 4 for b unused). */
// @ts-ignore: decorator
@inline
export function put(at: usize, a: v128, b: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(at, a);
    v128.store(at, b, 16);
    return;
  }
  putSome(at, a, b, columns);
}

function putSome(at: usize, a: v128, b: v128, columns: i32): void {
  if (columns >= 4) {
    v128.store(at, a);
    at += 16;
    a = b;
    columns -= 4;
  }
  if (columns > 0) v128.store32_lane(at, a, 0);
  if (columns > 1) v128.store32_lane(at, a, 1, 4);
  if (columns > 2) v128.store32_lane(at, a, 2, 8);
}

/** Adds to what `at` holds, or stores. */
// @ts-ignore: decorator
@inline
export function add(at: usize, a: v128, b: v128, columns: i32, accumulate: bool): void {
  if (accumulate) {
    // Accumulators are padded to whole vectors.
    v128.store(at, f32x4.add(v128.load(at), a));
    if (columns > 4) v128.store(at, f32x4.add(v128.load(at, 16), b), 16);
  } else put(at, a, b, columns);
}
