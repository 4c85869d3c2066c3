// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Shapes and strides: tables of 32-bit words (see command.ts). */

/** Entry `i` of a table. */
// @ts-ignore: decorator
@inline
export function at32(table: usize, i: i32): i32 {
  return load<i32>(table + (<usize> i << 2));
}

/** Offset (in elements) of row-major index `i` over a shape. */
export function offsetOf(i: i32, rank: i32, sizes: usize, strides: usize): i32 {
  let offset = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const n = at32(sizes, axis), next = i / n;
    offset += (i - next * n) * at32(strides, axis);
    i = next;
  }
  return offset;
}
