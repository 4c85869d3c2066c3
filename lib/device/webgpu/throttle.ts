/**
 * Keeps the host from running ahead of the device without bound. `onSubmittedWorkDone` costs Deno about 11 ms on an idle device, so it is
 * asked in the background, every few runs, and only a host that has reached the limit waits for an answer.
 */

/** At most this many runs, or milliseconds since the oldest unfinished one, are in flight. */
const MOST_RUNS = 32;
const MOST_MILLISECONDS = 200;
/** Runs between two questions. */
const ASK_EVERY = 8;

/** Counts runs submitted and runs known to be done. */
export class Throttle {
  #submitted = 0;
  #done = 0;
  #asked = 0;
  /** When the oldest run not known to be done was submitted: a ring over the last runs. */
  readonly #times = new Float64Array(2 * MOST_RUNS);
  #latest: Promise<void> | undefined;

  constructor(readonly queue: GPUQueue) {}

  /** Notes a run just submitted. */
  submitted(): void {
    this.#times[this.#submitted++ % this.#times.length] = performance.now();
    if (this.#submitted - this.#asked >= ASK_EVERY) this.#ask();
  }

  /** A promise if the limit is reached; it resolves when the device has caught up. */
  wait(): Promise<void> | undefined {
    return this.#full() ? this.#wait() : undefined;
  }

  /** Everything submitted so far is known to be done. */
  finished(mark: number): void {
    this.#done = Math.max(this.#done, mark);
  }

  /** Number of runs submitted. */
  get mark(): number {
    return this.#submitted;
  }

  #full(): boolean {
    const behind = this.#submitted - this.#done;
    if (behind === 0) return false;
    if (behind >= MOST_RUNS) return true;
    return performance.now() - this.#times[this.#done % this.#times.length]! > MOST_MILLISECONDS;
  }

  async #wait(): Promise<void> {
    while (this.#full()) {
      // Every question is answered (a read-back may know more than the last answer): ask anew, lest this loop never waits.
      if (this.#asked <= this.#done) this.#ask();
      await this.#latest;
    }
  }

  #ask(): void {
    const mark = this.#asked = this.#submitted;
    // A lost device rejects: then nothing is in flight any more.
    const answered = () => this.finished(mark);
    this.#latest = this.queue.onSubmittedWorkDone().then(answered, answered);
  }
}
