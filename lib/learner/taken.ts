/** Callbacks that keep something of the fit that is going on: no other fit can use them meanwhile. */
import type { Callback } from "./callback.ts";

const taken = new WeakSet<Callback>();

/**
 * Until it is disposed, other fits are refused those of the callbacks that are of one fit.
 *
 * @throws {Error} if another fit that is going on has one of them
 */
export function take(callbacks: readonly Callback[]): Disposable {
  const own = callbacks.filter((cb) => cb.ofOneFit), busy = own.find((cb) => taken.has(cb));
  if (busy) {
    throw new Error(
      `Cannot fit: the callback ${busy.name} is in use by another fit that is going on, and keeps what belongs to that one. Await that fit ` +
        `first, or give each Learner a ${busy.name} of its own`,
    );
  }
  for (const cb of own) taken.add(cb);
  return { [Symbol.dispose]: () => own.forEach((cb) => taken.delete(cb)) };
}
