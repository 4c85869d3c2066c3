/**
 * The seam between the graph and the machine: what each device (cpu, webgpu, reference) implements.
 *
 * Everything but {@linkcode Backend.download} and {@linkcode Backend.synchronize} is synchronous and may merely enqueue: calls take
 * effect in the order made. Nothing above this interface knows about WebAssembly, WebGPU or threads.
 */
import { type DType, elementBytes, type HostArray } from "./dtype.ts";
import type { RaisedFault } from "./faults.ts";
import type { Program } from "./program.ts";

/** A piece of device memory with an owner: allocated by {@linkcode Backend.allocate}, ended by {@linkcode Backend.free}. */
export interface DeviceBuffer {
  readonly dtype: DType;
  readonly elements: number;
  /** Bytes it occupies on the device. */
  readonly bytes: number;
}

/** A compiled program; opaque to the graph layer. */
export interface Executable {
  readonly program: Program;
  /** Kernel launches a run takes (dispatches on webgpu, commands on cpu). */
  readonly launches: number;
  /** Set until the machine has looked at the kernels that users brought: run the program when it has resolved. */
  readonly unready?: Promise<void> | undefined;
}

/** Counters of what a backend has done; tests pin their differences. */
export interface BackendCounters {
  /** Programs compiled. */
  compiled: number;
  /** Programs run. */
  runs: number;
  /** Kernel launches. */
  launches: number;
  /** Programs that a helper thread of the cpu ran beside the caller; only there. */
  asynchronous?: number;
  /** How often the queue was asked whether it is done, so that the host does not run too far ahead; only on webgpu. */
  questions?: number;
  /** Device-to-host copies (one for each download call). */
  downloads: number;
  /** How often the device was asked for contents, or for what kernels met: downloads, synchronisations, looks at faults. Each waits on webgpu. */
  readBacks: number;
  /** Bytes held by buffers that are allocated now, without the arena. */
  liveBytes: number;
  /** Bytes of the arena now. */
  arenaBytes: number;
}

/** Counters of a backend that has done nothing. */
export function newCounters(): BackendCounters {
  return { compiled: 0, runs: 0, launches: 0, downloads: 0, readBacks: 0, liveBytes: 0, arenaBytes: 0 };
}

/** A machine that runs programs. */
export interface Backend {
  readonly kind: "cpu" | "webgpu" | "reference";
  /** One line for people: model name, threads. */
  readonly description: string;
  readonly counters: BackendCounters;
  /** Whether the machine is lost, or has failed for good: all that it is asked for throws. Default: false. */
  readonly failed?: boolean;

  /**
   * Memory for `elements` of `dtype`; its contents are undefined.
   * @throws {OutOfDeviceMemoryError} naming the bytes asked for, the bytes in use and the limit.
   */
  allocate(dtype: DType, elements: number): DeviceBuffer;

  /**
   * Element `at` of a buffer as a buffer of its own, which has no owner: it ends with the whole, and is never given to {@linkcode Backend.free}.
   * Elements have 4 bytes.
   */
  element(buffer: DeviceBuffer, at: number): DeviceBuffer;

  /** Gives memory back, once everything enqueued before is done with it. */
  free(buffer: DeviceBuffer): void;

  /**
   * Copies `data` (bool comes as 0/1 in any array) into the buffer: all its elements, or a part that begins at element `at`, which is
   * a multiple of 4 bytes (of float32, int32 and bool any is). Numbers for float16 are rounded. The array may be reused at once.
   */
  upload(buffer: DeviceBuffer, data: HostArray, at?: number): void;

  /** Prepares a program; costly, so the graph layer caches the result. */
  compile(program: Program): Executable;

  /**
   * Runs a program over `bound` buffers (program.bound of them), with this run's scalars and element offsets.
   * @throws {OperationError} if a kernel that a user brought does not compile, or its host implementation throws.
   */
  run(executable: Executable, bound: readonly DeviceBuffer[], scalars: Float64Array, offsets: Int32Array): void;

  /**
   * Contents of several buffers, after everything enqueued before, with one device-to-host copy and one wait for all of them.
   * float32 → Float32Array (Float64Array on reference), float16 → Float32Array, int32 → Int32Array, bool and uint8 → Uint8Array. Whatever kernels met on the way: see
   * {@linkcode Backend.takeFaults}.
   * @throws {DeviceLostError} if the device is gone.
   */
  download(buffers: readonly DeviceBuffer[]): Promise<HostArray[]>;

  /** Resolves when everything enqueued is done; throws as {@linkcode Backend.download} does. */
  synchronize(): Promise<void>;

  /** Faults of runs that are known and were not taken yet, in the order of runs. Each is given once. */
  takeFaults(): readonly RaisedFault[];

  /** The last run (see {@linkcode BackendCounters.runs}) such that all faults of it and of those before it are known. */
  readonly checkedRuns: number;

  /**
   * Resolves when the device has fallen no further behind than its limit (512 runs, 128 MiB written or a second on webgpu; at once on cpu).
   * Call it between steps.
   */
  throttle(): Promise<void> | undefined;

  /** Gives the arena back, after everything enqueued; the next run takes a new one. */
  trim(): void;

  /** Ends workers and frees memory. Later calls throw. */
  dispose(): void;
}

/** What every backend asks of an upload of `count` elements, to all of a buffer or, from element `at` on, to a part. */
export function checkUpload({ dtype, elements }: DeviceBuffer, count: number, at?: number): void {
  if (at === undefined) {
    if (count === elements) return;
    throw new RangeError(`Cannot upload ${count} elements: the buffer has ${elements}`);
  }
  const bytes = elementBytes(dtype);
  if (!(Number.isInteger(at) && at >= 0 && at + count <= elements)) {
    throw new RangeError(`Cannot upload ${count} elements from element ${at} on: the buffer has ${elements}`);
  }
  if (at * bytes % 4 !== 0 || (at + count < elements && count * bytes % 4 !== 0)) {
    throw new RangeError(
      `Cannot upload ${count} elements of ${dtype} from element ${at} on: a part begins and ends at a multiple of 4 bytes`,
    );
  }
}
