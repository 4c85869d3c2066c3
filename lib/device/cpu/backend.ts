/** The cpu device: WebAssembly SIMD kernels over one shared memory, on one or several threads. */
import {
  type Backend,
  type BackendCounters,
  checkUpload,
  type DeviceBuffer,
  type Executable,
  newCounters,
} from "../backend.ts";
import { byteLength, type DType, type HostArray } from "../dtype.ts";
import { DeviceLostError } from "../errors.ts";
import { fromHalves, toHalves } from "../half.ts";
import { faultOf, type RaisedFault } from "../faults.ts";
import { MAX_THREADS } from "../names.ts";
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";
import { runHostImplementation } from "../host_implementation.ts";
import { sizeOf } from "../shape.ts";
import { spread } from "../spread.ts";
import { type FunctionTable, PROGRAM } from "./commands.ts";
import { encodeProgram } from "./encode.ts";
import { CpuBuffer, CpuExecutable } from "./executable.ts";
import { functionTable } from "./kernels.ts";
import { HelperPool } from "./helpers.ts";
import { flagsInWords, joinsVectors, kernels, ONE_THREAD } from "./host.ts";
import { HEADER, positions } from "./layout.ts";
import { CpuMemory } from "./memory.ts";
import { CONTROL, type TileColumns } from "./numbers.ts";
import { mayRun } from "./series.ts";

/**
 * Milliseconds that no small program takes. A longer wait means that the helper is off the processor, because the machine is busy: the
 * next programs then run faster on the calling thread.
 */
const LONG_WAIT = 2.5;
/** Programs that then run on the calling thread, before a helper is tried again. */
const RUNS_ALONE = 100;

/** Runs after which helper threads are started even if every program is small. */
const RUNS_BEFORE_HELP = 100;

/** Words of a command that say whether it met an index out of range; the index and the range follow. */
const FAULT = positions(HEADER).get("fault")!;

/** Words of a program that say which of its commands are to run. */
const FIRST = positions(PROGRAM).get("first")!, END = positions(PROGRAM).get("end")!;
const APART = positions(PROGRAM).get("apart")!;

interface KernelExports {
  readonly kernel: (number: number) => number;
  readonly instruction: (number: number) => number;
  readonly heapBase: () => number;
  readonly setThread: (scratch: number, odometer: number) => void;
  readonly run: (program: number, helpers: number) => number;
  readonly begin: (program: number) => void;
  readonly finish: () => number;
}

/** A command that has run by itself. */
export interface ObservedCommand {
  readonly program: Program;
  /** The number of the program's run. */
  readonly run: number;
  /** The place of its step in the program. */
  readonly step: number;
  /** That of another step whose work it does along with its own. */
  readonly shared?: number | undefined;
  readonly chunks: number;
  readonly milliseconds: number;
}

type CommandObserver = (command: ObservedCommand) => void;

/** {@linkcode Backend} over WebAssembly; made by {@linkcode createCpuBackend}. */
export class CpuBackend implements Backend {
  readonly kind = "cpu";
  readonly description: string;
  readonly counters: BackendCounters & { asynchronous: number } = { ...newCounters(), asynchronous: 0 };
  readonly #memory: CpuMemory;
  readonly #exports: KernelExports;
  readonly #functions: FunctionTable;
  readonly #pool: HelperPool;
  /** Where it is set, the commands of a run are run one by one, by all threads, and each is told: for profiles. */
  observer: CommandObserver | undefined;
  #arena = -1;
  #disposed = false;
  /** The program that a helper runs, if one does: its memory must stay as it is until it has finished. */
  #running: CpuExecutable | undefined;
  #faults: RaisedFault[] = [];
  /** The run until which small programs stay on the calling thread. */
  #aloneUntil = 0;
  /** Memory that was freed while a helper ran a program. */
  readonly #freedMeanwhile: number[] = [];
  /** Frees the memory of programs whose executable was collected. */
  readonly #collected: FinalizationRegistry<number>;

