/**
 * The webgpu device: programs become one command buffer a run, over one heap and one bind group.
 *
 * A run writes the parameters of all its dispatches at once and encodes one compute pass, which a few runs share. Nothing waits for the device
 * but {@linkcode Backend.download}, {@linkcode Backend.synchronize} and, far behind, {@linkcode Backend.throttle}.
 */
import {
  type Backend,
  type BackendCounters,
  checkUpload,
  type DeviceBuffer,
  type Executable,
  newCounters,
} from "../backend.ts";
import { byteLength, type HostArray } from "../dtype.ts";
import { NoDeviceError } from "../errors.ts";
import { faultOf, type RaisedFault } from "../faults.ts";
import type { Program } from "../program.ts";
import {
  type AdapterProbe,
  describeAdapter,
  openDevice,
  type OpenedDevice,
  probeAdapter,
  type WebGpuOptions,
} from "./adapter.ts";
import { INSTALL_HINT } from "./gpu.ts";
import { fromDevice, toDevice } from "./convert.ts";
import { WebGpuExecutable } from "./executable.ts";
import { Health } from "./health.ts";
import { DeviceMemory, FAULT_BYTES, FAULT_SITES, WebGpuBuffer } from "./memory.ts";
import { Pipelines } from "./pipelines.ts";
import { Staging } from "./staging.ts";
import { Submissions } from "./submissions.ts";
import { Throttle } from "./throttle.ts";

export { type AdapterProbe, probeAdapter, type WebGpuOptions } from "./adapter.ts";

/**
 * Opens the webgpu device.
 * @throws {NoDeviceError} if there is no adapter, or only a software one and that is not allowed.
 */
export async function createWebGpuBackend(options: WebGpuOptions = {}): Promise<Backend> {
  const probe = options.adapter ? describeAdapter(options.adapter) : await probeAdapter();
  if (!probe) {
    throw new NoDeviceError(`Cannot open the webgpu device: this machine offers no WebGPU adapter. ${INSTALL_HINT}`);
  }
  if (probe.software && !(options.allowSoftware ?? options.adapter !== undefined)) {
    throw new NoDeviceError(
      `Cannot open the webgpu device: this machine has only the software adapter ${probe.description}, ` +
        `which is slow. Ask for webgpu by name to use it all the same. ${INSTALL_HINT}`,
    );
  }
  return new WebGpuBackend(probe, await openDevice(probe, options), options);
}

/**
 * Runs after one that may have raised a fault until that is looked at, if no read does: what they read and wrote is kept in mind. Reads once an
 * epoch leave as many runs between them as an epoch has batches; a look costs as much as a read.
 */
const MOST_UNCHECKED = 4096;

const UPLOAD_CHUNK = 32 << 20; // bytes written to the device at a time

/** A step of a run that may raise a fault. */
interface Site {
  readonly run: number;
  readonly step: number;
  readonly program: Program;
}

/** {@linkcode Backend} over a WebGPU device; made by {@linkcode createWebGpuBackend}. */
export class WebGpuBackend implements Backend {
  readonly kind = "webgpu";
  readonly description: string;
  readonly counters: BackendCounters = newCounters();
  readonly device: GPUDevice;
  /** How many invocations in a row exchange registers; 1 without subgroups. */
  readonly subgroup: number;
  readonly #health: Health;
  readonly #memory: DeviceMemory;
  readonly #pipelines: Pipelines;
  readonly #submissions: Submissions;
  readonly #staging: Staging;
  readonly #throttle: Throttle;
  /** Where the runs since the last look note faults. */
  #sites: Site[] = [];
  #faults: RaisedFault[] = [];
  #checkedRuns = 0;
  /** Settled when all reads so far are. */
  #reads: Promise<void> = Promise.resolve();

