/**
 * The memory of a WebGPU device: the heap, a storage buffer that holds all tensors and the arena, so that every dispatch shares one bind group.
 * It grows by copying into a larger buffer, up to what the adapter can bind at once; offsets stay. Past that come more buffers of that size, and
 * what lies where is still one range of offsets: a tensor may begin in one buffer and end in another.
 */
import { byteLength, type DType } from "../dtype.ts";
import type { DeviceBuffer } from "../backend.ts";
import { OutOfDeviceMemoryError } from "../errors.ts";
import { Heap, HEAP_ALIGNMENT } from "../heap.ts";
import { heapBinding } from "./across.ts";
import type { Health } from "./health.ts";
import type { Submissions } from "./submissions.ts";

/** A tensor's place in the heap. */
export class WebGpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  freed = false;

  constructor(readonly dtype: DType, readonly elements: number, readonly offset: number) {
    this.bytes = byteLength(dtype, elements);
  }
}

/** Bytes the parameters of one dispatch may take: the range that the bind group shows from the dynamic offset on. */
export const PARAMETER_RANGE = 16384;
/** Dynamic offsets are multiples of this, on any adapter. */
export const PARAMETER_ALIGNMENT = 256;

/** How many steps may raise faults between two looks at them, unless one program has more; and bytes of what each notes: count, index, size. */
export const FAULT_SITES = 32768;
export const FAULT_BYTES = 12;

const FIRST_CAPACITY = 8 << 20;
const FIRST_PARAMETERS = 256 << 10;

/** Kernels count words in signed 32-bit integers. */
const MOST_BYTES = 2 ** 33 - HEAP_ALIGNMENT;

/** No buffer of the heap is larger: some implementations bind 2 GiB less a few bytes, and sizes are powers of two. */
const MOST_BUFFER_BYTES = 2 ** 30;

/** A piece of a range of the heap: where it lies in which buffer, and how far from the range's start. */
export interface Piece {
  readonly buffer: GPUBuffer;
  readonly at: number;
  readonly bytes: number;
  readonly from: number;
}

/** The heap, the parameter buffer and the faults of a device, and the bind group that shows them to kernels. */
export class DeviceMemory {
  /** Bytes that the heap may have. */
  readonly limit: number;
  /** Bytes of each buffer of the heap but the last, which may still grow to that. */
  readonly bufferBytes: number;
  readonly #layouts: GPUBindGroupLayout[] = [];
  #faults: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #health: Health;
  readonly #submissions: Submissions;
  readonly #heap: Heap;
  readonly #buffers: GPUBuffer[];
  #parameters: GPUBuffer;
  /** By the first buffer that they show, and how many. */
  readonly #bindGroups = new Map<number, GPUBindGroup>();
  #arenaOffset = -1;
  #arenaBytes = 0;

