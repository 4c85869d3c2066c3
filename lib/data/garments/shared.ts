/**
 * A split in shared memory that several threads may fill.
 *
 * An image is a pure function of its index, so two threads that draw the same one write the same bytes: no lock is
 * needed, only flags that say what is there.
 *
 * @module
 */
import type { drawGarment, Split } from "./draw.ts";

/** Images, labels and what is there of them, all in shared memory. */
export interface SharedSplit {
  readonly split: Split;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  /** 1 for each image that is there. */
  readonly there: Uint8Array;
  /** One element: how many images are there. */
  readonly drawn: Int32Array;
  /** Images that somebody waits for, and draws from the first on. */
  readonly wanted: Int32Array;
  /** One element: how many of these nobody has taken from the end. */
  readonly left: Int32Array;
}

/** What another thread needs to fill a split: the memory itself, as views of it are slow to hand over. */
export interface SharedMemory {
  readonly split: Split;
  readonly count: number;
  readonly memory: ArrayBufferLike;
}

/** Makes room for `count` images, in memory of the kind that `allocate` gives. */
export function shareSplit(split: Split, count: number, allocate: (bytes: number) => ArrayBufferLike): SharedMemory {
  return { split, count, memory: allocate(8 + count * 790) };
}

/** The arrays in a split's memory. */
export function openSplit({ split, count, memory }: SharedMemory): SharedSplit {
  return {
    split,
    drawn: new Int32Array(memory, 0, 1),
    left: new Int32Array(memory, 4, 1),
    wanted: new Int32Array(memory, 8, count),
    images: new Uint8Array(memory, 8 + count * 4, count * 784),
    labels: new Uint8Array(memory, 8 + count * 788, count),
    there: new Uint8Array(memory, 8 + count * 789, count),
  };
}

/** Draws image `i` unless it is there. */
export function drawInto(draw: typeof drawGarment, seed: number, to: SharedSplit, i: number): void {
  if (Atomics.load(to.there, i) === 1) return;
  to.labels[i] = draw(seed, to.split, i, to.images, i * 784);
  if (Atomics.exchange(to.there, i, 1) === 0) Atomics.add(to.drawn, 0, 1);
}

/** Says which images somebody waits for. Of two who do, the later is heard. */
export function ask({ wanted, left }: SharedSplit, positions: Int32Array): void {
  const heard = positions.subarray(0, wanted.length);
  wanted.set(heard);
  Atomics.store(left, 0, heard.length);
}

/** Draws images that somebody waits for, from the last on, until all are taken. What is read while others are asked for is at worst drawn too early. */
export function drawWanted(draw: typeof drawGarment, seed: number, to: SharedSplit): void {
  for (let left = Atomics.load(to.left, 0); left > 0; left = Atomics.load(to.left, 0)) {
    const i = to.wanted[left - 1]!;
    if (Atomics.compareExchange(to.left, 0, left, left - 1) === left) drawInto(draw, seed, to, i);
  }
}
