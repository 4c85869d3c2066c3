/**
 * An allocator over one linear range of memory, kept wholly outside that memory: it hands out offsets and touches nothing.
 *
 * Segregated fit: free blocks hang in bins by the power of two below their size. An allocation looks at a few blocks of its own bin,
 * then takes the first block of a higher one, splits it, and gives the rest back; a freed block merges with its free neighbours.
 * Both are O(1) but for the few blocks looked at.
 */

/** Every offset and every size is a multiple of this: WebGPU's strictest binding alignment, and whole cache lines. */
export const HEAP_ALIGNMENT = 256;

/** Blocks of the request's own bin looked at before a larger bin is taken. */
const LOOKS = 16;

const align = (bytes: number) => Math.ceil(bytes / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;

/** Bin of a block: the exponent of the power of two at or below its size. What does not fit 32 bits is looked at in two halves. */
function binOf(bytes: number): number {
  const units = bytes / HEAP_ALIGNMENT, high = units / 2 ** 32;
  return high < 1 ? 31 - Math.clz32(units) : 63 - Math.clz32(high);
}

/** Hands out 256-byte aligned ranges of `[start, start + capacity)`. */
export class Heap {
  #end: number;
  #used = 0;
  /** Size of each block handed out, by offset. */
  readonly #taken = new Map<number, number>();
  /** Size of each free block, by its start; and start by its end. */
  readonly #free = new Map<number, number>();
  readonly #freeByEnd = new Map<number, number>();
  readonly #bins: Set<number>[] = [];

  /**
   * @param start first usable offset; rounded up to a multiple of 256
   * @param capacity bytes from `start` on; may be 0, and grown later
   */
  constructor(readonly start: number, capacity: number) {
    this.#end = align(start);
    this.grow(capacity);
  }

  /** Bytes handed out now, padding to 256 included. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes from `start` that the heap manages. */
  get capacity(): number {
    return this.#end - this.start;
  }

  /** Bytes free at the very end: what a growth of `bytes - tailBytes` would complete to a block of `bytes`. */
  get tailBytes(): number {
    const start = this.#freeByEnd.get(this.#end);
    return start === undefined ? 0 : this.#end - start;
  }

  /** @returns the offset of `bytes` bytes (at least 256), or −1 if no free block is large enough. */
  allocate(bytes: number): number {
    const size = Math.max(HEAP_ALIGNMENT, align(bytes));
    const bin = binOf(size);
    let best = -1, bestSize = Infinity, looks = 0;
    const own = this.#bins[bin];
    if (own) {
      for (const offset of own) {
        const found = this.#free.get(offset)!;
        if (found >= size && found < bestSize) {
          best = offset;
          bestSize = found;
          if (found === size) break;
        }
        // A fit found among the first few is good enough; without one, the whole bin is worth a look only if nothing larger exists.
        if (++looks >= LOOKS && (best >= 0 || this.#hasAbove(bin))) break;
      }
    }
    for (let larger = bin + 1; best < 0 && larger < this.#bins.length; larger++) {
      const first = this.#bins[larger]?.values().next();
      if (first && !first.done) best = first.value;
    }
    if (best < 0) return -1;
    const found = this.#free.get(best)!;
    this.#unlink(best, found);
    if (found > size) this.#link(best + size, found - size);
    this.#taken.set(best, size);
    this.#used += size;
    return best;
  }

  /** Gives a block back. */
  free(offset: number): void {
    const size = this.#taken.get(offset);
    if (size === undefined) throw new RangeError(`Cannot free offset ${offset}: no block starts there (freed twice?)`);
    this.#taken.delete(offset);
    this.#used -= size;
    this.#release(offset, size);
  }

  /** Extends the range to `capacity` bytes from `start`; it never shrinks. */
  grow(capacity: number): void {
    const end = Math.floor((this.start + capacity) / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;
    if (end <= this.#end) return;
    const from = this.#end;
    this.#end = end;
    this.#release(from, end - from);
  }

  #hasAbove(bin: number): boolean {
    for (let i = bin + 1; i < this.#bins.length; i++) if (this.#bins[i]?.size) return true;
    return false;
  }

  #release(offset: number, size: number): void {
    const before = this.#freeByEnd.get(offset);
    if (before !== undefined) {
      this.#unlink(before, offset - before);
      size += offset - before;
      offset = before;
    }
    const after = this.#free.get(offset + size);
    if (after !== undefined) {
      this.#unlink(offset + size, after);
      size += after;
    }
    this.#link(offset, size);
  }

  #link(offset: number, size: number): void {
    this.#free.set(offset, size);
    this.#freeByEnd.set(offset + size, offset);
    (this.#bins[binOf(size)] ??= new Set()).add(offset);
  }

  #unlink(offset: number, size: number): void {
    this.#free.delete(offset);
    this.#freeByEnd.delete(offset + size);
    this.#bins[binOf(size)]!.delete(offset);
  }
}
