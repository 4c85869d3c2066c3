/** Mappable buffers for device-to-host copies, kept for reuse. */

const LARGEST_KEPT = 16 << 20;
const MOST_KEPT = 4;

/** A pool of MAP_READ buffers. */
export class Staging {
  readonly #free: GPUBuffer[] = [];
  readonly #all = new Set<GPUBuffer>();

  constructor(readonly device: GPUDevice) {}

  /** A buffer of at least that many bytes. */
  take(bytes: number): GPUBuffer {
    const found = this.#free.findIndex((buffer) => buffer.size >= bytes);
    if (found >= 0) return this.#free.splice(found, 1)[0]!;
    const size = bytes > LARGEST_KEPT ? bytes : Math.max(4096, 2 ** Math.ceil(Math.log2(bytes)));
    const buffer = this.device.createBuffer({
      label: "staging",
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#all.add(buffer);
    return buffer;
  }

  /** Gives a buffer back, unmapped. */
  release(buffer: GPUBuffer): void {
    if (buffer.size <= LARGEST_KEPT && this.#free.length < MOST_KEPT) {
      this.#free.push(buffer);
    } else {
      this.#all.delete(buffer);
      buffer.destroy();
    }
  }

  dispose(): void {
    for (const buffer of this.#all) buffer.destroy();
    this.#all.clear();
    this.#free.length = 0;
  }
}
