/** Ctrl-C during a fit. */

import { inJupyter } from "../plot/notebook.ts";
import { keystrokes } from "./keystrokes.ts";

let guarded = false;

/** In Jupyter, an interrupt that comes a moment too late, when no fit listens any more, would end the kernel. */
function guardKernel(): void {
  if (guarded || !inJupyter()) return;
  Deno.addSignalListener("SIGINT", () => {});
  guarded = true;
}

/**
 * Until it is disposed, the first SIGINT calls `stop` and the second ends the process (not in Jupyter). Where signals cannot be
 * listened to, as in a worker, it does nothing.
 */
export function onInterrupt(stop: () => void): Disposable {
  const keystroke = keystrokes();
  const listener = () => {
    stop();
    if (keystroke() > 1 && !inJupyter()) Deno.exit(130);
  };
  try {
    Deno.addSignalListener("SIGINT", listener);
    guardKernel();
  } catch {
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listener) };
}
