/** Pointwise chains, for the block interpreter of kernels/cpu/pointwise.ts. */
import { computed } from "../dtype.ts";
import type { Operand } from "../operand.ts";
import { sizeOf } from "../shape.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { type CpuInstruction, INSTRUCTIONS } from "./instructions.ts";
import type { RowOf, Start } from "./layout.ts";
import { BLOCK, USABLE_SCRATCH } from "./numbers.ts";
import { type Code, join, lower, type LoweredChain } from "./pointwise_code.ts";
import { hoist, type Hoisted } from "./pointwise_hoist.ts";
import { CONSTANT, DIRECT, FILL, INSTRUCTION, PATTERN, POINTWISE, SLOT, STORE, STRIDED } from "./pointwise_layouts.ts";
import { chunkSize, isDense } from "./shapes.ts";
import type { Cut } from "./work.ts";

/** The operand of what has none. */
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

/** Smallest number of elements after which a broadcast operand repeats, or 0 if it does not. */
function period(shape: readonly number[], strides: readonly number[]): number {
  let axis = 0;
  while (axis < shape.length && (strides[axis] === 0 || shape[axis] === 1)) axis++;
  const result = sizeOf(shape.slice(axis));
  return axis > 0 && result < sizeOf(shape) && result <= MAX_PERIOD ? result : 0;
}

/** What a command of a chain is made of, while it is put together. */
class Chain {
  readonly shape: readonly number[];
  readonly slots: RowOf<typeof SLOT>[] = [];
  readonly directs: RowOf<typeof DIRECT>[] = [];
  readonly patterns: RowOf<typeof PATTERN>[] = [];
  readonly made: RowOf<typeof PATTERN>[] = [];
  readonly gathers: RowOf<typeof STRIDED>[] = [];
  readonly fills: RowOf<typeof FILL>[] = [];
  readonly once: RowOf<typeof INSTRUCTION>[] = [];
  readonly instructions: RowOf<typeof INSTRUCTION>[] = [];
  readonly stores: RowOf<typeof STORE>[] = [];
  /** Nanoseconds per element. */
  cost = NS_LIGHT;
  /** Bytes of scratch memory that each thread needs; the addresses of the registers come first. */
  scratchBytes: number;

  /** The instructions of each block. */
  readonly code: readonly Code[];
  readonly #hoisted: Hoisted;

