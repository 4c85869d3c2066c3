/**
 * The reference device: plain loops in 64-bit floats, slow and obvious. It is the oracle that the fast devices are tested
 * against, so nothing here is clever.
 */
import {
  type Backend,
  type BackendCounters,
  checkUpload,
  type DeviceBuffer,
  type Executable,
  newCounters,
} from "../backend.ts";
import { byteLength, type DType, type HostArray } from "../dtype.ts";
import { OutOfDeviceMemoryError } from "../errors.ts";
import type { Fault, RaisedFault } from "../faults.ts";
import { fromHalves, toHalves } from "../half.ts";
import type { Program } from "../program.ts";
import { runStep } from "./kernels.ts";
import type { Memory, Storage } from "./memory.ts";

/** Enough for any test, little enough to meet the limit before the process does. In bytes of a 32-bit device. */
const LIMIT_BYTES = 2 ** 31;

class ReferenceBuffer implements DeviceBuffer {
  readonly bytes: number;
  storage: Storage | undefined;
  constructor(readonly dtype: DType, readonly elements: number, storage: Storage = newStorage(dtype, elements)) {
    this.bytes = byteLength(dtype, elements);
    this.storage = storage;
  }
}

/** Undefined contents are NaN, so that what reads them shows. */
function newStorage(dtype: DType, elements: number): Storage {
  return dtype === "uint8" ? new Uint8Array(elements) : new Float64Array(elements).fill(NaN);
}

class ReferenceBackend implements Backend {
  readonly kind = "reference";
  readonly description = "reference (64-bit floats, plain loops)";
  readonly counters: BackendCounters = newCounters();
  #faults: RaisedFault[] = [];
  #disposed = false;

  get failed(): boolean {
    return this.#disposed;
  }

  allocate(dtype: DType, elements: number): DeviceBuffer {
    this.#requireLife();
    const bytes = byteLength(dtype, elements);
    if (this.counters.liveBytes + bytes > LIMIT_BYTES) {
      throw new OutOfDeviceMemoryError(this.kind, bytes, this.counters.liveBytes, LIMIT_BYTES);
    }
    const buffer = new ReferenceBuffer(dtype, elements);
    this.counters.liveBytes += bytes;
    return buffer;
  }

  element(buffer: DeviceBuffer, at: number): DeviceBuffer {
    return new ReferenceBuffer(buffer.dtype, 1, this.#storage(buffer).subarray(at, at + 1));
  }

  free(buffer: DeviceBuffer): void {
    this.#requireLife();
    this.#storage(buffer);
    (buffer as ReferenceBuffer).storage = undefined;
    this.counters.liveBytes -= buffer.bytes;
  }

  upload(buffer: DeviceBuffer, data: HostArray, at?: number): void {
    this.#requireLife();
    const storage = this.#storage(buffer);
    checkUpload(buffer, data.length, at);
    if (buffer.dtype === "float16") storage.set(fromHalves(toHalves(data)), at);
    else storage.set(data, at);
  }

  compile(program: Program): Executable {
    this.#requireLife();
    this.counters.compiled++;
    return { program, launches: program.steps.length };
  }

  run(executable: Executable, bound: readonly DeviceBuffer[], scalars: Float64Array, offsets: Int32Array): void {
    this.#requireLife();
    const { program } = executable;
    if (bound.length !== program.bound || scalars.length < program.scalars || offsets.length < program.offsets) {
      throw new RangeError(
        `Cannot run the program with ${bound.length} buffers, ${scalars.length} scalars and ${offsets.length} offsets: ` +
          `it takes ${program.bound}, ${program.scalars} and ${program.offsets}`,
      );
    }
    // Arrays that are made for a run are not counted in liveBytes.
    if (this.counters.liveBytes + program.arenaBytes > LIMIT_BYTES) {
      throw new OutOfDeviceMemoryError(this.kind, program.arenaBytes, this.counters.liveBytes, LIMIT_BYTES);
    }
    let found: Fault | undefined;
    const memory: Memory = {
      values: program.values.map(({ dtype, elements, place }) =>
        place.kind === "bound" ? this.#storage(bound[place.slot]!) : newStorage(dtype, elements)
      ),
      scalars,
      offsets,
      fault: (fault) => found ??= fault,
    };
    const run = this.counters.runs + 1;
    try {
      program.steps.forEach((step, at) => {
        found = undefined;
        runStep(step, memory);
        if (found) this.#faults.push({ run, step: at, fault: found });
      });
    } catch (error) {
      // Copies of operands are plain arrays, which JavaScript may refuse.
      if (
        !(error instanceof RangeError &&
          /^(Array buffer allocation failed|Invalid typed array length)/.test(error.message))
      ) {
        throw error;
      }
      throw new OutOfDeviceMemoryError(this.kind, LIMIT_BYTES, this.counters.liveBytes, LIMIT_BYTES);
    }
    this.counters.runs = run;
    this.counters.launches += executable.launches;
    this.counters.arenaBytes = Math.max(this.counters.arenaBytes, program.arenaBytes);
  }

  // deno-lint-ignore require-await -- what it throws must arrive as a rejection
  async download(buffers: readonly DeviceBuffer[]): Promise<HostArray[]> {
    this.#requireLife();
    this.counters.downloads++;
    this.counters.readBacks++;
    return buffers.map((buffer) => {
      const storage = this.#storage(buffer);
      if (buffer.dtype === "float32") return Float64Array.from(storage);
      if (buffer.dtype === "float16") return Float32Array.from(storage);
      return buffer.dtype === "int32" ? Int32Array.from(storage) : Uint8Array.from(storage);
    });
  }

  // deno-lint-ignore require-await -- what it throws must arrive as a rejection
  async synchronize(): Promise<void> {
    this.#requireLife();
    this.counters.readBacks++;
  }

  takeFaults(): readonly RaisedFault[] {
    const faults = this.#faults;
    if (faults.length) this.#faults = [];
    return faults;
  }

  get checkedRuns(): number {
    return this.counters.runs;
  }

  throttle(): undefined {
    this.#requireLife();
  }

  trim(): void {
    this.counters.arenaBytes = 0;
  }

  dispose(): void {
    this.#disposed = true;
  }

  #storage(buffer: DeviceBuffer): Storage {
    if (!(buffer instanceof ReferenceBuffer)) {
      throw new TypeError("Cannot use a buffer of another device on the reference device");
    }
    if (!buffer.storage) throw new Error("Cannot use a buffer after it was freed");
    return buffer.storage;
  }

  #requireLife(): void {
    if (this.#disposed) throw new Error("Cannot use the reference device: it was disposed");
  }
}

/** The device of plain 64-bit loops that the others are checked against. */
export function createReferenceBackend(): Backend {
  return new ReferenceBackend();
}
