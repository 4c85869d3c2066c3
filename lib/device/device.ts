/**
 * A {@linkcode Device} is what users name: it opens its backend lazily and queues work until that is ready, so that creating tensors
 * and models touches no hardware.
 */
import { textOf } from "./expect.ts";
import { type Backend, type BackendCounters, newCounters } from "./backend.ts";
import { checkOptions, optionNames } from "./check_options.ts";
import { NoDeviceError, OperationError } from "./errors.ts";
import type { BufferSlot } from "./buffer_slot.ts";
import { FaultLog } from "./fault_log.ts";
import { environmentVariable } from "./environment.ts";
import { type DeviceName, type DeviceOptions, MAX_THREADS } from "./names.ts";
import { openBackend } from "./open.ts";

const NO_COUNTERS: Readonly<BackendCounters> = newCounters();

/**
 * Something for a backend to do. A promise in return says that it was not done yet, as the machine has to answer something first: the work is
 * done again when it has, and what comes after it waits.
 */
type Work = (backend: Backend) => Promise<void> | void;

/** Work that waits. */
interface Queued {
  readonly work: Work;
  /** Told of a user's operation that failed in it; without it, such a failure is the device's. */
  readonly failed: ((error: OperationError) => void) | undefined;
}

/**
 * A machine that tensors live on. Make one with {@linkcode device}.
 *
 * @example
 * ```ts
 * import { device, zeros } from "./mod.ts";
 * const cpu = device("cpu");
 * await zeros([1000], { device: cpu }).add(1).array();
 * console.log(String(cpu), cpu.isOpen, cpu.counters.runs > 0); // cpu true true
 * ```
 */
export class Device {
  #backend: Backend | undefined;
  #queue: Queued[] = [];
  /** Whether work waits for an answer of the machine. */
  #paused = false;
  #opening: Promise<Device> | undefined;
  #failure: Error | undefined;
  #disposed = false;
  /**
   * Runs of which not all faults are known.
   *
   * @internal
   */
  readonly faults: FaultLog = new FaultLog();

  /**
   * Whether nothing can be computed on it any more: it was disposed of, or the machine behind it is lost. {@linkcode device} gives another one then.
   */
  get isGone(): boolean {
    return this.#disposed || (this.#backend?.failed ?? false);
  }

  /** Opens nothing yet. Each call makes another device, where {@linkcode device} gives the same one for the same name. */
  constructor(readonly name: DeviceName, readonly options: DeviceOptions = {}) {
    checkOptions("Device", options, OPTIONS);
  }

  /** What kind of machine it is; `auto` until the choice is made. */
  get kind(): DeviceName {
    return this.#backend?.kind ?? this.name;
  }

  /** Whether work runs at once rather than being queued. */
  get isOpen(): boolean {
    return this.#backend !== undefined && !this.#paused;
  }

  /** One line for people. */
  get description(): string {
    return this.#backend?.description ?? `${this.name}, not opened yet`;
  }

  /** What the device has done and holds; see {@linkcode BackendCounters}. */
  get counters(): Readonly<BackendCounters> {
    return this.#backend?.counters ?? NO_COUNTERS;
  }

  /** Bytes of tensors that live on the device now, without the arena of running plans. */
  get liveBytes(): number {
    return this.counters.liveBytes;
  }

  /** Resolves when the device is open; rejects with {@linkcode NoDeviceError} when it cannot be. */
  get ready(): Promise<Device> {
    return this.#opening ??= this.#open();
  }

  async #open(): Promise<Device> {
    if (this.#backend) return this;
    try {
      const backend = await openBackend(this.name, this.options);
      this.#start(backend);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new NoDeviceError(String(error));
      this.#queue = [];
      throw this.#failure;
    }
    return this;
  }

  #start(backend: Backend): void {
    if (this.#disposed) return backend.dispose();
    this.#backend = backend;
    this.#drain();
  }

  /** Does what waits. Such work has no caller to throw to: a failure is kept for the next read. */
  #drain(): void {
    while (this.#queue.length && !this.#paused && this.#backend) {
      const queued = this.#queue.shift()!;
      if (this.#failure) continue;
      try {
        this.#do(queued, this.#backend);
      } catch (error) {
        if (queued.failed && error instanceof OperationError) queued.failed(error);
        else this.#failure = error as Error;
      }
    }
  }

