/** Lets the event loop turn. */
import { setImmediate } from "node:timers";

/** Longest time, in milliseconds, for which a training loop may hold the event loop; checked once a batch, so half is left for the batch. */
const HOLD = 10;

let last = 0;

/**
 * A promise of the next turn of the event loop if it has not turned for 10 ms, else undefined.
 *
 * A loop of awaits on settled promises runs microtasks only: timers, signals, finalisers and answers of the GPU starve. Loaders
 * await this before each batch, which serves a Learner and loops written by hand. (`setImmediate` takes 2 µs, `setTimeout(0)` 2 ms.)
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * let turned = false;
 * setTimeout(() => turned = true, 0);
 * while (!turned) await data.turn(); // without it the timer would never run
 * console.log(turned); // true
 * ```
 */
export function turn(): Promise<void> | undefined {
  if (performance.now() - last < HOLD) return undefined;
  return new Promise((resolve) =>
    setImmediate(() => {
      last = performance.now();
      resolve();
    })
  );
}
