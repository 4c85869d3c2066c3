/**
 * Ctrl-C for sweeps and their workers.
 *
 * @module
 */

import { keystrokes } from "../../lib/learner/keystrokes.ts";

/** Ctrl-C: once finishes the trials that are running, twice ends at once. */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  readonly #keystroke = keystrokes();
  readonly #listener = () => {
    const which = this.#keystroke();
    if (which === 0) return;
    if (which > 1) Deno.exit(130); // workers end when their input does, and what was running is run again
    this.#controller.abort();
    console.error(`${this.task}: stopping: the trials that are running are finished first. Ctrl-C again ends at once`);
  };

  constructor(readonly task: string) {
    Deno.addSignalListener("SIGINT", this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGINT", this.#listener);
  }
}
