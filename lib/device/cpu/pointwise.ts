/** Pointwise chains, for the block interpreter of kernels/cpu/pointwise.ts. */
import type { Operand } from "../operand.ts";
import { sizeOf } from "../shape.ts";
import type { Instruction, PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { type CpuInstruction, instructionFor, INSTRUCTIONS } from "./instructions.ts";
import { command, flag, operand, row, type Start, table, type ValuesOf, word } from "./layout.ts";
import { BLOCK, enumeration, USABLE_SCRATCH } from "./numbers.ts";
import { chunkSize, isDense } from "./shapes.ts";

export const POINTWISE = command("pointwise", {
  total: word("elements"),
  size: word("elements per chunk"),
  directs: word("rows of the lists, by kind"),
  patterns: word("rows"),
  gathers: word("rows"),
  instructions: word("rows"),
  stores: word("rows"),
  fills: word("rows"),
  rank: word("axes of the step"),
  shape: table("of the step"),
  lists: table("slots, directs, patterns, gathers, fills, instructions and stores, one after the other"),
  slots: word("rows"),
});

/** A register that is a block of scratch memory. */
export const SLOT = row("slot", { register: word("number"), scratch: word("bytes to the block") });

/** A register that moves along a dense operand. */
export const DIRECT = row("direct", { register: word("number"), from: operand("dense") });

/** An operand that repeats every `period` elements: written out once per chunk. */
export const PATTERN = row("pattern", {
  register: word("number"),
  scratch: word("bytes to the block"),
  from: operand("strided"),
  strides: table("of the operand"),
  period: word("elements after which it repeats"),
});

/** An operand that is copied into scratch memory for each block. */
export const STRIDED = row("strided", {
  register: word("number"),
  scratch: word("bytes to the block"),
  from: operand("strided"),
  strides: table("of the operand"),
});

/** What a constant is: one element of an operand, or a run-time scalar as a type. */
export const CONSTANT = enumeration(["element", "float32", "int32", "bool"]);

/** A constant. */
export const FILL = row("fill", {
  register: word("number"),
  scratch: word("bytes to the block"),
  kind: word("what it is: Constant"),
  from: operand("the operand; of a scalar, nothing"),
  slot: word("of a scalar"),
});

/** What is computed on a block. */
export const INSTRUCTION = row("instruction", {
  code: word("number in the function table"),
  out: word("register"),
  a: word("register"),
  b: word("register"),
  c: word("register"),
});

/** A register that is copied out at the end of each block. */
export const STORE = row("store", {
  register: word("number"),
  to: operand("of any strides"),
  strides: table("of the operand"),
  dense: flag("whether it is dense"),
});

/** The operand of a constant that has none. */
const NOWHERE: Start = { value: 0, offset: 0, dynamic: -1 };

/** Operands that repeat with a period up to this are written out once per chunk. */
const MAX_PERIOD = 4096;

/**
 * Nanoseconds of an element: a light instruction, a dense operand, one that repeats, one that is gathered, one that is scattered. Measured on
 * blocks in the L1 cache, one thread; they only decide how work is shared.
 */
const NS_LIGHT = 0.1;
const NS_DIRECT = 0.2;
const NS_PATTERN = 0.05;
const NS_GATHER = 0.5;
const NS_SCATTER = 0.7;

/** What each instruction costs. */
const NS: ReadonlyMap<CpuInstruction, number> = new Map(INSTRUCTIONS.map(({ name, ns = 0 }) => [name, NS_LIGHT + ns]));

interface Code {
  readonly name: CpuInstruction;
  readonly out: number;
  readonly args: readonly number[];
}

/** Instructions of the interpreter: logical operations on numbers first make bools of them; unused results are dropped. */
function lower(step: PointwiseStep): { code: Code[]; registers: number; outputs: number[] } {
  const inputs = step.inputs.length, code: Code[] = [];
  let registers = inputs + step.code.length;
  step.code.forEach((instruction: Instruction, i) => {
    const { op, of } = instruction, out = inputs + i;
    let args = instruction.args;
    if (op.startsWith("logical") && of !== "bool") {
      args = args.map((arg) => {
        const converted = registers++;
        code.push({ name: of === "float32" ? "toBool" : "intToBool", out: converted, args: [arg] });
        return converted;
      });
    }
    code.push({ name: instructionFor(instruction), out, args });
  });
  // An input that is stored as it is becomes a copy made first: by the block's end, another output may have overwritten it.
  const copies: Code[] = [];
  const outputs = step.outputs.map(({ register }) => {
    if (register >= inputs) return register;
    copies.push({ name: "copy", out: registers, args: [register] });
    return registers++;
  });
  code.unshift(...copies);
  const used = new Set(outputs);
  const live = code.reverse().filter(({ out, args }) => {
    if (!used.has(out)) return false;
    args.forEach((arg) => used.add(arg));
    return true;
  }).reverse();
  return { code: live, registers, outputs };
}

/** Smallest number of elements after which a broadcast operand repeats, or 0 if it does not. */
function period(shape: readonly number[], strides: readonly number[]): number {
  let axis = 0;
  while (axis < shape.length && (strides[axis] === 0 || shape[axis] === 1)) axis++;
  const result = sizeOf(shape.slice(axis));
  return axis > 0 && result < sizeOf(shape) && result <= MAX_PERIOD ? result : 0;
}

/** Encodes a pointwise step as one command. */
export function encodePointwise(step: PointwiseStep, writer: ProgramWriter): void {
  const shape = step.shape.length === 0 ? [1] : step.shape;
  const stridesOf = (operand: Operand) => step.shape.length === 0 ? [1] : operand.strides;
  const total = sizeOf(shape), { code, registers, outputs } = lower(step);
  const scratchStart = Math.ceil(4 * registers / 256) * 256;
  let scratchEnd = scratchStart;
  const reserve = (elements: number) => {
    const at = scratchEnd;
    scratchEnd += Math.ceil(elements / 16) * 64;
    return at;
  };

  const slots: ValuesOf<typeof SLOT.fields>[] = [], directs: ValuesOf<typeof DIRECT.fields>[] = [];
  const patterns: ValuesOf<typeof PATTERN.fields>[] = [], gathers: ValuesOf<typeof STRIDED.fields>[] = [];
  const fills: ValuesOf<typeof FILL.fields>[] = [];
  const directInputs = new Set<number>();
  let cost = NS_LIGHT;
  step.inputs.forEach((input, register) => {
    if (input.kind === "scalar") {
      const kind = CONSTANT[input.dtype === "uint8" ? "bool" : input.dtype];
      fills.push({ register, scratch: reserve(BLOCK), kind, from: NOWHERE, slot: input.slot });
      return;
    }
    const from = input.operand, strides = stridesOf(from);
    if (isDense(shape, strides)) {
      directs.push({ register, from });
      directInputs.add(register);
      cost += NS_DIRECT;
    } else if (shape.every((size, axis) => size === 1 || strides[axis] === 0)) {
      fills.push({ register, scratch: reserve(BLOCK), kind: CONSTANT.element, from, slot: 0 });
    } else {
      const repeat = period(shape, strides);
      if (repeat > 0) {
        patterns.push({ register, scratch: reserve(repeat + BLOCK), from, strides, period: repeat });
      } else gathers.push({ register, scratch: reserve(BLOCK), from, strides });
      cost += repeat > 0 ? NS_PATTERN : NS_GATHER;
    }
  });

  // A result whose output is dense goes straight to memory, unless an input in the same memory is still to be read then.
  const lastUse = new Map<number, number>();
  code.forEach(({ args }, i) => args.forEach((arg) => lastUse.set(arg, i)));
  const place = new Map<number, number>();
  const stores: ValuesOf<typeof STORE.fields>[] = [];
  step.outputs.forEach(({ operand }, i) => {
    const register = outputs[i]!, dense = isDense(shape, stridesOf(operand));
    const defined = code.findIndex(({ out }) => out === register);
    const hazard = step.inputs.some((input, other) =>
      directInputs.has(other) && input.kind === "tensor" && (lastUse.get(other) ?? -1) > defined &&
      mayOverlap(writer, input.operand, operand)
    );
    if (dense && !hazard && !place.has(register)) {
      place.set(register, i);
      directs.push({ register, from: operand });
    } else {
      stores.push({ register, to: operand, strides: stridesOf(operand), dense });
      lastUse.set(register, Infinity);
    }
    cost += dense ? NS_DIRECT : NS_SCATTER;
  });

  // Other results share blocks of scratch memory: a block is free again after its last reader.
  const free: number[] = [], blockOf = new Map<number, number>();
  const list: ValuesOf<typeof INSTRUCTION.fields>[] = [];
  code.forEach(({ name, out, args }, i) => {
    for (const arg of new Set(args)) {
      const block = blockOf.get(arg);
      if (block !== undefined && lastUse.get(arg) === i) free.push(block);
    }
    if (!place.has(out)) {
      const block = free.pop() ?? reserve(BLOCK);
      blockOf.set(out, block);
      slots.push({ register: out, scratch: block });
    }
    const [a, b = a, c = a] = args as [number, number?, number?];
    list.push({ code: writer.functions.instructions.get(name)!, out, a, b, c });
    cost += NS.get(name)!;
  });
  if (scratchEnd > USABLE_SCRATCH) {
    throw new RangeError(
      `Cannot fuse ${code.length} pointwise instructions: they need ${scratchEnd} bytes a thread, and ${USABLE_SCRATCH} are there`,
    );
  }

  const size = chunkSize(total, BLOCK, 16 * BLOCK);
  const lists = [
    ...[writer.rows(SLOT, slots), writer.rows(DIRECT, directs), writer.rows(PATTERN, patterns)],
    ...[
      writer.rows(STRIDED, gathers),
      writer.rows(FILL, fills),
      writer.rows(INSTRUCTION, list),
      writer.rows(STORE, stores),
    ],
  ].flat();
  writer.issue(POINTWISE, { chunks: Math.ceil(total / size), ns: total * cost }, {
    ...{ total, size, directs: directs.length, patterns: patterns.length, gathers: gathers.length },
    ...{ instructions: list.length, stores: stores.length, fills: fills.length },
    ...{ rank: shape.length, shape, lists, slots: slots.length },
  });
}

/** Whether two operands can share memory: bound buffers may be one buffer, arena ranges are known. */
function mayOverlap(writer: ProgramWriter, a: Operand, b: Operand): boolean {
  if (a.value === b.value) return true;
  const x = writer.program.values[a.value]!, y = writer.program.values[b.value]!;
  if (x.place.kind === "bound" || y.place.kind === "bound") return x.place.kind === y.place.kind;
  return x.place.offset < y.place.offset + 4 * y.elements && y.place.offset < x.place.offset + 4 * x.elements;
}
