// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The order of numbers, by merging. An entry is a number as a key that sorts as a whole number, above its place, so that equal numbers stay in
 * their order, and no two entries are equal.
 */
import { ArgsortCommand } from "./layouts";
import { at32 } from "./shape";

/** Runs this long are sorted by insertion, before they are merged. */
const RUN: i32 = 8;

/** A number as a key: float32 in the order of its bits, those of negative numbers turned around; −0 is 0, and NaN the largest. */
// @ts-ignore: decorator
@inline
function keyOf(bits: u32, isFloat: bool): u32 {
  if (!isFloat) return bits ^ 0x80000000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0xffffffff;
  if (size == 0) return 0x80000000;
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

// @ts-ignore: decorator
@inline
function entry(entries: usize, i: i32): u64 {
  return load<u64>(entries + (<usize> i << 3));
}

// @ts-ignore: decorator
@inline
function put(entries: usize, i: i32, x: u64): void {
  store<u64>(entries + (<usize> i << 3), x);
}

function insertionSort(entries: usize, first: i32, end: i32): void {
  for (let i = first + 1; i < end; i++) {
    const x = entry(entries, i);
    let to = i;
    for (; to > first && entry(entries, to - 1) > x; to--) put(entries, to, entry(entries, to - 1));
    put(entries, to, x);
  }
}

/** Merges the sorted runs [first, middle) and [middle, end). */
function merge(from: usize, to: usize, first: i32, middle: i32, end: i32): void {
  let a = first, b = middle;
  for (let i = first; i < end; i++) {
    const left = a < middle && (b >= end || entry(from, a) < entry(from, b));
    put(to, i, left ? entry(from, a++) : entry(from, b++));
  }
}

/** Sorts n entries, with as many to spare. @returns where they are then */
function sort(entries: usize, spare: usize, n: i32): usize {
  for (let first = 0; first < n; first += RUN) insertionSort(entries, first, min(n, first + RUN));
  for (let run = RUN; run < n; run <<= 1) {
    for (let first = 0; first < n; first += run << 1) {
      merge(entries, spare, first, min(n, first + run), min(n, first + (run << 1)));
    }
    const sorted = spare;
    spare = entries;
    entries = sorted;
  }
  return entries;
}

export function argsort(command: usize, chunk: i32): void {
  const cmd = changetype<ArgsortCommand>(command), n = cmd.length, isFloat = cmd.isFloat;
  const turn: u32 = cmd.descending ? 0xffffffff : 0;
  const entries = cmd.scratch + <usize> cmd.at + (<usize> chunk * <usize> n << 4), spare = entries + (<usize> n << 3);
  const end = min(cmd.rows, (chunk + 1) * cmd.rowsPerChunk);
  for (let row = chunk * cmd.rowsPerChunk; row < end; row++) {
    for (let i = 0; i < n; i++) {
      const key = keyOf(at32(cmd.input, row * cmd.rowStride + i * cmd.stride), isFloat) ^ turn;
      put(entries, i, <u64> key << 32 | <u64> i);
    }
    const sorted = sort(entries, spare, n), output = cmd.output + (<usize> row * <usize> n << 2);
    for (let i = 0; i < n; i++) store<u32>(output + (<usize> i << 2), <u32> entry(sorted, i));
  }
}
