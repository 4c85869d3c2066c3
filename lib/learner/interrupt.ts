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
 * Until it is disposed, the first SIGINT calls `stop` and says so, and the second ends the process (not in Jupyter). Where signals cannot be
 * listened to, as in a worker, it does nothing.
 */
export function onInterrupt(stop: () => void): Disposable {
  const keystroke = keystrokes();
  const listener = () => {
    stop();
    const which = keystroke();
    if (which === 0 || inJupyter()) return; // a notebook shows by itself that its cell was interrupted
    if (which > 1) Deno.exit(130);
    console.error("fit cancelled");
  };
  try {
    Deno.addSignalListener("SIGINT", listener);
    guardKernel();
  } catch {
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listener) };
}
