/**
 * Keeps the host from running ahead of the device without bound.
 *
 * Asking the queue whether it is done costs: in Deno the call of `onSubmittedWorkDone` itself blocks until the queue is empty, and its promise
 * resolves some 10 ms later. So it is asked seldom: every {@linkcode ASK_EVERY} runs, at which the device idles for as long as the host takes to
 * record the next one. A run of a trivial program takes 0.5 ms if it is asked every 8 runs and waited for after 32, and 0.1 ms with the figures here.
 *
 * What bounds a host that is far ahead is memory. Tensors take none more, as what is freed is used again by later runs of the queue; but the
 * bytes of each write (a run's parameters, a batch that comes from the host) lie in a buffer of the implementation until the queue has come to
 * them. Hence a limit on bytes.
 */

/** At most this many runs, bytes written, or milliseconds since the oldest unfinished run was submitted are in flight. */
const MOST_RUNS = 512;
const MOST_BYTES = 128 << 20;
const MOST_MILLISECONDS = 1000;
/** Runs between two questions. */
const ASK_EVERY = 128;

/** A moment of the queue: runs submitted, and bytes written, before it. */
export interface Mark {
  readonly runs: number;
  readonly bytes: number;
}

/** Counts what is submitted, and what is known to be done. */
export class Throttle {
  #runs = 0;
  #bytes = 0;
  #done: Mark = { runs: 0, bytes: 0 };
  #asked = 0;
  /** When the oldest run not known to be done was submitted: a ring over the last runs. */
  readonly #times = new Float64Array(2 * MOST_RUNS);
  #latest: Promise<void> | undefined;
  #questions = 0;

  /** @param send submits what waits to be submitted */
  constructor(readonly queue: GPUQueue, readonly send: () => void) {}

  /** How often the queue was asked whether it is done. */
  get questions(): number {
    return this.#questions;
  }

  /** Notes bytes written to the queue. */
  wrote(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Notes a run just submitted, or about to be. */
  submitted(): void {
    this.#times[this.#runs++ % this.#times.length] = performance.now();
    if (this.#runs - this.#asked >= ASK_EVERY) this.#ask();
  }

  /** A promise if a limit is reached; it resolves when the device has caught up. */
  wait(): Promise<void> | undefined {
    return this.#full() ? this.#wait() : undefined;
  }

  /** Everything before the mark is known to be done. */
  finished(mark: Mark): void {
    if (mark.runs > this.#done.runs) this.#done = mark;
  }

  /** Now. */
  get mark(): Mark {
    return { runs: this.#runs, bytes: this.#bytes };
  }

  #full(): boolean {
    const { runs, bytes } = this.#done, behind = this.#runs - runs;
    if (behind === 0) return false;
    if (behind >= MOST_RUNS || this.#bytes - bytes >= MOST_BYTES) return true;
    return performance.now() - this.#times[runs % this.#times.length]! > MOST_MILLISECONDS;
  }

  async #wait(): Promise<void> {
    while (this.#full()) {
      // Every question is answered (a read-back may know more than the last answer): ask anew, lest this loop never waits.
      if (this.#asked <= this.#done.runs) this.#ask();
      await this.#latest;
    }
  }

  #ask(): void {
    const { mark } = this;
    this.send();
    this.#asked = mark.runs;
    this.#questions++;
    // A lost device rejects: then nothing is in flight any more.
    const answered = () => this.finished(mark);
    this.#latest = this.queue.onSubmittedWorkDone().then(answered, answered);
  }
}
