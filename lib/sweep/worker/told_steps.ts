/**
 * What a trial that is running reported, for those who watch: a few rows, a few times a second. The record has all of them in the end.
 *
 * @module
 */
import type { StepRow } from "../record.ts";

/** Milliseconds between two messages. */
const INTERVAL = 250;
/** Rows of one metric in a message. */
const ROWS = 32;

/** Collects rows, and sends some of them. */
export class ToldSteps {
  readonly #send: (rows: readonly StepRow[]) => void;
  #waiting: StepRow[] = [];
  #last = -Infinity;

  constructor(send: (rows: readonly StepRow[]) => void) {
    this.#send = send;
  }

  /** Takes rows; sends what there is if nothing was sent lately. */
  add(rows: readonly StepRow[]): void {
    for (const row of rows) this.#waiting.push(row);
    if (performance.now() - this.#last >= INTERVAL) this.flush();
  }

  /** Sends what there is: of each metric so many rows, evenly, and the last. */
  flush(): void {
    const rows = this.#waiting;
    if (!rows.length) return;
    this.#waiting = [];
    this.#last = performance.now();
    const byName = Map.groupBy(rows, ([, name]) => name);
    this.#send([...byName.values()].flatMap((own) => {
      const stride = Math.ceil(own.length / ROWS);
      return own.filter((_, i) => i % stride === 0 || i === own.length - 1);
    }));
  }
}