  constructor(probe: AdapterProbe, { device, subgroup }: OpenedDevice, { bufferBytes, inWords }: WebGpuOptions = {}) {
    this.description = `webgpu: ${probe.description}${probe.software ? " (software)" : ""}`;
    this.device = device;
    this.subgroup = subgroup;
    this.#health = new Health(device, this.description);
    this.#submissions = new Submissions(this.#health);
    const setUp = <T>(make: () => T) => this.#health.scoped("set up the device", make);
    this.#memory = setUp(() => new DeviceMemory(this.#health, this.#submissions, bufferBytes));
    this.#pipelines = setUp(() => new Pipelines(this.#health, this.#memory, subgroup, inWords));
    this.#staging = new Staging(device);
    this.#throttle = new Throttle(device.queue, () => this.#submissions.send());
  }

  get failed(): boolean {
    return this.#health.failed;
  }

  allocate(dtype: DeviceBuffer["dtype"], elements: number): WebGpuBuffer {
    this.#health.check();
    const buffer = this.#memory.allocate(dtype, elements);
    this.counters.liveBytes += buffer.bytes;
    return buffer;
  }

  element(buffer: DeviceBuffer, at: number): WebGpuBuffer {
    const { dtype, offset } = this.#own(buffer, "take an element of");
    return new WebGpuBuffer(dtype, 1, offset + byteLength(dtype, at));
  }

  free(buffer: DeviceBuffer): void {
    const own = this.#own(buffer, "free");
    this.#memory.free(own); // later writes are queued behind the work that still reads it
    this.counters.liveBytes -= own.bytes;
  }