  constructor(readonly step: PointwiseStep, readonly lowered: LoweredChain, readonly writer: ProgramWriter) {
    this.shape = step.shape.length === 0 ? [1] : step.shape;
    this.scratchBytes = Math.ceil(4 * lowered.registers / 256) * 256;
    const repeats = step.inputs.map((input) => input.kind === "tensor" ? this.#repeats(input.operand) : 0);
    this.#hoisted = hoist(lowered.code, repeats, lowered.outputs, BLOCK);
    this.code = join(this.#hoisted.code, lowered.outputs);
  }

  /** After how many elements an operand repeats; 0: it is one element. */
  #repeats(operand: Operand): number | undefined {
    const { shape } = this, strides = this.stridesOf(operand);
    if (isDense(shape, strides)) return undefined;
    return shape.every((size, axis) => size === 1 || strides[axis] === 0) ? 0 : period(shape, strides) || undefined;
  }

  /** Strides of an operand along the axes of `shape`. */
  stridesOf(operand: Operand): readonly number[] {
    return this.step.shape.length === 0 ? [1] : operand.strides;
  }

  /** Reserves scratch memory. @returns its byte offset */
  reserve(elements: number): number {
    const at = this.scratchBytes;
    this.scratchBytes += Math.ceil(elements / 16) * 64;
    return at;
  }

  /** Chooses how each input is read. */
  readInputs(): void {
    this.step.inputs.forEach((input, register) => {
      if (input.kind === "tensor") return this.#readOperand(register, input.operand);
      const kind = CONSTANT[computed(input.dtype)];
      this.fills.push({ register, scratch: this.#reserveFill(), kind, from: NOWHERE, slot: input.slot });
    });
  }

  /** A constant fills as much as is computed of it at once. */
  #reserveFill(): number {
    return this.reserve(this.#hoisted.period + BLOCK);
  }

  #readOperand(register: number, from: Operand): void {
    const { shape } = this, strides = this.stridesOf(from), repeat = this.#repeats(from);
    if (isDense(shape, strides)) {
      this.directs.push({ register, from });
      this.cost += NS_DIRECT;
    } else if (repeat === undefined) {
      this.gathers.push({ register, scratch: this.reserve(BLOCK), from, strides });
      this.cost += NS_GATHER;
    } else if (repeat === 0) {
      this.fills.push({ register, scratch: this.#reserveFill(), kind: CONSTANT.element, from, slot: 0 });
    } else {
      this.patterns.push({ register, scratch: this.reserve(repeat + BLOCK), from, strides, period: repeat });
      this.cost += NS_PATTERN;
    }
  }

  /** Lists what runs once a chunk: each result stays, as a pattern. */
  makePatterns(): void {
    const { period, once } = this.#hoisted;
    for (const instruction of once) {
      const scratch = this.reserve(period + BLOCK);
      this.made.push({ register: instruction.out, scratch, from: NOWHERE, strides: this.shape, period });
      this.once.push(this.#row(instruction));
    }
  }

  #row({ name, out, args }: Code): RowOf<typeof INSTRUCTION> {
    const [a, b = a, c = a, d = a] = args as [number, number?, number?, number?];
    return { code: this.writer.functions.instructions.get(name)!, out, a, b, c, d };
  }

  /**
   * Chooses how each output is written: a result whose output is dense goes straight to memory, unless a dense input in the same memory is
   * read after it. @returns the registers that do
   */
  placeOutputs(lastUse: Map<number, number>): ReadonlySet<number> {
    const { code, lowered: { outputs } } = this, placed = new Set<number>();
    const denseInputs = this.step.inputs.flatMap((input, register) =>
      input.kind === "tensor" && isDense(this.shape, this.stridesOf(input.operand)) ? [{ register, ...input }] : []
    );
    this.step.outputs.forEach(({ operand }, i) => {
      const register = outputs[i]!, strides = this.stridesOf(operand), dense = isDense(this.shape, strides);
      const defined = code.findIndex(({ out }) => out === register);
      const hazard = denseInputs.some((input) =>
        (lastUse.get(input.register) ?? -1) > defined && mayOverlap(this.writer, input.operand, operand)
      );
      if (dense && !hazard && !placed.has(register)) {
        placed.add(register);
        this.directs.push({ register, from: operand });
      } else {
        this.stores.push({ register, to: operand, strides, dense });
        lastUse.set(register, Infinity);
      }
      this.cost += dense ? NS_DIRECT : NS_SCATTER;
    });
    return placed;
  }

  /** Lists the instructions. Results that are not placed share blocks of scratch memory: a block is free again after its last reader. */
  schedule(placed: ReadonlySet<number>, lastUse: ReadonlyMap<number, number>): void {
    const free: number[] = [], blockOf = new Map<number, number>();
    this.code.forEach((instruction, i) => {
      const { name, out, args } = instruction;
      for (const arg of new Set(args)) {
        const block = blockOf.get(arg);
        if (block !== undefined && lastUse.get(arg) === i) free.push(block);
      }
      if (!placed.has(out)) {
        const block = free.pop() ?? this.reserve(BLOCK);
        blockOf.set(out, block);
        this.slots.push({ register: out, scratch: block });
      }
      this.instructions.push(this.#row(instruction));
      this.cost += NS.get(name)!;
    });
  }

  /** Nanoseconds of all elements. */
  get ns(): number {
    return sizeOf(this.shape) * this.cost + (this.writer.follower?.ns ?? 0);
  }

  /** A chunk of a chain by itself. */
  get cut(): Cut {
    const elements = sizeOf(this.shape);
    return this.writer.cutByImages(elements, chunkSize(elements, BLOCK, 16 * BLOCK));
  }

  /** The fields of the command, which runs on so many chunks. */
  values(chunks: number): RowOf<typeof POINTWISE> {
    const { writer, shape, slots, directs, made, gathers, fills, once, instructions, stores } = this;
    const total = sizeOf(shape), { size } = this.cut, patterns = [...this.patterns, ...made];
    // In the order in which the kernel walks them.
    const lists = [
      writer.rows(SLOT, slots),
      writer.rows(DIRECT, directs),
      writer.rows(PATTERN, patterns),
      writer.rows(STRIDED, gathers),
      writer.rows(FILL, fills),
      writer.rows(INSTRUCTION, once),
      writer.rows(INSTRUCTION, instructions),
      writer.rows(STORE, stores),
    ].flat();
    return {
      ...{ total, size, rank: shape.length, shape, lists },
      ...{ slots: slots.length, directs: directs.length, patterns: patterns.length, made: made.length },
      ...{ gathers: gathers.length, fills: fills.length, once: once.length, period: this.#hoisted.period },
      ...{ instructions: instructions.length, stores: stores.length },
      statistics: writer.follower?.embed(chunks) ?? 0,
    };
  }
}

/** A pointwise step as one command. */
export function chainOf(step: PointwiseStep, writer: ProgramWriter): Chain {
  const chain = new Chain(step, lower(step), writer), { code } = chain;
  const lastUse = new Map(code.flatMap(({ args }, i) => args.map((arg) => [arg, i] as const)));
  chain.readInputs();
  chain.makePatterns();
  chain.schedule(chain.placeOutputs(lastUse), lastUse);
  if (chain.scratchBytes > USABLE_SCRATCH) {
    throw new RangeError(
      `Cannot fuse ${code.length} pointwise instructions: they need ${chain.scratchBytes} bytes a thread, and ${USABLE_SCRATCH} are there`,
    );
  }
  return chain;
}

/** Encodes a pointwise step as one command. */
export function encodePointwise(step: PointwiseStep, writer: ProgramWriter): void {
  const chain = chainOf(step, writer), { size, cut } = chain.cut, chunks = Math.ceil(sizeOf(chain.shape) / size);
  writer.issue(POINTWISE, { chunks, ns: chain.ns, cut }, chain.values(chunks));
}

/** Whether two operands can share memory: bound buffers may be one buffer, arena ranges are known. */
export function mayOverlap(writer: ProgramWriter, a: Operand, b: Operand): boolean {
  if (a.value === b.value) return true;
  const x = writer.program.values[a.value], y = writer.program.values[b.value];
  if (!x || !y) return false; // scratch memory
  if (x.place.kind === "bound" || y.place.kind === "bound") return x.place.kind === y.place.kind;
  return x.place.offset < y.place.offset + 4 * y.elements && y.place.offset < x.place.offset + 4 * x.elements;
}
