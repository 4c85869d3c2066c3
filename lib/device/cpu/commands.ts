/** The form in which programs lie in memory for the wasm kernels. */
import { raisesFaults } from "../faults.ts";
import type { Program } from "../program.ts";
import type { StepOf } from "../steps/mod.ts";
import type { CpuInstruction } from "./instructions.ts";
import {
  type Fields,
  HEADER,
  type Layout,
  positions,
  row,
  type Start,
  type ValuesOf,
  word,
  writeFields,
} from "./layout.ts";
import { MAX_CHUNKS, type TileColumns } from "./numbers.ts";

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

/**
 * A command of one chunk, which is never shared. What other commands cost is estimated in nanoseconds of one thread: the costs that encoders
 * count with are least times of many runs over operands in the cache. They only decide what is shared, where a factor of two matters little.
 */
export const ONE_CHUNK = { chunks: 1, ns: 0 } as const;

/** What a program begins with: byte offsets from its start. The commands may be run in parts. */
export const PROGRAM = row("program", {
  first: word("command"),
  end: word("of the commands"),
  values: word("addresses of the values"),
  offsets: word("element offsets of this run"),
  scalars: word("scalars of this run"),
});

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
  /** Of each command of wasm the step, how many chunks it has, and its byte offset in the program. */
  readonly list: readonly { readonly step: number; readonly chunks: number; readonly at: number }[];
  /** Where the commands are cut, as a user's kernel runs in between: its step, and the byte offset of the command after it. */
  readonly breaks: readonly { readonly step: StepOf<"custom">; readonly at: number }[];
  /** Bytes of scratch memory after the arena. */
  readonly scratchBytes: number;
  /** Whether any command may be shared between threads. */
  readonly shared: boolean;
  /** Commands that may meet an index out of range: their steps, and byte offsets in the program. */
  readonly sites: readonly { readonly step: number; readonly at: number }[];
}

/** The word of a command that says whether it is shared. */
const SHARED = positions(HEADER).get("shared")!;

/** Collects a program's tables and commands. */
export class ProgramWriter {
  readonly #tables: number[] = [];
  readonly #known = new Map<string, number>();
  readonly #long = new Map<ArrayLike<number>, number>();
  readonly #commands: number[] = [];
  readonly #estimates: { readonly at: number; readonly ns: number }[] = [];
  readonly #list: { readonly step: number; readonly chunks: number; readonly word: number }[] = [];
  readonly #breaks: { readonly step: StepOf<"custom">; readonly word: number }[] = [];
  readonly #tableAt = (values: ArrayLike<number>) => this.table(values);
  readonly #sites: { readonly step: number; readonly word: number }[] = [];
  #step = 0;
  /** What follows the pointwise chain of this step. */
  follower: Follower | undefined;
  #mayFault = false;
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

  /** Goes on to a step: forgets the scratch memory of the one before. */
  beginStep(step: number): void {
    this.#scratch = 0;
    this.goOn(step);
  }

  /** Goes on to a step whose work was begun in the one before: what that has in scratch memory stays. */
  goOn(step: number): void {
    this.#step = step;
    this.#mayFault = raisesFaults(this.program.steps[step]!);
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

  /** Appends a command of `chunks` independent chunks that takes about `ns` nanoseconds of one thread. */
  issue<F extends Fields>(
    layout: Layout<F>,
    { chunks, ns }: { readonly chunks: number; readonly ns: number },
    values: ValuesOf<F>,
  ): void {
    const { name, length } = layout, code = this.functions.kernels.get(name);
    if (chunks >= MAX_CHUNKS) {
      throw new RangeError(`Cannot run ${name} in ${chunks} chunks: the limit is ${MAX_CHUNKS}`);
    }
    if (code === undefined) throw new Error(`Cannot run ${name}: lib/device/cpu/kernels.ts does not list it`);
    this.#estimates.push({ at: this.#commands.length + SHARED, ns: chunks > 1 ? ns : 0 });
    this.#list.push({ step: this.#step, chunks, word: this.#commands.length });
    if (this.#mayFault) this.#sites.push({ step: this.#step, word: this.#commands.length });
    writeFields(
      this.#commands,
      HEADER,
      { code, length, chunks, shared: false, fault: 0 },
      this.#tableAt,
    );
    writeFields(this.#commands, layout, values, this.#tableAt);
  }

  /** Has the command that was issued last do the work of another step, too, whose faults are its own. */
  share(step: number): void {
    if (raisesFaults(this.program.steps[step]!)) this.#sites.push({ step, word: this.#list.at(-1)!.word });
  }

  /** A command that another one runs itself on parts of its work. @returns its byte offset */
  embed<F extends Fields>(layout: Layout<F>, values: ValuesOf<F>): number {
    const words: number[] = [], { name, length } = layout, code = this.functions.kernels.get(name) ?? 0;
    writeFields(words, HEADER, { code, length, chunks: 1, shared: false, fault: 0 }, this.#tableAt);
    writeFields(words, layout, values, this.#tableAt);
    return this.table(words);
  }

  /** Leaves wasm here, for a kernel that is a function in JavaScript. */
  leave(step: StepOf<"custom">): void {
    this.#breaks.push({ step, word: this.#commands.length });
  }

  /** The finished program. */
  finish(): EncodedProgram {
    const total = this.#estimates.reduce((sum, { ns }) => sum + ns, 0);
    let shared = false;
    for (const { at, ns } of this.#estimates) {
      if (total < SHARED_PROGRAM_NS || ns < SHARED_COMMAND_NS) continue;
      this.#commands[at] = 1;
      shared = true;
    }
    const start = this.#start >> 2, commands = start + this.#tables.length;
    const words = new Int32Array(commands + this.#commands.length);
    const [values, offsets, scalars] = [this.#values, this.#offsets, this.#scalars];
    const header: number[] = [], first = 4 * commands, end = 4 * words.length;
    writeFields(header, PROGRAM, { first, end, values, offsets, scalars }, this.#tableAt);
    words.set(header);
    words.set(this.#tables, start);
    words.set(this.#commands, commands);
    return {
      ...{ words, values, offsets, scalars },
      commands: this.#estimates.length + this.#breaks.length,
      list: this.#list.map(({ step, chunks, word }) => ({ step, chunks, at: 4 * (commands + word) })),
      sites: this.#sites.map(({ step, word }) => ({ step, at: 4 * (commands + word) })),
      breaks: this.#breaks.map(({ step, word }) => ({ step, at: 4 * (commands + word) })),
      scratchBytes: this.#scratchBytes,
      shared,
    };
  }
}