  /** @param bufferBytes a power of two, for tests that would have little memory. Default: what the device can bind at once, at most 1 GiB */
  constructor(health: Health, submissions: Submissions, bufferBytes?: number) {
    const device = health.device;
    this.#device = device;
    this.#health = health;
    this.#submissions = submissions;
    const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize, MOST_BUFFER_BYTES);
    this.bufferBytes = bufferBytes ?? 2 ** Math.floor(Math.log2(most));
    // One binding is for faults.
    this.limit = Math.min(this.bufferBytes * (maxStorageBuffersPerShaderStage - 1), MOST_BYTES);
    const capacity = Math.min(FIRST_CAPACITY, this.bufferBytes);
    this.#heap = new Heap(0, capacity);
    this.#buffers = [this.#createHeap(capacity)];
    this.#parameters = this.#createParameters(FIRST_PARAMETERS);
    this.#faults = this.#createFaults(FAULT_SITES);
  }

  /** What kernels see of so many buffers of the heap. */
  layoutOf(buffers: number): GPUBindGroupLayout {
    const storage = (binding: number): GPUBindGroupLayoutEntry => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: "storage" },
    });
    return this.#layouts[buffers] ??= this.#device.createBindGroupLayout({
      label: "sonde",
      entries: [
        { binding: 1, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } },
        storage(2),
        ...Array.from({ length: buffers }, (_, i) => storage(heapBinding(i))),
      ],
    });
  }

  /** How many buffers the heap has. */
  get buffers(): number {
    return this.#buffers.length;
  }

  /** Where a range of the heap lies. */
  *pieces(offset: number, bytes: number): Iterable<Piece> {
    for (let from = 0; from < bytes;) {
      const which = Math.floor((offset + from) / this.bufferBytes), at = offset + from - which * this.bufferBytes;
      const length = Math.min(bytes - from, this.bufferBytes - at);
      yield { buffer: this.#buffers[which]!, at, bytes: length, from };
      from += length;
    }
  }

  /** The parameter buffer, until it grows. */
  get parameters(): GPUBuffer {
    return this.#parameters;
  }

  /** Bytes of the arena. */
  get arenaBytes(): number {
    return this.#arenaBytes;
  }

  /** Start of the arena in the heap, in bytes. */
  get arenaOffset(): number {
    return this.#arenaOffset;
  }

  /** Bytes of the heap now. */
  get capacity(): number {
    return this.#heap.capacity;
  }

  /** What kernels see: a buffer of the heap, or several neighbours. Made anew only when a buffer has grown. */
  bindGroup(first: number, count: number): GPUBindGroup {
    const key = 64 * first + count, found = this.#bindGroups.get(key);
    if (found) return found;
    const shown = this.#buffers.slice(first, first + count);
    const group = this.#device.createBindGroup({
      label: "sonde",
      layout: this.layoutOf(shown.length),
      entries: [
        { binding: 1, resource: { buffer: this.#parameters, size: PARAMETER_RANGE } },
        { binding: 2, resource: { buffer: this.#faults } },
        ...shown.map((buffer, i) => ({ binding: heapBinding(i), resource: { buffer } })),
      ],
    });
    this.#bindGroups.set(key, group);
    return group;
  }

  /** @throws {OutOfDeviceMemoryError} */
  allocate(dtype: DType, elements: number): WebGpuBuffer {
    return new WebGpuBuffer(dtype, elements, this.#take(byteLength(dtype, elements)));
  }

  free(buffer: WebGpuBuffer): void {
    if (buffer.freed) throw new RangeError("Cannot free a buffer of the webgpu device: it was freed before");
    buffer.freed = true;
    this.#heap.free(buffer.offset);
  }

  /**
   * Makes the arena at least that large. Its contents last no longer than a run, so that nothing is copied.
   * @throws {OutOfDeviceMemoryError}
   */
  reserveArena(bytes: number): void {
    if (bytes <= this.#arenaBytes) return;
    this.freeArena();
    this.#arenaOffset = this.#take(bytes);
    this.#arenaBytes = bytes;
  }

  /** Gives the arena's place back. Work that still uses it is queued ahead of whatever takes the place. */
  freeArena(): void {
    if (this.#arenaOffset >= 0) this.#heap.free(this.#arenaOffset);
    this.#arenaOffset = -1;
    this.#arenaBytes = 0;
  }

  /** What steps noted. */
  get faults(): GPUBuffer {
    return this.#faults;
  }

  /** Makes room for what a run may note, when all notes have been looked at. */
  reserveFaults(sites: number): void {
    if (sites * FAULT_BYTES <= this.#faults.size) return;
    this.#submissions.send();
    this.#faults.destroy();
    this.#faults = this.#createFaults(sites);
    this.#bindGroups.clear();
  }

  /** Makes room for the parameters of a run, behind those of the runs that wait, or else when these are sent. */
  reserveParameters(bytes: number): void {
    if (this.#submissions.bytes + bytes + PARAMETER_RANGE <= this.#parameters.size) return;
    this.#submissions.send();
    const needed = bytes + PARAMETER_RANGE;
    if (needed <= this.#parameters.size) return;
    this.#parameters.destroy();
    this.#parameters = this.#createParameters(Math.max(needed, 2 * this.#parameters.size));
    this.#bindGroups.clear();
  }

  dispose(): void {
    for (const buffer of [...this.#buffers, this.#parameters, this.#faults]) buffer.destroy();
  }

  #take(bytes: number): number {
    const offset = this.#heap.allocate(bytes);
    if (offset >= 0) return offset;
    this.#grow(bytes);
    return this.#heap.allocate(bytes);
  }

  #grow(bytes: number): void {
    const rounded = Math.max(1, Math.ceil(bytes / HEAP_ALIGNMENT)) * HEAP_ALIGNMENT;
    const least = this.capacity - this.#heap.tailBytes + rounded;
    if (least > this.limit) {
      throw new OutOfDeviceMemoryError(this.#health.description, bytes, this.#heap.usedBytes, this.limit);
    }
    this.#submissions.send(); // to the buffers that are there
    // Twice as much, but no more than another buffer: memory that is not needed is not taken.
    const capacity = Math.min(this.limit, Math.max(least, this.capacity + Math.min(this.capacity, this.bufferBytes)));
    this.#health.scoped(`grow the heap to ${capacity} bytes`, () => {
      this.#health.allocating(bytes, this.#heap.usedBytes, this.limit, () => this.#growBuffers(capacity));
    });
    this.#heap.grow(capacity);
    this.#bindGroups.clear();
  }

  /** Makes buffers for so many bytes: the last one grows by copying, more follow it. */
  #growBuffers(capacity: number): void {
    for (let i = this.#buffers.length - 1; i * this.bufferBytes < capacity; i++) {
      const old = this.#buffers[i], size = Math.min(this.bufferBytes, capacity - i * this.bufferBytes);
      if (old && old.size >= size) continue;
      const grown = this.#buffers[i] = this.#createHeap(size);
      if (!old) continue;
      const encoder = this.#device.createCommandEncoder({ label: "grow" });
      encoder.copyBufferToBuffer(old, 0, grown, 0, old.size);
      this.#device.queue.submit([encoder.finish()]);
      old.destroy();
    }
  }

  #createHeap(size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.#device.createBuffer({ label: "heap", size, usage });
  }

  #createFaults(sites: number): GPUBuffer {
    return this.#device.createBuffer({
      label: "faults",
      size: sites * FAULT_BYTES,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  #createParameters(size: number): GPUBuffer {
    return this.#device.createBuffer({
      label: "parameters",
      size,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }
}