  constructor(threads: number, readonly tileColumns: TileColumns) {
    const memory = this.#memory = new CpuMemory(threads);
    const instance = new WebAssembly.Instance(kernels, { env: { memory: memory.memory, abort() {} } });
    this.#exports = instance.exports as WebAssembly.Exports & KernelExports;
    memory.begin(this.#exports.heapBase());
    this.#exports.setThread(memory.scratchOf(0), memory.odometerOf(0));
    this.#functions = functionTable(this.#exports);
    this.#pool = new HelperPool(kernels, memory, threads - 1);
    this.#collected = new FinalizationRegistry((address) => {
      if (!this.#disposed) this.#free(address);
    });
    const parts = ["WebAssembly SIMD", `${threads} ${threads === 1 ? "thread" : "threads"}`, flagsInWords()];
    this.description = `cpu (${parts.filter((part) => part !== undefined).join(", ")})`;
  }

  get failed(): boolean {
    return this.#disposed;
  }

  allocate(dtype: DType, elements: number): DeviceBuffer {
    this.#requireLife();
    const address = this.#memory.allocate(byteLength(dtype, elements)),
      buffer = new CpuBuffer(dtype, elements, address, this.counters.asynchronous);
    this.counters.liveBytes += buffer.bytes;
    return buffer;
  }

  element(buffer: DeviceBuffer, at: number): DeviceBuffer {
    const address = this.#addressOf(buffer) + byteLength(buffer.dtype, at);
    // Nothing has used the element yet, whatever runs on the rest.
    return new CpuBuffer(buffer.dtype, 1, address, this.counters.asynchronous);
  }

  free(buffer: DeviceBuffer): void {
    this.#requireLife();
    this.#free(this.#addressOf(buffer));
    (buffer as CpuBuffer).address = -1;
    this.counters.liveBytes -= buffer.bytes;
  }

  upload(buffer: DeviceBuffer, data: HostArray, at?: number): void {
    this.#requireLife();
    checkUpload(buffer, data.length, at);
    const address = this.#addressOf(buffer) + byteLength(buffer.dtype, at ?? 0);
    // The program that runs cannot use a buffer that was made after its start.
    if ((buffer as CpuBuffer).born < this.counters.asynchronous) this.#finish();
    if (buffer.dtype === "uint8") this.#memory.bytes.set(data, address);
    else if (buffer.dtype === "float16") this.#memory.bytes.set(new Uint8Array(toHalves(data).buffer), address);
    else if (buffer.dtype === "float32") this.#memory.floats.set(data, address / 4);
    else this.#memory.words.set(data, address / 4);
  }

