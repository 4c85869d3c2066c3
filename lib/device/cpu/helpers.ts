/** The helper threads of a cpu device. */
import { setImmediate } from "node:timers";
import { CONTROL } from "./numbers.ts";
import { Worker } from "./host.ts";
import helperSource from "./helper.js" with { type: "text" };
import type { CpuMemory } from "./memory.ts";

/**
 * Starts helpers in the background, counts those that have announced themselves, and tells them to stop. Nobody ever waits for a
 * helper that has not announced itself: it may never come.
 */
export class HelperPool {
  readonly #workers: Worker[] = [];
  #called = false;
  #started = false;
  #failure = "";

  constructor(readonly module: WebAssembly.Module, readonly memory: CpuMemory, readonly count: number) {}

  /**
   * Asks for threads, before work that they could share: they come too late for the first such work, which is not to wait for their start. So
   * they are started when the event loop turns, or before the second.
   */
  call(): void {
    if (this.#called) return this.start();
    this.#called = true;
    setImmediate(() => this.start()).unref();
  }

  /** Starts the threads, once. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    // From a data: URL, for node:worker_threads refuses http: URLs; unref'ed, so that a script can end.
    const url = new URL(`data:text/javascript,${encodeURIComponent(helperSource)}`);
    for (let i = 1; i <= this.count; i++) {
      const worker = new Worker(url);
      worker.on("error", (error: unknown) => this.#failure ||= String(error));
      worker.postMessage({
        module: this.module,
        memory: this.memory.memory,
        scratch: this.memory.scratchOf(i),
        odometer: this.memory.odometerOf(i),
        failed: CONTROL.failed,
      });
      worker.unref();
      this.#workers.push(worker);
    }
  }

  /** Helpers that are ready to work. */
  ready(): number {
    return this.#started ? Atomics.load(this.memory.words, CONTROL.ready / 4) : 0;
  }

  /** Why a run failed. */
  failure(): string {
    const at = CONTROL.failed, words = this.memory.words;
    if (Atomics.load(words, at / 4) !== 0) {
      const text = this.memory.bytes.slice(at + 8, at + 8 + words[at / 4 + 1]!);
      return `a helper thread failed (${new TextDecoder().decode(new Uint8Array(text))})`;
    }
    return this.#failure || "a helper thread did not answer for 60 s";
  }

  /** Tells the threads to stop. */
  stop(): void {
    this.#started = true;
    const words = this.memory.words;
    Atomics.store(words, CONTROL.stop / 4, 1);
    Atomics.add(words, CONTROL.wake / 4, 1);
    Atomics.notify(words, CONTROL.wake / 4);
    this.#workers.length = 0;
  }
}
