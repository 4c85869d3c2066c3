// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The block interpreter of pointwise chains.
 *
 * A chain runs over blocks of BLOCK elements in row-major order of the step's shape. Its registers hold a block each: a piece of
 * scratch memory that stays in the L1 cache, or, for a dense operand, the operand's own memory (nothing is copied). Registers are
 * pointers, in an array at the start of the thread's scratch memory. What is made of operands alone that repeat with one period, or are constant,
 * is made once a chunk, a block more than a period, and read from wherever in it a block begins.
 */
import { chunkNow, program, scalar, scratch } from "./command";
import { Direct, Fill, Instruction, Pattern, PointwiseCommand, Slot, Store, Strided } from "./layouts";
import { BLOCK, Constant } from "./numbers";
import { statisticsOf } from "./statistics";
import { gather, scatter } from "./strided";

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

/** Runs so many instructions on n elements. Returns what comes after them. */
// @ts-ignore: decorator
@inline
function compute(instruction: Instruction, count: i32, n: i32): Instruction {
  for (let i = 0; i < count; i++, instruction = instruction.next) {
    call_indirect<void>(
      <u32> instruction.code,
      register(instruction.out),
      register(instruction.a),
      register(instruction.b),
      register(instruction.c),
      register(instruction.d),
      n,
    );
  }
  return instruction;
}

export function pointwise(command: usize, chunk: i32): void {
  const cmd = changetype<PointwiseCommand>(command), first = chunk * cmd.size;
  chain(command, first, min(first + cmd.size, cmd.total));
}

/** The chain that a product's command has, if any, on the elements `first` … `last` of the product. */
// @ts-ignore: decorator
@inline
export function epilogue(at: i32, first: i32, last: i32): void {
  if (at != 0) chain(program + <usize> at, first, last);
}

/** A chain on the elements `first` … `last`. */
function chain(command: usize, first: i32, last: i32): void {
  const cmd = changetype<PointwiseCommand>(command);
  const directs = cmd.directs, patterns = cmd.patterns, gathers = cmd.gathers;
  const instructions = cmd.instructions, stores = cmd.stores, fills = cmd.fills;
  const rank = cmd.rank, shape = cmd.shape, slots = cmd.slots, gathered = patterns - cmd.made;
  const block = min(BLOCK, last - first), once = cmd.once, onceSize = cmd.period + block;

  let slot = changetype<Slot>(cmd.lists);
  for (let i = 0; i < slots; i++, slot = slot.next) setRegister(slot.register, scratch + <usize> slot.scratch);
  const firstDirect = changetype<Direct>(changetype<usize>(slot));
  let direct = firstDirect;
  for (let i = 0; i < directs; i++, direct = direct.next) {
    setRegister(direct.register, direct.from + (<usize> first << 2));
  }
  const firstPattern = changetype<Pattern>(changetype<usize>(direct));
  let pattern = firstPattern;
  for (let i = 0; i < patterns; i++, pattern = pattern.next) {
    const at = scratch + <usize> pattern.scratch, period = pattern.period;
    setRegister(pattern.register, at);
    if (i >= gathered) continue;
    gather(at, pattern.from, period, 0, rank, shape, pattern.strides);
    // Repeat it over a block more than a period.
    const bytes = <usize> period << 2, end = bytes + (<usize> block << 2);
    let done = bytes;
    if (period >= 4) { for (; done + 16 <= end; done += 16) v128.store(at + done, v128.load(at + done - bytes)); }
    for (; done < end; done += 4) store<i32>(at + done, load<i32>(at + done - bytes));
  }
  const firstStrided = changetype<Strided>(changetype<usize>(pattern));
  let strided = firstStrided;
  for (let i = 0; i < gathers; i++, strided = strided.next) setRegister(strided.register, scratch + <usize> strided.scratch);
  let fill = changetype<Fill>(changetype<usize>(strided));
  for (let i = 0; i < fills; i++, fill = fill.next) {
    const at = scratch + <usize> fill.scratch, kind = fill.kind;
    setRegister(fill.register, at);
    let bits = 0;
    if (kind == Constant.element) bits = load<i32>(fill.from);
    else {
      const x = scalar(fill.slot);
      if (kind == Constant.float32) bits = reinterpret<i32>(<f32> x);
      else if (kind == Constant.int32) bits = <i32> x;
      else bits = i32(x != 0);
    }
    fillBlock(at, bits, onceSize);
  }
  const code = compute(changetype<Instruction>(changetype<usize>(fill)), once, onceSize);

  for (let i = first; i < last; i += BLOCK) {
    const n = min(BLOCK, last - i);
    pattern = firstPattern;
    for (let k = 0; k < patterns; k++, pattern = pattern.next) {
      setRegister(pattern.register, scratch + <usize> pattern.scratch + (<usize> (<u32> i % <u32> pattern.period) << 2));
    }
    strided = firstStrided;
    for (let k = 0; k < gathers; k++, strided = strided.next) {
      gather(scratch + <usize> strided.scratch, strided.from, n, i, rank, shape, strided.strides);
    }
    const instruction = compute(code, instructions, n);
    let output = changetype<Store>(changetype<usize>(instruction));
    for (let k = 0; k < stores; k++, output = output.next) {
      const from = register(output.register), to = output.to;
      if (output.dense) copyBlock(to + (<usize> i << 2), from, n);
      else scatter(to, from, n, i, rank, shape, output.strides);
    }
    direct = firstDirect;
    for (let k = 0; k < directs; k++, direct = direct.next) {
      const at = direct.register;
      setRegister(at, register(at) + (<usize> BLOCK << 2));
    }
  }
  if (cmd.statistics != 0) statisticsOf(program + <usize> cmd.statistics, chunkNow, first, last);
}

function copyBlock(out: usize, from: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, from += 16) v128.store(out, v128.load(from));
  for (; out < end; out += 4, from += 4) store<i32>(out, load<i32>(from));
}
