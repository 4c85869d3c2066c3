// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The block interpreter of pointwise chains.
 *
 * A chain runs over blocks of BLOCK elements in row-major order of the step's shape. Its registers hold a block each: a piece of
 * scratch memory that stays in the L1 cache, or, for a dense operand, the operand's own memory (nothing is copied). Registers are
 * pointers, in an array at the start of the thread's scratch memory.
 *
 * Command: 4 elements, 5 elements a chunk, 6 direct registers, 7 patterns, 8 gathers, 9 instructions, 10 stores, 11 fills,
 * 12 rank, 13 shape (table), 14 lists (table). The lists, one after the other:
 *   direct   [register, operand ×3]                                    pointer moves along the operand
 *   pattern  [register, scratch, operand ×3, strides (table), period]  operand repeats every `period` elements: written out once a chunk
 *   gather   [register, scratch, operand ×3, strides (table)]          copied into scratch for each block
 *   fill     [register, scratch, kind, operand ×3]                     constant: kind 0 one element, 1 scalar as float, 2 int, 3 bool
 *   instruction [function, out, a, b, c]
 *   store    [register, operand ×3, strides (table) or −1 for dense]   copied out at the end of each block
 *   temporary registers' scratch offsets are set by `slots` [register, scratch], 15 their count (listed first).
 */
import { address, program, scalar, scratch, table, word } from "./command";
import { gather, scatter } from "./strided";

const BLOCK: i32 = 512;

// @ts-ignore: decorator
@inline
function setRegister(register: i32, at: usize): void {
  store<u32>(scratch + (<usize> register << 2), <u32> at);
}

// @ts-ignore: decorator
@inline
function register(index: i32): usize {
  return load<usize>(scratch + (<usize> index << 2));
}

/** `count` words and up to three more. */
function fillBlock(at: usize, bits: i32, count: i32): void {
  const x = i32x4.splat(bits), end = at + (<usize> count << 2);
  for (; at < end; at += 16) v128.store(at, x);
}

export function pointwise(command: usize, chunk: i32): void {
  const total = word(command, 4), size = word(command, 5);
  const first = chunk * size;
  let last = first + size;
  if (last > total) last = total;
  const directs = word(command, 6), patterns = word(command, 7), gathers = word(command, 8);
  const instructions = word(command, 9), stores = word(command, 10), fills = word(command, 11);
  const rank = word(command, 12), shape = table(command, 13), slots = word(command, 15);

  let list = table(command, 14);
  for (let i = 0; i < slots; i++, list += 8) setRegister(load<i32>(list), scratch + load<u32>(list, 4));
  const directList = list;
  for (let i = 0; i < directs; i++, list += 16) {
    setRegister(load<i32>(list), address(list, 1) + (<usize> first << 2));
  }
  const patternList = list;
  for (let i = 0; i < patterns; i++, list += 28) {
    const at = scratch + load<u32>(list, 4), period = load<i32>(list, 24);
    gather(at, address(list, 2), period, 0, rank, shape, program + load<u32>(list, 20));
    // Repeat it over a block more than a period.
    const bytes = <usize> period << 2, end = bytes + (<usize> min(BLOCK, last - first) << 2);
    let done = bytes;
    if (period >= 4) { for (; done + 16 <= end; done += 16) v128.store(at + done, v128.load(at + done - bytes)); }
    for (; done < end; done += 4) store<i32>(at + done, load<i32>(at + done - bytes));
  }
  const gatherList = list;
  for (let i = 0; i < gathers; i++, list += 24) setRegister(load<i32>(list), scratch + load<u32>(list, 4));
  for (let i = 0; i < fills; i++, list += 24) {
    const at = scratch + load<u32>(list, 4), kind = load<i32>(list, 8);
    setRegister(load<i32>(list), at);
    let bits = 0;
    if (kind == 0) bits = load<i32>(address(list, 3));
    else {
      const x = scalar(load<i32>(list, 12));
      if (kind == 1) bits = reinterpret<i32>(<f32> x);
      else if (kind == 2) bits = <i32> x;
      else bits = i32(x != 0);
    }
    fillBlock(at, bits, min(BLOCK, last - first));
  }
  const code = list, storeList = list + <usize> instructions * 20;

  for (let i = first; i < last; i += BLOCK) {
    const n = min(BLOCK, last - i);
    list = patternList;
    for (let k = 0; k < patterns; k++, list += 28) {
      setRegister(load<i32>(list), scratch + load<u32>(list, 4) + (<usize> (<u32> i % load<u32>(list, 24)) << 2));
    }
    list = gatherList;
    for (let k = 0; k < gathers; k++, list += 24) {
      gather(scratch + load<u32>(list, 4), address(list, 2), n, i, rank, shape, program + load<u32>(list, 20));
    }
    list = code;
    for (let k = 0; k < instructions; k++, list += 20) {
      call_indirect<void>(
        load<u32>(list),
        register(load<i32>(list, 4)),
        register(load<i32>(list, 8)),
        register(load<i32>(list, 12)),
        register(load<i32>(list, 16)),
        n,
      );
    }
    list = storeList;
    for (let k = 0; k < stores; k++, list += 20) {
      const from = register(load<i32>(list)), strides = load<i32>(list, 16);
      if (strides < 0) copyBlock(address(list, 1) + (<usize> i << 2), from, n);
      else scatter(address(list, 1), from, n, i, rank, shape, program + <usize> strides);
    }
    list = directList;
    for (let k = 0; k < directs; k++, list += 16) {
      const at = load<i32>(list);
      setRegister(at, register(at) + (<usize> BLOCK << 2));
    }
  }
}

function copyBlock(out: usize, from: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, from += 16) v128.store(out, v128.load(from));
  for (; out < end; out += 4, from += 4) store<i32>(out, load<i32>(from));
}
