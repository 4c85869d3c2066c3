/**
 * The background thread that draws garments into shared memory.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { drawGarment } from "./draw.ts";
import { drawInto, openSplit, type SharedMemory } from "./shared.ts";

/** What the thread is given. */
export interface Order {
  readonly seed: number;
  /** Drawn in this order. */
  readonly splits: readonly SharedMemory[];
}

if (parentPort) {
  const { seed, splits } = workerData as Order;
  for (const memory of splits) {
    const split = openSplit(memory);
    for (let i = 0; i < split.labels.length; i++) drawInto(drawGarment, seed, split, i);
  }
}