  #do(queued: Queued, backend: Backend): void {
    const wait = queued.work(backend);
    if (!wait) return;
    this.#paused = true;
    this.#queue.unshift(queued);
    this.#opening = wait.then(() => {
      this.#paused = false;
      this.#drain();
      return this;
    });
  }

  /**
   * Runs `work` on the backend now, or as soon as the device is open, in the order of calls.
   *
   * @param failed told of a user's operation that failed when the work was done later; otherwise that is thrown here
   * @throws what made the device unusable, if something did.
   * @internal
   */
  enqueue(work: Work, failed?: (error: OperationError) => void): void {
    if (this.#failure) throw this.#failure;
    if (this.#disposed) throw this.#gone();
    if (!this.#backend && (this.name === "cpu" || this.name === "reference")) {
      const opened = openBackend(this.name, this.options);
      if (!(opened instanceof Promise)) this.#start(opened);
    }
    const queued = { work, failed };
    if (this.#backend && !this.#paused) return this.#do(queued, this.#backend);
    this.#queue.push(queued);
    this.ready.catch(() => {}); // the failure is kept and thrown at the next use
  }

  #gone(): Error {
    return new Error(`Cannot use device ${this.name}: it was disposed. Open a new one with device("${this.name}")`);
  }

  /**
   * Gives the buffer of a memory back. For {@linkcode Memory} only.
   *
   * @internal
   */
  release(slot: BufferSlot): void {
    if (slot.released) return;
    slot.released = true;
    if (this.#failure || this.#disposed) return;
    const free = (backend: Backend) => {
      if (slot.buffer) backend.free(slot.buffer);
      slot.buffer = undefined;
    };
    if (this.#backend && !this.#paused) free(this.#backend);
    else this.#queue.push({ work: free, failed: undefined });
  }

  /**
   * The open backend.
   *
   * @internal
   */
  async backend(): Promise<Backend> {
    if (this.#failure) throw this.#failure;
    while (!this.isOpen && !this.#disposed) await this.ready;
    if (this.#failure) throw this.#failure;
    if (this.#disposed) throw this.#gone();
    return this.#backend!;
  }

  /** Resolves when everything asked of the device is done. Throws what went wrong there, unless a read has told of it. */
  async synchronize(): Promise<void> {
    const backend = await this.backend();
    await backend.synchronize();
    this.faults.settle(backend);
    const fault = this.faults.takeUnreported();
    if (fault) throw fault;
  }

  /** Gives back the memory that runs share, after the work asked for so far; the next run takes what it needs. */
  trim(): void {
    this.#backend?.trim();
  }

  /** A promise if the device has fallen too far behind; await it between steps. */
  throttle(): Promise<void> | undefined {
    if (!this.isOpen) return this.ready.then(() => {});
    return this.#backend!.throttle();
  }

  /** Ends the device's threads and frees its memory. Tensors on it are gone. */
  dispose(): void {
    this.#disposed = true;
    this.#backend?.dispose();
    this.#backend = undefined;
    this.#queue = [];
  }

  /** As {@linkcode Device.dispose}, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Its kind alone, such as `cpu`; `auto` until the choice is made. */
  toString(): string {
    return this.kind;
  }

  /** What `console.log` shows: `Device(…)` around the description. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Device(${this.description})`;
  }
}

const OPTIONS = optionNames<DeviceOptions>({ threads: 1 });
const shared = new Map<string, Device>();
/** All that {@linkcode device} has given. */
const isShared = new WeakSet<Device>();

/**
 * The device of that name; the same object for the same name and options, so that tensors made in different places meet. Another one once that
 * is gone: disposed of, or lost. Tensors on the old one are lost with it.
 *
 * @throws {TypeError} for another name; {@linkcode RangeError} unless the threads are a whole number from 1 to 256
 *
 * @example
 * ```ts
 * import { device, tensor } from "./mod.ts";
 * const cpu = device("cpu");
 * console.log(await tensor([1, 2, 3], { device: cpu }).sum().item()); // 6
 * ```
 */
export function device(name: DeviceName, options: DeviceOptions = {}): Device {
  checkOptions("device", options, OPTIONS);
  if (!["auto", "cpu", "webgpu", "reference"].includes(name)) {
    throw new TypeError(`Cannot open device "${textOf(name)}": the devices are auto, cpu, webgpu and reference`);
  }
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
    throw new RangeError(
      `Cannot open device with ${threads} threads: it takes a whole number from 1 to ${MAX_THREADS}`,
    );
  }
  const key = `${name}/${threads ?? ""}`;
  let found = shared.get(key);
  if (!found || found.isGone) {
    shared.set(key, found = new Device(name, options));
    isShared.add(found);
  }
  return found;
}

let chosen: Device | undefined;

/**
 * The device that an option names, else the default one.
 *
 * @throws {TypeError} for what is no device
 * @internal
 */
export function deviceOr(given: Device | undefined): Device {
  if (given === undefined) return defaultDevice();
  if (given instanceof Device) return given;
  const found = typeof given === "string" ? `"${given}"` : textOf(given);
  throw new TypeError(`Cannot use ${found} as a device: give a Device, such as device("cpu")`);
}

/**
 * The device that creation functions use unless told otherwise: `SONDE_DEVICE` if it may be read, else `auto`.
 *
 * @throws {TypeError} if SONDE_DEVICE names none of the devices
 *
 * @example
 * ```ts
 * import { defaultDevice, zeros } from "./mod.ts";
 * console.log(zeros([2]).device === defaultDevice()); // true
 * ```
 */
export function defaultDevice(): Device {
  // One that others share makes way for the next of its name; whoever made one of their own makes the next.
  if (chosen?.isGone && isShared.has(chosen)) chosen = device(chosen.name, chosen.options);
  if (chosen) return chosen;
  const name = environmentVariable("SONDE_DEVICE") ?? "auto";
  try {
    return chosen = device(name as DeviceName);
  } catch (error) {
    throw new TypeError(`Cannot use SONDE_DEVICE=${name}: the devices are auto, cpu, webgpu and reference`, {
      cause: error,
    });
  }
}

/**
 * Makes `to` the default device; a name opens it.
 *
 * @param to a device, or the name of one: `auto`, `cpu`, `webgpu` or `reference`
 * @returns the device
 * @throws {TypeError} for another name
 *
 * @example
 * ```ts
 * import { setDefaultDevice, zeros } from "./mod.ts";
 * setDefaultDevice("cpu");
 * console.log(String(zeros([2]).device)); // cpu
 * ```
 */
export function setDefaultDevice(to: Device | DeviceName): Device {
  return chosen = typeof to === "string" ? device(to) : deviceOr(to);
}
