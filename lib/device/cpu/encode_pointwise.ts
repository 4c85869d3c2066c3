/** Pointwise chains for the block interpreter of kernels/cpu/pointwise.ts. */
import type { Operand } from "../operand.ts";
import { sizeOf } from "../shape.ts";
import type { Instruction, PointwiseStep } from "../steps/pointwise.ts";
import { type ProgramWriter, USABLE_SCRATCH } from "./commands.ts";
import { type CpuInstruction, instructionFor } from "./instructions.ts";
import { chunkSize, isDense } from "./shapes.ts";

/** Elements a block; as in kernels/cpu/pointwise.ts. */
const BLOCK = 512;
/** Operands that repeat with a period up to this are written out once a chunk. */
const MAX_PERIOD = 4096;

/** Rough cost of an element, in nanoseconds, of what is not a single vector instruction. */
const SLOW: Partial<Record<CpuInstruction, number>> = {
  exp: 0.5,
  expm1: 0.7,
  log: 0.8,
  log1p: 1,
  sin: 3,
  cos: 3,
  tanh: 1,
  sigmoid: 0.7,
  erf: 1.2,
  pow: 10,
  remainder: 10,
  remainderInt: 5,
  divInt: 3,
  powInt: 10,
};

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
    const name = instructionFor(op.startsWith("logical") ? { ...instruction, of: "bool" } : instruction);
    if (!name) throw new TypeError(`Cannot compute ${op} of ${of} on the cpu device: cast to float32 first`);
    code.push({ name, out, args });
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

  const slots: number[] = [],
    directs: number[] = [],
    patterns: number[] = [],
    gathers: number[] = [],
    fills: number[] = [];
  const directInputs = new Set<number>();
  let cost = 0.1;
  step.inputs.forEach((input, register) => {
    if (input.kind === "scalar") {
      const kind = input.dtype === "float32" ? 1 : input.dtype === "int32" ? 2 : 3;
      fills.push(register, reserve(BLOCK), kind, input.slot, 0, 0);
      return;
    }
    const { operand } = input, strides = stridesOf(operand), start = writer.operand(operand);
    if (isDense(shape, strides)) {
      directs.push(register, ...start);
      directInputs.add(register);
      cost += 0.2;
    } else if (shape.every((size, axis) => size === 1 || strides[axis] === 0)) {
      fills.push(register, reserve(BLOCK), 0, ...start);
    } else {
      const repeat = period(shape, strides);
      if (repeat > 0) patterns.push(register, reserve(repeat + BLOCK), ...start, writer.table(strides), repeat);
      else gathers.push(register, reserve(BLOCK), ...start, writer.table(strides));
      cost += repeat > 0 ? 0.05 : 0.5;
    }
  });

  // A result whose output is dense goes straight to memory, unless an input in the same memory is still to be read then.
  const lastUse = new Map<number, number>();
  code.forEach(({ args }, i) => args.forEach((arg) => lastUse.set(arg, i)));
  const place = new Map<number, number>(), stores: number[] = [];
  step.outputs.forEach(({ operand }, i) => {
    const register = outputs[i]!, dense = isDense(shape, stridesOf(operand));
    const defined = code.findIndex(({ out }) => out === register);
    const hazard = step.inputs.some((input, other) =>
      directInputs.has(other) && input.kind === "tensor" && (lastUse.get(other) ?? -1) > defined &&
      mayOverlap(writer, input.operand, operand)
    );
    if (dense && !hazard && !place.has(register)) {
      place.set(register, i);
      directs.push(register, ...writer.operand(operand));
    } else {
      stores.push(register, ...writer.operand(operand), dense ? -1 : writer.table(stridesOf(operand)));
      lastUse.set(register, Infinity);
    }
    cost += dense ? 0.2 : 0.7;
  });

  // Other results share blocks of scratch memory: a block is free again after its last reader.
  const free: number[] = [], blockOf = new Map<number, number>();
  const list: number[] = [];
  code.forEach(({ name, out, args }, i) => {
    for (const arg of new Set(args)) {
      const block = blockOf.get(arg);
      if (block !== undefined && lastUse.get(arg) === i) free.push(block);
    }
    if (!place.has(out)) {
      const block = free.pop() ?? reserve(BLOCK);
      blockOf.set(out, block);
      slots.push(out, block);
    }
    const [a, b = a, c = a] = args as [number, number?, number?];
    list.push(writer.functions.instructions.get(name)!, out, a, b, c);
    cost += 0.1 + (SLOW[name] ?? 0);
  });
  if (scratchEnd > USABLE_SCRATCH) {
    throw new RangeError(
      `Cannot fuse ${code.length} pointwise instructions: they need ${scratchEnd} bytes a thread, and ${USABLE_SCRATCH} are there`,
    );
  }

  const size = chunkSize(total, BLOCK, 16 * BLOCK);
  const lists = [...slots, ...directs, ...patterns, ...gathers, ...fills, ...list, ...stores];
  // deno-fmt-ignore
  writer.command("pointwise", Math.ceil(total / size), total * cost, [
    total, size, directs.length / 4, patterns.length / 7, gathers.length / 6, list.length / 5, stores.length / 5, fills.length / 6,
    shape.length, writer.table(shape), writer.table(lists), slots.length / 2,
  ]);
}

/** Whether two operands can share memory: bound buffers may be one buffer, arena ranges are known. */
function mayOverlap(writer: ProgramWriter, a: Operand, b: Operand): boolean {
  if (a.value === b.value) return true;
  const x = writer.program.values[a.value]!, y = writer.program.values[b.value]!;
  if (x.place.kind === "bound" || y.place.kind === "bound") return x.place.kind === y.place.kind;
  return x.place.offset < y.place.offset + 4 * y.elements && y.place.offset < x.place.offset + 4 * x.elements;
}
