/**
 * The memory of a WebGPU device: one storage buffer, the heap, holds all tensors and the arena, so that every dispatch shares one bind group.
 * It grows by copying into a larger buffer, up to what the adapter can bind at once; offsets stay.
 */
import { byteLength, type DType } from "../dtype.ts";
import type { DeviceBuffer } from "../backend.ts";
import { OutOfDeviceMemoryError } from "../errors.ts";
import { Heap, HEAP_ALIGNMENT } from "../heap.ts";
import type { Health } from "./health.ts";

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

/** Kernels count words in signed 32-bit integers. */
const MOST_BYTES = 2 ** 32;

/** The heap, the parameter buffer and the faults of a device, and the bind group that shows them to kernels. */
export class DeviceMemory {
  readonly limit: number;
  readonly layout: GPUBindGroupLayout;
  #faults: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #health: Health;
  readonly #heap: Heap;
  #buffer: GPUBuffer;
  #parameters: GPUBuffer;
  #bindGroup: GPUBindGroup | undefined;
  #arenaOffset = -1;
  #arenaBytes = 0;

  constructor(health: Health) {
    const device = health.device;
    this.#device = device;
    this.#health = health;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize, MOST_BYTES);
    this.limit = Math.floor(limit / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;
    const capacity = Math.min(FIRST_CAPACITY, this.limit);
    this.#heap = new Heap(0, capacity);
    this.#buffer = this.#createHeap(capacity);
    this.#parameters = this.#createParameters(1 << 16);
    this.#faults = this.#createFaults(FAULT_SITES);
    this.layout = device.createBindGroupLayout({
      label: "sonde",
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" } },
        { binding: 1, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } },
        { binding: 2, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" } },
      ],
    });
  }

  /** The heap's buffer, until it grows. */
  get buffer(): GPUBuffer {
    return this.#buffer;
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

  /** Bytes of the heap's buffer now. */
  get capacity(): number {
    return this.#buffer.size;
  }

  /** What kernels see. Made anew only when a buffer has grown. */
  get bindGroup(): GPUBindGroup {
    return this.#bindGroup ??= this.#device.createBindGroup({
      label: "sonde",
      layout: this.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#buffer } },
        { binding: 1, resource: { buffer: this.#parameters, size: PARAMETER_RANGE } },
        { binding: 2, resource: { buffer: this.#faults } },
      ],
    });
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
    this.#faults.destroy();
    this.#faults = this.#createFaults(sites);
    this.#bindGroup = undefined;
  }

  /** Makes room for the parameters of a run. */
  reserveParameters(bytes: number): void {
    const needed = bytes + PARAMETER_RANGE;
    if (needed <= this.#parameters.size) return;
    this.#parameters.destroy();
    this.#parameters = this.#createParameters(Math.max(needed, 2 * this.#parameters.size));
    this.#bindGroup = undefined;
  }

  dispose(): void {
    for (const buffer of [this.#buffer, this.#parameters, this.#faults]) buffer.destroy();
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
    const capacity = Math.min(this.limit, Math.max(least, 2 * this.capacity));
    const old = this.#buffer;
    this.#health.scoped(`grow the heap to ${capacity} bytes`, () => {
      this.#buffer = this.#health.allocating(bytes, this.#heap.usedBytes, this.limit, () => this.#createHeap(capacity));
      const encoder = this.#device.createCommandEncoder({ label: "grow" });
      encoder.copyBufferToBuffer(old, 0, this.#buffer, 0, old.size);
      this.#device.queue.submit([encoder.finish()]);
    });
    old.destroy();
    this.#heap.grow(capacity);
    this.#bindGroup = undefined;
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
