/** The shared memory of the cpu device: control block, scratch memory of the threads, and a heap. */
import { OutOfDeviceMemoryError } from "../errors.ts";
import { Heap } from "../heap.ts";
import { SHARED } from "./host.ts";
import { CONTROL, ODOMETER_BYTES, THREAD_SCRATCH } from "./numbers.ts";

const PAGE = 65536;
/** Pages to reserve: all of a 32-bit space, or what the machine lets us have. */
const MAXIMA = [65536, 32768, 16384, 8192, 4096];
/** Bytes kept free at the end of memory: kernels may read (never write) a little past an array. */
const SLACK = 4096;
/** Memory grows by at least this much. */
const GROWTH = 16 << 20;

/** Reserves the largest memory the machine allows. */
function reserve(): { memory: WebAssembly.Memory; pages: number } {
  for (const pages of MAXIMA) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 16, maximum: pages, shared: SHARED }), pages };
    } catch {
      // Too much for this machine: try less.
    }
  }
  throw new OutOfDeviceMemoryError("cpu", MAXIMA.at(-1)! * PAGE, 0, 0);
}

/** One shared memory and who has which part of it. Views are replaced when it grows: never keep them. */
export class CpuMemory {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;
  #heap: Heap | undefined;
  #threadsAt = 0;
  words!: Int32Array;
  floats!: Float32Array;
  doubles!: Float64Array;
  bytes!: Uint8Array;

  constructor(readonly threads: number) {
    const { memory, pages } = reserve();
    this.memory = memory;
    // One page less than 4 GiB, so that addresses plus a vector's length stay below 2³².
    this.#maximum = pages * PAGE - PAGE;
    this.#view();
  }

  /** Lays the memory out from the end of the module's static data on. */
  begin(heapBase: number): void {
    this.#threadsAt = Math.ceil(heapBase / 4096) * 4096;
    const start = this.#threadsAt + this.threads * (THREAD_SCRATCH + ODOMETER_BYTES);
    if (!this.#reach(start + (1 << 20))) throw new OutOfDeviceMemoryError("cpu", start, 0, this.#maximum);
    this.#heap = new Heap(start, this.bytes.byteLength - SLACK - start);
  }

  /** Scratch memory of a thread. */
  scratchOf(thread: number): number {
    return this.#threadsAt + this.threads * ODOMETER_BYTES + thread * THREAD_SCRATCH;
  }

  /** A thread's place for the odometer of strided copies. */
  odometerOf(thread: number): number {
    return this.#threadsAt + thread * ODOMETER_BYTES;
  }

  /** Address of `bytes` new bytes. */
  allocate(bytes: number): number {
    const heap = this.#heap!, at = heap.allocate(bytes);
    if (at >= 0) return at;
    const missing = Math.max(256, bytes) + 256 - heap.tailBytes;
    const wanted = this.bytes.byteLength + Math.max(GROWTH, missing, this.bytes.byteLength >> 3);
    if (!this.#reach(Math.min(this.#maximum, wanted)) && !this.#reach(this.bytes.byteLength + missing)) {
      throw new OutOfDeviceMemoryError("cpu", bytes, heap.usedBytes, this.#maximum);
    }
    heap.grow(this.bytes.byteLength - SLACK - heap.start);
    const again = heap.allocate(bytes);
    if (again < 0) throw new OutOfDeviceMemoryError("cpu", bytes, heap.usedBytes, this.#maximum);
    return again;
  }

  /** Gives memory back to the heap. */
  free(address: number): void {
    this.#heap!.free(address);
  }

  /** Grows the memory to `bytes`; false if the machine refuses. */
  #reach(bytes: number): boolean {
    if (bytes > this.#maximum) return false;
    const pages = Math.ceil((bytes - this.bytes.byteLength) / PAGE);
    if (pages <= 0) return true;
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.#view();
    return true;
  }

  #view(): void {
    const { buffer } = this.memory;
    this.words = new Int32Array(buffer);
    this.floats = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
    Atomics.store(this.words, CONTROL.pages / 4, buffer.byteLength / PAGE);
  }
}