  upload(buffer: DeviceBuffer, data: HostArray, at?: number): void {
    this.#health.check();
    const own = this.#own(buffer, "upload to");
    checkUpload(own, data.length, at);
    const offset = own.offset + byteLength(own.dtype, at ?? 0);
    const bytes = toDevice(own.dtype, data);
    this.#submissions.send(); // runs before this still read what was there
    this.#health.scoped("upload", () => {
      for (let from = 0; from < bytes.length; from += UPLOAD_CHUNK) {
        const to = Math.min(bytes.length, from + UPLOAD_CHUNK);
        for (const { buffer, at, bytes: length, from: start } of this.#memory.pieces(offset + from, to - from)) {
          this.device.queue.writeBuffer(buffer, at, bytes.subarray(from + start, from + start + length));
        }
      }
    });
    this.#throttle.wrote(bytes.length);
  }

  compile(program: Program): Executable {
    this.#health.check();
    this.counters.compiled++;
    return new WebGpuExecutable(program, this.#pipelines);
  }

  run(executable: Executable, bound: readonly DeviceBuffer[], scalars: Float64Array, offsets: Int32Array): void {
    this.#health.check();
    if (!(executable instanceof WebGpuExecutable)) {
      throw new TypeError("Cannot run an executable of another device: compile the program on webgpu");
    }
    const { program, bases } = executable, memory = this.#memory;
    if (bound.length !== program.bound) {
      throw new RangeError(`Cannot run: the program binds ${program.bound} buffers, found ${bound.length}`);
    }
    executable.check();
    // No room for what this run may note, or notes that wait for long: look at those of the runs before, and begin anew.
    const { sites } = executable.schedule,
      [oldest] = this.#sites,
      full = this.#sites.length + sites.length > FAULT_SITES;
    if (oldest && (full || this.counters.runs - oldest.run > MOST_UNCHECKED)) {
      this.#read([]).catch(() => {}); // a device that is lost says so at the next call
    }
    this.counters.runs++;
    if (executable.launches === 0) return; // Deno panics when asked to write an empty array to a buffer
    bound.forEach((buffer, slot) => bases[slot] = this.#own(buffer, "run with").offset / 4);
    const schedule = executable.fitting;
    memory.reserveArena(schedule.arenaBytes);
    this.counters.arenaBytes = memory.arenaBytes;
    bases[program.bound] = Math.max(0, memory.arenaOffset) / 4;
    memory.reserveFaults(this.#sites.length + sites.length);
    schedule.patch(bases, scalars, offsets, this.#sites.length);
    if (memory.buffers > 1) schedule.locate(bases, memory.bufferBytes);
    for (const step of sites) this.#sites.push({ run: this.counters.runs, step, program });
    memory.reserveParameters(schedule.words.byteLength);
    const { pass, at } = this.#submissions.add(schedule.words, memory.parameters);
    schedule.encode(pass, memory, this.#pipelines, at);
    this.#submissions.encoded();
    this.counters.launches += schedule.launches.length;
    this.#throttle.wrote(schedule.words.byteLength);
    this.#throttle.submitted();
    this.counters.questions = this.#throttle.questions;
  }

  async download(buffers: readonly DeviceBuffer[]): Promise<HostArray[]> {
    this.#health.check();
    this.counters.downloads++;
    return await this.#read(buffers.map((buffer) => this.#own(buffer, "download")));
  }

  async synchronize(): Promise<void> {
    this.#health.check();
    await this.#read([]);
  }

  throttle(): Promise<void> | undefined {
    this.#health.check();
    const wait = this.#throttle.wait();
    this.counters.questions = this.#throttle.questions;
    return wait?.then(() => this.#health.check());
  }

  trim(): void {
    this.#memory.freeArena();
    this.counters.arenaBytes = 0;
  }

  dispose(): void {
    this.#submissions.dispose();
    this.#health.dispose();
    this.#staging.dispose();
    this.#memory.dispose();
    this.device.destroy();
  }

  takeFaults(): readonly RaisedFault[] {
    const faults = this.#faults;
    if (faults.length) this.#faults = [];
    return faults;
  }

  get checkedRuns(): number {
    return this.#checkedRuns;
  }

  /** The contents of buffers. What runs before noted of faults is known then, and also what earlier reads bring. */
  #read(buffers: readonly WebGpuBuffer[]): Promise<HostArray[]> {
    this.counters.readBacks++;
    const read = this.#copy(buffers, this.#reads);
    this.#reads = read.then(() => {}, () => {});
    return read;
  }

  /** Copies buffers, and what runs noted of faults, into one mapped buffer, and clears the notes. */
  async #copy(buffers: readonly WebGpuBuffer[], before: Promise<void>): Promise<HostArray[]> {
    const sites = this.#sites, noted = FAULT_BYTES * Math.max(1, sites.length);
    this.#sites = [];
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.bytes, noted);
    this.#submissions.send();
    const mark = this.#throttle.mark, { runs } = this.counters;
    const staging = this.#health.scoped("download", () => {
      const staging = this.#staging.take(bytes);
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(this.#memory.faults, 0, staging, 0, noted);
      encoder.clearBuffer(this.#memory.faults, 0, noted);
      let place = noted;
      for (const { offset, bytes } of buffers) {
        for (const piece of this.#memory.pieces(offset, bytes)) {
          encoder.copyBufferToBuffer(piece.buffer, piece.at, staging, place + piece.from, piece.bytes);
        }
        place += bytes;
      }
      this.device.queue.submit([encoder.finish()]);
      return staging;
    });
    try {
      await Promise.race([staging.mapAsync(GPUMapMode.READ, 0, bytes), this.#health.lost]);
    } catch (error) {
      await this.#health.diagnose("download", error);
    }
    await this.#health.settled();
    this.#throttle.finished(mark);
    const mapped = staging.getMappedRange(0, bytes);
    let place = noted;
    const arrays = buffers.map((buffer) => {
      const array = fromDevice(buffer, mapped, place);
      place += buffer.bytes;
      return array;
    });
    const words = new Int32Array(mapped.slice(0, noted));
    staging.unmap();
    this.#staging.release(staging);
    await before;
    this.#note(sites, words);
    this.#checkedRuns = runs;
    return arrays;
  }

  /** Notes the faults of some steps, from what the device has noted: three words each. */
  #note(sites: readonly Site[], words: Int32Array): void {
    sites.forEach(({ run, step, program }, i) => {
      const at = 3 * i;
      if (words[at] === 0) return;
      const fault = faultOf(program.steps[step]!, words[at + 1]!, words[at + 2]!);
      this.#faults.push({ run, step, fault });
    });
  }

  #own(buffer: DeviceBuffer, what: string): WebGpuBuffer {
    if (!(buffer instanceof WebGpuBuffer)) throw new TypeError(`Cannot ${what} a buffer of another device on webgpu`);
    if (buffer.freed) throw new RangeError(`Cannot ${what} a buffer of the webgpu device: it was freed`);
    return buffer;
  }
}
