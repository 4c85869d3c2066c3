// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Copies between dense memory and strided views, 4-byte elements: `n` elements from row-major index `start` of a view of `shape`.
 * Shapes and strides are tables of 32-bit words, strides in elements. The innermost axis runs in one loop: stride 1 (copied four at a
 * time), 0 (one value repeated), or any.
 */

/** Odometer of the outer axes: a word an axis, each thread has its own. */
let odometer: usize = 0;

/** Gives this thread its place for the odometer (a word an axis). */
export function setOdometer(at: usize): void {
  odometer = at;
}

/** Sets the odometer to element `start` and returns its offset in bytes. */
function seek(start: i32, rank: i32, shape: usize, strides: usize): usize {
  let rest = <u32> start, offset: u32 = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const size = load<u32>(shape + (<usize> axis << 2)), next = rest / size, index = rest - next * size;
    store<u32>(odometer + (<usize> axis << 2), index);
    offset += index * load<u32>(strides + (<usize> axis << 2));
    rest = next;
  }
  return <usize> offset << 2;
}

/** After a run up to the end of the innermost axis: the change of the offset (in bytes, modulo 2³²) to the next row's start. */
function carry(rank: i32, shape: usize, strides: usize): usize {
  let delta: u32 = 0;
  for (let axis = rank - 2; axis >= 0; axis--) {
    const at = odometer + (<usize> axis << 2), stride = load<u32>(strides + (<usize> axis << 2));
    const index = load<u32>(at) + 1, size = load<u32>(shape + (<usize> axis << 2));
    if (index < size) {
      store<u32>(at, index);
      return <usize> (delta + stride) << 2;
    }
    store<u32>(at, 0);
    delta -= stride * (size - 1);
  }
  return <usize> delta << 2;
}

/** out[0 … n) = view[start …]. */
export function gather(out: usize, base: usize, n: i32, start: i32, rank: i32, shape: usize, strides: usize): void {
  let row = base + seek(start, rank, shape, strides);
  const inner = load<i32>(shape + (<usize> (rank - 1) << 2)), stride = load<i32>(strides + (<usize> (rank - 1) << 2));
  const step = <usize> stride << 2;
  let index = load<i32>(odometer + (<usize> (rank - 1) << 2));
  // `row` is the address of the current element; rows start `index` strides before it.
  row -= <usize> index * step;
  while (true) {
    const run = min(inner - index, n);
    let from = row + <usize> index * step;
    const end = out + (<usize> run << 2), whole = out + (<usize> (run & ~3) << 2);
    if (stride == 1) {
      for (; out < whole; out += 16, from += 16) v128.store(out, v128.load(from));
      for (; out < end; out += 4, from += 4) store<i32>(out, load<i32>(from));
    } else if (stride == 0) {
      const x = v128.load32_splat(from);
      for (; out < whole; out += 16) v128.store(out, x);
      for (; out < end; out += 4) v128.store32_lane(out, x, 0);
    } else {
      for (; out < end; out += 4, from += step) store<i32>(out, load<i32>(from));
    }
    n -= run;
    if (n <= 0) return;
    index = 0;
    row += carry(rank, shape, strides);
  }
}

/** view[start …] = from[0 … n). */
export function scatter(base: usize, from: usize, n: i32, start: i32, rank: i32, shape: usize, strides: usize): void {
  let row = base + seek(start, rank, shape, strides);
  const inner = load<i32>(shape + (<usize> (rank - 1) << 2)),
    step = load<usize>(strides + (<usize> (rank - 1) << 2)) << 2;
  let index = load<i32>(odometer + (<usize> (rank - 1) << 2));
  row -= <usize> index * step;
  while (true) {
    const run = min(inner - index, n);
    let out = row + <usize> index * step;
    const end = from + (<usize> run << 2);
    for (; from < end; from += 4, out += step) store<i32>(out, load<i32>(from));
    n -= run;
    if (n <= 0) return;
    index = 0;
    row += carry(rank, shape, strides);
  }
}
