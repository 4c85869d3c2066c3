// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * How kernels read their commands.
 *
 * A program is one block of memory: its header, a table of value addresses, this run's element offsets and scalars, auxiliary tables
 * (shapes, pixel offsets), and the commands. A command is a row of 32-bit words: its header, then what the kernel needs; layouts.ts names
 * them all. Pointers inside a program are relative to its start.
 *
 * Globals are per thread: each thread has its own instance of the module.
 */

/** Start of the program that runs now. */
export let program: usize = 0;
/** This thread's scratch memory, THREAD_SCRATCH bytes. */
export let scratch: usize = 0;
/** The chunk that this thread works at. */
export let chunkNow: i32 = 0;
let values: usize = 0;
let offsets: usize = 0;
let scalars: usize = 0;

/** Turns to a program, and to its tables of addresses, offsets and scalars. */
// @ts-ignore: decorator
@inline
export function setProgram(start: usize, valuesAt: usize, offsetsAt: usize, scalarsAt: usize): void {
  program = start;
  values = valuesAt;
  offsets = offsetsAt;
  scalars = scalarsAt;
}

/** The table of addresses that this thread goes by. */
// @ts-ignore: decorator
@inline
export function valueTable(): usize {
  return values;
}

// @ts-ignore: decorator
@inline
export function setValueTable(at: usize): void {
  values = at;
}

export function setScratch(start: usize): void {
  scratch = start;
}

// @ts-ignore: decorator
@inline
export function setChunk(chunk: i32): void {
  chunkNow = chunk;
}

/** Word `i` of a command. */
// @ts-ignore: decorator
@inline
export function word(command: usize, i: i32): i32 {
  return load<i32>(command + (<usize> i << 2));
}

/** A relative pointer: an auxiliary table. */
// @ts-ignore: decorator
@inline
export function table(command: usize, i: i32): usize {
  return program + <usize> word(command, i);
}

/** Address of the operand in words i (value), i+1 (constant element offset), i+2 (slot of a run-time offset, or −1). */
export function address(command: usize, i: i32): usize {
  const dynamic = word(command, i + 2);
  let offset = word(command, i + 1);
  if (dynamic >= 0) offset += load<i32>(offsets + (<usize> dynamic << 2));
  return load<usize>(values + (<usize> word(command, i) << 2)) + (<usize> offset << 2);
}

/** The same of an operand whose elements have two bytes. */
export function halfAddress(command: usize, i: i32): usize {
  const dynamic = word(command, i + 2);
  let offset = word(command, i + 1);
  if (dynamic >= 0) offset += load<i32>(offsets + (<usize> dynamic << 2));
  return load<usize>(values + (<usize> word(command, i) << 2)) + (<usize> offset << 1);
}

/** A scalar of this run. */
export function scalar(slot: i32): f64 {
  return load<f64>(scalars + (<usize> slot << 3));
}

/** Function-table index of entry `i` of a list of functions, or −1 past its end. */
// @ts-ignore: decorator
@inline
export function tableIndex<T>(functions: StaticArray<T>, i: i32): i32 {
  return i < functions.length ? <i32> load<u32>(changetype<usize>(unchecked(functions[i]))) : -1;
}
