/**
 * Ctrl-C for sweeps and their workers.
 *
 * @module
 */

/** Milliseconds within which signals are one keystroke's. */
const SAME = 200;

/** Ctrl-C: once finishes the trials that are running, twice ends at once. */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  #at = -Infinity;
  readonly #listener = () => {
    // A terminal's Ctrl-C goes to the whole group, and deno task passes its own on: one keystroke may come twice.
    if (performance.now() - this.#at < SAME) return;
    this.#at = performance.now();
    if (this.signal.aborted) Deno.exit(130); // workers end when their input does, and what was running is run again
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
