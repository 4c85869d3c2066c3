/**
 * What hears of work that takes long, and what ends it.
 *
 * @module
 */
import { checkFunction, wrongKind } from "../device/expect.ts";

/** Options of such work. Unchecked code may give null for none. */
interface Listeners {
  readonly onProgress?: unknown;
  readonly signal?: unknown;
}

/** Throws unless both are what they must be, before any work is done: `onProgress` may be called late, and `signal` is looked at at times. */
export function checkListeners(call: string, { onProgress, signal }: Listeners): void {
  if (onProgress !== undefined && onProgress !== null) checkFunction(call, "onProgress", onProgress);
  if (signal !== undefined && signal !== null && !(signal instanceof AbortSignal)) {
    throw wrongKind(call, "signal", "an AbortSignal", signal, ", such as AbortSignal.timeout(60_000)");
  }
}
