/**
 * How a worker process notices that its thread is gone, by whichever means it ended: no event says so, but a lock that the thread held is
 * given to the next who asked for it.
 *
 * @module
 */

/** The part of the Web Locks API that is used; Deno has it, and no types for it. */
interface Locks {
  request(name: string, holder: () => Promise<unknown>): Promise<unknown>;
}

const { locks } = navigator as Navigator & { readonly locks: Locks };
const NAME = "sonde.alive";

/** Holds the lock until this thread ends. */
export function holdWhileAlive(): void {
  locks.request(NAME, () => new Promise<never>(() => {}));
}

/** Calls `gone` once the thread that holds the lock has ended. */
export function whenGone(gone: () => Promise<unknown>): void {
  locks.request(NAME, gone);
}
