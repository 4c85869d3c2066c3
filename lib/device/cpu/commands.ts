/** The form in which programs lie in memory for the wasm kernels. */
import { raisesFaults } from "../faults.ts";
import type { Program } from "../program.ts";
import type { StepOf } from "../steps/mod.ts";
import type { CpuInstruction } from "./instructions.ts";
import {
  type Fields,
  flag,
  HEADER,
  type Layout,
  positions,
  row,
  type Start,
  type ValuesOf,
  word,
  writeFields,
} from "./layout.ts";
import type { TileColumns } from "./numbers.ts";
import type { Cut, Grouping, Work } from "./work.ts";

/** Function-table indices of kernels and instructions, by name. */
export interface FunctionTable {
  readonly kernels: ReadonlyMap<string, number>;
  readonly instructions: ReadonlyMap<CpuInstruction, number>;
}

/**
 * A command shorter than this is not worth sharing between threads; nor is any command of a program shorter than
 * SHARED_PROGRAM_NS in all, for whose sake a sleeping thread would have to be woken, or kept spinning beside the JavaScript between
 * the steps. (Run C8, least times of a step with a limit of 120 and of 1,000 µs: 765 and 654 µs at batch 4, 1,482 and 1,377 at 16.)
 */
const SHARED_COMMAND_NS = 6_000;
const SHARED_PROGRAM_NS = 1_000_000;

/** What a program begins with: byte offsets from its start. The commands may be run in parts. */
export const PROGRAM = row("program", {
  first: word("command"),
  end: word("of the commands"),
  values: word("addresses of the values"),
  offsets: word("element offsets of this run"),
  scalars: word("scalars of this run"),
  apart: flag("whether commands are run one by one, also those that a series has"),
});

/** A command, before it has its place. */
export interface Command extends Work {
  /** Of the program. */
  readonly step: number;
  readonly words: readonly number[];
  /** How many of the commands after this one it runs itself: a series. */
  readonly inner: number;
  readonly mayFault: boolean;
  /** Another step, whose work it does too, or most of it. */
  readonly shared?: number | undefined;
}

/** What can be done to each chunk of a step's result by the command that has just made it: the step after it, or its greater part. */
export interface Follower {
  /** Nanoseconds of it all, on one thread. */
  readonly ns: number;
  /** Appends the command that is run after each chunk. @returns its byte offset */
  embed(chunks: number): number;
}

/** A program in the form that wasm reads; relative to its own start. */
export interface EncodedProgram {
  readonly words: Int32Array;
  /** Byte offsets in it: addresses of values, run-time offsets, scalars. */
  readonly values: number;
  readonly offsets: number;
  readonly scalars: number;
  /** Number of commands, host implementations included. */
  readonly commands: number;
  /** Of each command of wasm its steps, how many chunks it has, and its byte offset in the program. */
  readonly list: readonly (Pick<Command, "step" | "shared" | "chunks"> & { readonly at: number })[];
  /** Where the commands are cut, as a user's kernel runs in between: its step, and the byte offset of the command after it. */
  readonly breaks: readonly { readonly step: StepOf<"custom">; readonly at: number }[];
  /** Bytes of scratch memory after the arena. */
  readonly scratchBytes: number;
  /** Whether any command may be shared between threads. */
  readonly shared: boolean;
  /** Commands that may meet an index out of range: their steps, and byte offsets in the program. */
  readonly sites: readonly { readonly step: number; readonly at: number }[];
}

/** The words of a command that say whether it is shared, and how long those are that it runs. */
const SHARED = positions(HEADER).get("shared")!, INNER = positions(HEADER).get("inner")!;

