/** Going on where the last fit's optimiser stood. */
import type { Optimizer } from "../optim/optimizer.ts";
import { flush } from "../tensor/graph.ts";

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
