/** Ctrl-C during a fit. */

import { inJupyter } from "../plot/notebook.ts";

/**
 * Until it is disposed, the first SIGINT calls `stop` and the second ends the process (not in Jupyter). Where signals cannot be
 * listened to, as in a worker, it does nothing.
 */
export function onInterrupt(stop: () => void): Disposable {
  let interrupts = 0;
  const listener = () => {
    stop();
    if (++interrupts > 1 && !inJupyter()) Deno.exit(130);
  };
  try {
    Deno.addSignalListener("SIGINT", listener);
  } catch {
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listener) };
}
