/** Going on where the last fit's optimiser stood. */
import type { Batch } from "../data/dataset.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { flush } from "../tensor/graph.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Batches } from "./parts.ts";
import type { LearnerState } from "./state.ts";

/** The checkpoint that a Learner has loaded, until a fit has gone on from it. */
export const LOADED: WeakMap<LearnerState, Checkpoint> = new WeakMap();

/**
 * Gives an optimiser that was just made what the last fit's remembers. It keeps its own settings.
 *
 * @throws {TypeError} if they are of different kinds, or of different parameters
 */
export function goOnFrom(last: Optimizer, next: Optimizer): void {
  if (last === next) return; // a function that hands out one optimiser again and again
  if (last.constructor !== next.constructor) {
    throw new TypeError(
      `Cannot resume: the last fit was with ${last.constructor.name}, this one is with ${next.constructor.name}, ` +
        `which has other memory. Fit without resume`,
    );
  }
  const before = [...last.parameters()], now = [...next.parameters()];
  if (before.length !== now.length || before.some((p, i) => p !== now[i])) {
    throw new TypeError(
      `Cannot resume: the model's parameters are not those of the last fit (${now.length}, then ${before.length}). ` +
        `Fit without resume`,
    );
  }
  next.loadStateDict({ groups: next.stateDict().groups, state: last.stateDict().state });
  flush(next.device); // in a plan of its own: the first step is then like the others
}

/**
 * An epoch's batches but the first ones, which are taken and left. What draws random numbers for them gives the same again.
 *
 * @param begun called before the first one that counts is taken
 */
export async function* without(batches: Batches, first: number, begun: () => void): AsyncGenerator<Batch> {
  const source: AsyncIterable<Batch> | Iterable<Batch> = batches;
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  for (let i = 0; i < first; i++) if ((await iterator.next()).done) return;
  begun();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}