/** Collects a program's tables and commands. */
export class ProgramWriter {
  readonly #tables: number[] = [];
  readonly #known = new Map<string, number>();
  readonly #long = new Map<ArrayLike<number>, number>();
  #commands: Command[] = [];
  readonly #breaks: { readonly step: StepOf<"custom">; readonly before: number }[] = [];
  readonly #tableAt = (values: ArrayLike<number>) => this.table(values);
  #step = 0;
  /** What follows the pointwise chain of this step. */
  follower: Follower | undefined;
  /** How images are grouped, if the step goes through them one by one. */
  grouping: Grouping | undefined;
  #mayFault = false;
  #collecting = false;
  #scratch = 0;
  #scratchBytes = 0;
  readonly #values: number;
  readonly #offsets: number;
  readonly #scalars: number;
  readonly #start: number;

  constructor(readonly program: Program, readonly functions: FunctionTable, readonly tileColumns: TileColumns) {
    this.#values = 32; // a multiple of 8, past the header
    this.#offsets = this.#values + 4 * (program.values.length + 1);
    this.#scalars = Math.ceil((this.#offsets + 4 * program.offsets) / 8) * 8;
    this.#start = this.#scalars + 8 * program.scalars;
  }

  /** Goes on to a step: forgets the scratch memory of the one before, unless they are collected. */
  beginStep(step: number): void {
    if (!this.#collecting) this.#scratch = 0;
    this.goOn(step);
  }

  /** Goes on to a step whose work was begun in the one before: what that has in scratch memory stays. */
  goOn(step: number): void {
    this.#step = step;
    this.#mayFault = raisesFaults(this.program.steps[step]!);
  }

  /** Encodes steps that have their scratch memory at the same time. @returns their commands, which have no place yet */
  collect(encode: () => void): readonly Command[] {
    const before = this.#commands;
    this.#scratch = 0;
    this.#collecting = true;
    this.#commands = [];
    encode();
    const collected = this.#commands;
    this.#commands = before;
    this.#collecting = false;
    return collected;
  }

  /** Images a chunk should have: about so many; where images are grouped, a divisor of the group's, and whole sixes of whole sixes. */
  imagesPerChunk(wanted: number): number {
    if (!this.grouping) return wanted;
    const { size } = this.grouping, sixes = wanted % 6 === 0 && size % 6 === 0 ? 6 : 1;
    for (let images = Math.min(wanted, size); images > 1; images--) {
      if (size % images === 0 && images % sixes === 0) return images;
    }
    return 1;
  }

  /** Elements of a chunk that should have about `wanted` of so many: where images are grouped, those of whole images. */
  cutByImages(elements: number, wanted: number): Cut {
    const each = this.grouping ? elements / this.grouping.images : 0;
    if (each === 0 || !Number.isInteger(each)) return { size: wanted };
    const images = this.imagesPerChunk(Math.ceil(wanted / each));
    return { size: images * each, cut: { images, chunks: 1 } };
  }

  /** Reserves scratch memory of this step. @returns its byte offset in the scratch value */
  scratch(bytes: number): number {
    const at = this.#scratch;
    this.#scratch += Math.ceil(bytes / 256) * 256;
    this.#scratchBytes = Math.max(this.#scratchBytes, this.#scratch);
    return at;
  }

  /** Where the scratch value begins. */
  get scratchStart(): Start {
    return { value: this.program.values.length, offset: 0, dynamic: -1 };
  }

  /** Stores a table of 32-bit words. @returns its byte offset */
  table(values: ArrayLike<number>): number {
    const key = values.length <= 64 ? Array.prototype.join.call(values, ",") : "";
    const known = key === "" ? this.#long.get(values) : this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.#start + 4 * this.#tables.length;
    for (let i = 0; i < values.length; i++) this.#tables.push(values[i]!);
    if (values.length === 0) this.#tables.push(0);
    if (key !== "") this.#known.set(key, at);
    else this.#long.set(values, at);
    return at;
  }

  /** Rows of a table, one after the other. */
  rows<F extends Fields>(layout: Layout<F>, rows: readonly ValuesOf<F>[]): number[] {
    const words: number[] = [];
    for (const values of rows) writeFields(words, layout, values, this.#tableAt);
    return words;
  }

  /** Appends a command of independent chunks. */
  issue<F extends Fields>(layout: Layout<F>, work: Work, values: ValuesOf<F>): void {
    this.put([this.command(layout, work, values)]);
  }

  /** Appends commands. */
  put(commands: readonly Command[]): void {
    this.#commands.push(...commands);
  }

  /** A command of this step. @param inner how many commands after it it runs */
  command<F extends Fields>(layout: Layout<F>, work: Work, values: ValuesOf<F>, inner = 0): Command {
    const { name, length } = layout, code = this.functions.kernels.get(name), { chunks } = work;
    if (code === undefined) throw new Error(`Cannot run ${name}: lib/device/cpu/kernels.ts does not list it`);
    const words: number[] = [];
    writeFields(words, HEADER, { code, length, chunks, shared: false, inner: 0, fault: 0 }, this.#tableAt);
    writeFields(words, layout, values, this.#tableAt);
    return { ...work, step: this.#step, words, inner, mayFault: this.#mayFault };
  }

  /** Has the command that was issued last do the work of another step, too, whose faults, if it has any, are its own. */
  share(step: number): void {
    this.#commands.push({ ...this.#commands.pop()!, shared: step });
  }

  /** A command that another one runs itself on parts of its work. @returns its byte offset */
  embed<F extends Fields>(layout: Layout<F>, values: ValuesOf<F>): number {
    const words: number[] = [], { name, length } = layout, code = this.functions.kernels.get(name) ?? 0;
    writeFields(words, HEADER, { code, length, chunks: 1, shared: false, inner: 0, fault: 0 }, this.#tableAt);
    writeFields(words, layout, values, this.#tableAt);
    return this.table(words);
  }

  /** Leaves wasm here, for a kernel that is a function in JavaScript. */
  leave(step: StepOf<"custom">): void {
    this.#breaks.push({ step, before: this.#commands.length });
  }

  /** The finished program. */
  finish(): EncodedProgram {
    const own = this.#commands.filter(({ inner }) => inner === 0);
    const total = own.reduce((sum, { chunks, ns }) => sum + (chunks > 1 ? ns : 0), 0);
    const start = this.#start >> 2, first = start + this.#tables.length, at: number[] = [];
    const written: number[] = [];
    let shared = false;
    for (const { words, chunks, ns } of this.#commands) {
      const place = written.length;
      at.push(4 * (first + place));
      written.push(...words);
      if (total < SHARED_PROGRAM_NS || chunks === 1 || ns < SHARED_COMMAND_NS) continue;
      written[place + SHARED] = 1;
      shared = true;
    }
    at.push(4 * (first + written.length));
    this.#commands.forEach(({ words, inner }, i) => {
      if (inner > 0) written[at[i]! / 4 - first + INNER] = (at[i + 1 + inner]! - at[i]!) / 4 - words.length;
    });
    const words = new Int32Array(first + written.length);
    const [values, offsets, scalars] = [this.#values, this.#offsets, this.#scalars];
    const header: number[] = [], end = 4 * words.length;
    writeFields(header, PROGRAM, { first: 4 * first, end, values, offsets, scalars, apart: false }, this.#tableAt);
    words.set(header);
    words.set(this.#tables, start);
    words.set(written, first);
    const places = this.#commands.map((command, i) => ({ ...command, at: at[i]! }));
    return {
      ...{ words, values, offsets, scalars },
      commands: own.length + this.#breaks.length,
      list: places.flatMap(({ step, shared, chunks, inner, at }) => inner > 0 ? [] : [{ step, shared, chunks, at }]),
      sites: places.flatMap(({ step, shared, mayFault, inner, at }) => {
        const steps = shared !== undefined && raisesFaults(this.program.steps[shared]!) ? [step, shared] : [step];
        return inner > 0 || !mayFault ? [] : steps.map((step) => ({ step, at }));
      }),
      breaks: this.#breaks.map(({ step, before }) => ({ step, at: at[before]! })),
      scratchBytes: this.#scratchBytes,
      shared,
    };
  }
}
