/**
 * Ctrl-C: once to come to an end, twice to end at once.
 *
 * @module
 */

import { keystrokes } from "../../lib/learner/keystrokes.ts";

/** Listens for SIGINT from its making to its disposal. A fit that is going on hears the same signal and stops by itself. */
export class Interruption implements Disposable {
  #happened = false;
  readonly #keystroke = keystrokes();
  readonly #listener = () => {
    if (this.#keystroke() > 1) Deno.exit(130);
    this.#happened = true;
  };

  constructor() {
    Deno.addSignalListener("SIGINT", this.#listener);
  }

  /** Whether the user has asked to stop. */
  get happened(): boolean {
    return this.#happened;
  }

  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGINT", this.#listener);
  }
}
