/**
 * Waiting, and trying again: servers are restarted, and networks fail.
 *
 * @module
 */

/** Resolves after some milliseconds, or when the signal is aborted. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener("abort", done);
  });
}

/**
 * What an attempt gives, or `late` after so many milliseconds, or when the signal is aborted: a request may be lost with the server that took it.
 */
export async function within<T>(millis: number, attempt: Promise<T>, late: T, signal?: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<T>();
  const end = () => over.resolve(late);
  const timer = setTimeout(end, millis);
  signal?.addEventListener("abort", end);
  attempt.catch(() => {}); // also when it fails after its time
  try {
    return await Promise.race([attempt, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}
