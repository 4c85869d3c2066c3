// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** How tiles store a row of their results: as many vectors as hold `width` columns (16, 8 or 4, known when compiling). */

/** Stores the first `columns` of them. */
// @ts-ignore: decorator
@inline
export function put(width: i32, at: usize, a: v128, b: v128, c: v128, d: v128, columns: i32): void {
  if (width > 8) {
    if (columns >= 16) {
      v128.store(at, a);
      v128.store(at, b, 16);
      v128.store(at, c, 32);
      v128.store(at, d, 48);
      return;
    }
    v128.store(at, a);
    v128.store(at, b, 16);
    putSome(at + 32, c, d, columns - 8);
  } else if (columns >= 8) {
    v128.store(at, a);
    v128.store(at, b, 16);
  } else putSome(at, a, b, columns);
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
export function add(width: i32, at: usize, a: v128, b: v128, c: v128, d: v128, columns: i32, accumulate: bool): void {
  if (!accumulate) {
    put(width, at, a, b, c, d, columns);
    return;
  }
  // Accumulators are padded to whole vectors; those of 16 columns are all there.
  if (width > 8) {
    const e = f32x4.add(v128.load(at), a), f = f32x4.add(v128.load(at, 16), b);
    const g = f32x4.add(v128.load(at, 32), c), h = f32x4.add(v128.load(at, 48), d);
    v128.store(at, e);
    v128.store(at, f, 16);
    v128.store(at, g, 32);
    v128.store(at, h, 48);
  } else {
    v128.store(at, f32x4.add(v128.load(at), a));
    if (columns > 4) v128.store(at, f32x4.add(v128.load(at, 16), b), 16);
  }
}
