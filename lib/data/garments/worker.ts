/**
 * The background thread that draws garments into shared memory.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { drawGarment } from "./draw.ts";
import { drawInto, drawWanted, openSplit, type SharedMemory } from "./shared.ts";

/** What the thread is given. */
export interface Order {
  readonly seed: number;
  /** Drawn in this order, but for what somebody waits for, which comes first. */
  readonly splits: readonly SharedMemory[];
}

if (parentPort) {
  const { seed, splits } = workerData as Order, all = splits.map(openSplit);
  for (const split of all) {
    for (let i = 0; i < split.labels.length; i++) {
      for (const asked of all) drawWanted(drawGarment, seed, asked);
      drawInto(drawGarment, seed, split, i);
    }
  }
}