  compile(program: Program): Executable {
    this.#requireLife();
    const placed = mayRun(program) ? spread(program) : program;
    const encoded = encodeProgram(placed, this.#functions, this.tileColumns);
    const address = this.#memory.allocate(encoded.words.byteLength);
    this.#memory.words.set(encoded.words, address / 4);
    const executable = new CpuExecutable(program, placed, encoded, address);
    this.#collected.register(executable, address);
    this.counters.compiled++;
    return executable;
  }

  run(executable: Executable, bound: readonly DeviceBuffer[], scalars: Float64Array, offsets: Int32Array): void {
    this.#requireLife();
    if (!(executable instanceof CpuExecutable)) {
      throw new TypeError("Cannot run a program of another device on the cpu device");
    }
    const { program, encoded, address } = executable;
    if (bound.length !== program.bound || scalars.length < program.scalars || offsets.length < program.offsets) {
      throw new RangeError(
        `Cannot run the program with ${bound.length} buffers, ${scalars.length} scalars and ${offsets.length} offsets: ` +
          `it takes ${program.bound}, ${program.scalars} and ${program.offsets}`,
      );
    }
    this.#finish();
    if (executable.arenaBytes > this.counters.arenaBytes) this.#growArena(executable.arenaBytes);
    const words = this.#memory.words;
    if (executable.arenaAt !== this.#arena) {
      executable.arenaAt = this.#arena;
      for (let i = 0; i < executable.arena.length; i++) {
        words[executable.arena[i]!] = this.#arena + executable.arenaOffsets[i]!;
      }
    }
    for (let i = 0; i < executable.bound.length; i++) {
      words[executable.bound[i]!] = this.#addressOf(bound[executable.boundSlots[i]!]!);
    }
    const doubles = this.#memory.doubles, scalarsAt = (address + encoded.scalars) / 8;
    for (let i = 0; i < program.scalars; i++) doubles[scalarsAt + i] = scalars[i]!;
    const offsetsAt = (address + encoded.offsets) / 4;
    for (let i = 0; i < program.offsets; i++) words[offsetsAt + i] = offsets[i]!;
    this.counters.launches += executable.launches;
    if (++this.counters.runs >= RUNS_BEFORE_HELP || encoded.shared) this.#pool.call();
    const helpers = this.#pool.ready();
    if (this.observer) this.#runInParts(executable, scalars, offsets, helpers, this.observer);
    else if (encoded.breaks.length) this.#runInParts(executable, scalars, offsets, helpers);
    else if (helpers && !encoded.shared && this.counters.runs > this.#aloneUntil) {
      this.#exports.begin(address);
      this.#running = executable;
      this.counters.asynchronous++;
    } else if (this.#exports.run(address, helpers) !== 0) this.#lost();
    if (!this.#running) this.#collectFaults(executable);
  }

  /** Waits for the program that a helper runs. */
  #finish(): void {
    const executable = this.#running;
    if (!executable) return;
    this.#running = undefined;
    const began = performance.now();
    if (this.#exports.finish() !== 0) this.#lost();
    if (performance.now() - began > LONG_WAIT) this.#aloneUntil = this.counters.runs + RUNS_ALONE;
    for (const address of this.#freedMeanwhile) this.#memory.free(address);
    this.#freedMeanwhile.length = 0;
    this.#collectFaults(executable);
  }

  /** Notes the faults of the run that has just ended, the last one begun. */
  #collectFaults({ program, encoded, address }: CpuExecutable): void {
    const words = this.#memory.words, flag = CONTROL.fault / 4;
    if (words[flag] === 0) return;
    words[flag] = 0;
    for (const { step, at } of encoded.sites) {
      const command = (address + at) / 4;
      if (words[command + FAULT] === 0) continue;
      const fault = faultOf(program.steps[step]!, words[command + FAULT + 1]!, words[command + FAULT + 2]!);
      this.#faults.push({ run: this.counters.runs, step, fault });
    }
    // Only now, as a command may be the site of several steps.
    for (const { at } of encoded.sites) words[(address + at) / 4 + FAULT] = 0;
  }

  takeFaults(): readonly RaisedFault[] {
    const faults = this.#faults;
    if (faults.length) this.#faults = [];
    return faults;
  }

  get checkedRuns(): number {
    return this.counters.runs - (this.#running ? 1 : 0);
  }

  #free(address: number): void {
    if (this.#running) this.#freedMeanwhile.push(address);
    else this.#memory.free(address);
  }

  /**
   * Runs the commands in parts, and between them host implementations on this thread. The program's header says which part is to run. With an
   * observer each command is a part.
   */
  #runInParts(
    executable: CpuExecutable,
    scalars: Float64Array,
    offsets: Int32Array,
    helpers: number,
    observer?: CommandObserver,
  ): void {
    const { encoded, address } = executable, { words, floats } = this.#memory;
    const first = encoded.words[FIRST]!, end = encoded.words[END]!;
    const view = ({ value, shape, offset, dynamic }: Operand) => {
      const start = words[(address + encoded.values) / 4 + value]! / 4 + offset + (dynamic < 0 ? 0 : offsets[dynamic]!);
      return floats.subarray(start, start + sizeOf(shape));
    };
    let from = first;
    words[address / 4 + APART] = observer ? 1 : 0;
    const runTo = (at: number) => {
      words[address / 4 + FIRST] = from;
      words[address / 4 + END] = from = at;
      if (this.#exports.run(address, helpers) !== 0) this.#lost();
    };
    for (const { step, at } of [...encoded.breaks, { step: undefined, at: end }]) {
      if (observer) this.#runObserved(executable, { from, to: at, runTo, observer });
      else runTo(at);
      if (step) runHostImplementation(step, view, scalars);
    }
    // As it was encoded, for runs in one piece.
    words[address / 4 + FIRST] = first;
    words[address / 4 + END] = end;
    words[address / 4 + APART] = 0;
  }

  /** Runs the commands between two places one by one, and tells the observer of each. */
  #runObserved(
    { program, encoded: { list } }: CpuExecutable,
    { from, to, runTo, observer }: { from: number; to: number; runTo: (at: number) => void; observer: CommandObserver },
  ): void {
    const { runs: run } = this.counters;
    list.forEach(({ at, step, shared, chunks }, i) => {
      if (at < from || at >= to) return;
      const began = performance.now();
      runTo(Math.min(to, list[i + 1]?.at ?? to));
      observer({ program, run, step, shared, chunks, milliseconds: performance.now() - began });
    });
  }

  // deno-lint-ignore require-await -- what it throws must arrive as a rejection
  async download(buffers: readonly DeviceBuffer[]): Promise<HostArray[]> {
    this.#requireLife();
    this.#finish();
    this.counters.downloads++;
    this.counters.readBacks++;
    return buffers.map((buffer) => {
      const address = this.#addressOf(buffer), first = address / 4, last = first + buffer.elements;
      // Copies: slices of shared memory would be shared too.
      switch (buffer.dtype) {
        case "float32":
          return new Float32Array(this.#memory.floats.subarray(first, last));
        case "int32":
          return new Int32Array(this.#memory.words.subarray(first, last));
        case "bool":
          return new Uint8Array(this.#memory.words.subarray(first, last));
        case "float16":
          return fromHalves(new Uint16Array(this.#memory.bytes.buffer, address, buffer.elements));
        case "uint8":
          return new Uint8Array(this.#memory.bytes.subarray(address, address + buffer.elements));
      }
    });
  }

  // deno-lint-ignore require-await -- what it throws must arrive as a rejection
  async synchronize(): Promise<void> {
    this.#requireLife();
    this.counters.readBacks++;
    this.#finish();
  }

  throttle(): undefined {
    this.#requireLife();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#pool.stop();
  }

  trim(): void {
    this.#requireLife();
    this.#finish();
    if (this.#arena >= 0) this.#memory.free(this.#arena);
    this.#arena = -1;
    this.counters.arenaBytes = 0;
  }

  #growArena(bytes: number): void {
    this.trim();
    this.#arena = this.#memory.allocate(bytes);
    this.counters.arenaBytes = bytes;
  }

  #addressOf(buffer: DeviceBuffer): number {
    if (!(buffer instanceof CpuBuffer)) {
      throw new TypeError("Cannot use a buffer of another device on the cpu device");
    }
    if (buffer.address < 0) throw new Error("Cannot use a buffer after it was freed");
    return buffer.address;
  }

  #lost(): never {
    const reason = this.#pool.failure();
    this.dispose();
    throw new DeviceLostError("cpu", reason);
  }

  #requireLife(): void {
    if (this.#disposed) throw new Error("Cannot use the cpu device: it was disposed");
  }
}

/**
 * Opens the cpu device; needs no permission. Helper threads start in the background with the first program that is large enough to be
 * shared, or after many small ones, which then run asynchronously, one at a time.
 * @param options.threads default: one per core, or one where there can be no more. Results do not depend on it.
 * @param options.tileColumns default: what V8's flags make the faster, so far as they are seen. Results do not depend on it either.
 */
export function createCpuBackend(options: { threads?: number; tileColumns?: TileColumns } = {}): Backend {
  const threads = options.threads ?? (ONE_THREAD ? 1 : Math.min(16, navigator.hardwareConcurrency || 1));
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(`Cannot use ${threads} threads: it must be a whole number from 1 to ${MAX_THREADS}`);
  }
  if (ONE_THREAD && threads > 1) throw new RangeError(`Cannot use ${threads} threads: ${ONE_THREAD}`);
  return new CpuBackend(threads, options.tileColumns ?? (joinsVectors() ? 16 : 8));
}
