// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * How tiles store a row of their results: as many vectors as hold `width` columns (16, 8 or 4, known when compiling). There is one way only, as
 * the engine joins the accumulators' vectors to larger ones only if all that uses them can be joined.
 */

/** Stores them. */
// @ts-ignore: decorator
@inline
export function put(width: i32, at: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(at, a);
  if (width > 4) v128.store(at, b, 16);
  if (width > 8) {
    v128.store(at, c, 32);
    v128.store(at, d, 48);
  }
}

/** Adds them to what `at` holds: accumulators are padded to whole vectors, and a tile of 8 has more than four columns to add to. */
// @ts-ignore: decorator
@inline
export function add(width: i32, at: usize, a: v128, b: v128, c: v128, d: v128): void {
  if (width > 8) {
    a = f32x4.add(v128.load(at), a);
    b = f32x4.add(v128.load(at, 16), b);
    c = f32x4.add(v128.load(at, 32), c);
    d = f32x4.add(v128.load(at, 48), d);
    put(16, at, a, b, c, d);
  } else if (width > 4) {
    a = f32x4.add(v128.load(at), a);
    b = f32x4.add(v128.load(at, 16), b);
    put(8, at, a, b, c, d);
  } else v128.store(at, f32x4.add(v128.load(at), a));
}

/** Copies `rows` × `columns` results of a tile that was stored whole, `step` bytes from one row to the next. */
export function trim(from: usize, rows: i32, columns: i32, to: usize, step: usize): void {
  for (; rows > 0; rows--, from += WHOLE_ROW, to += step) trimRow(from, columns, to);
}

/** The same into rows at the places of a list. */
export function trimListed(from: usize, rows: i32, columns: i32, to: usize, list: usize): void {
  for (; rows > 0; rows--, from += WHOLE_ROW, list += 4) trimRow(from, columns, to + load<usize>(list));
}

/** Bytes between two rows of a tile that is to be trimmed. */
export const WHOLE_ROW: usize = 64;

// @ts-ignore: decorator
@inline
function trimRow(from: usize, columns: i32, to: usize): void {
  for (; columns >= 4; columns -= 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; columns > 0; columns--, from += 4, to += 4) store<f32>(to, load<f32>(from));
}
