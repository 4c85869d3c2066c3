/**
 * Runs on their way to the queue. Each submission costs the host some 60 µs of processor time, whatever is in it, as much as it takes to record
 * a small training step; so a few neighbouring runs share a command buffer and one write of their parameters. Whatever else goes to the queue,
 * or waits for it, sends them first.
 */
import type { Health } from "./health.ts";

/** Runs that share a submission at most, and milliseconds after the first of them from which the next one waits for no other. */
const MOST_RUNS = 8;
const MOST_MILLISECONDS = 1;

/** Where the next run goes. */
export interface Place {
  readonly pass: GPUComputePassEncoder;
  /** First byte of its parameters in their buffer. */
  readonly at: number;
}

/** Collects runs, and submits them. */
export class Submissions {
  readonly #health: Health;
  #encoder: GPUCommandEncoder | undefined;
  #pass!: GPUComputePassEncoder;
  #runs = 0;
  #began = 0;
  /** Parameters of the runs so far, and the buffer that they are for. */
  #words = new Uint32Array(0);
  #bytes = 0;
  #parameters!: GPUBuffer;
  /** Set while the event loop is to send what waits. */
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor(health: Health) {
    this.#health = health;
  }

  /** Bytes of the parameters that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes in a run: copies its parameters, and says where to encode it. The buffer has room for them behind those that wait. */
  add(words: Uint32Array<ArrayBuffer>, parameters: GPUBuffer): Place {
    if (!this.#encoder) {
      this.#encoder = this.#health.device.createCommandEncoder();
      this.#pass = this.#encoder.beginComputePass();
      this.#parameters = parameters;
      this.#began = performance.now();
      if (this.#words.byteLength !== parameters.size) this.#words = new Uint32Array(parameters.size / 4);
    }
    const at = this.#bytes;
    this.#words.set(words, at / 4);
    this.#bytes += words.byteLength;
    return { pass: this.#pass, at };
  }

  /** To be called when a run is encoded: sends what waits if it is enough, or else sees to it that it is sent when the thread has nothing to do. */
  encoded(): void {
    if (++this.#runs >= MOST_RUNS || performance.now() - this.#began > MOST_MILLISECONDS) this.send();
    else this.#alarm ??= setTimeout(() => this.#wake());
  }

  /** Submits what waits. */
  send(): void {
    const encoder = this.#encoder;
    if (!encoder) return;
    const { queue } = this.#health.device, bytes = this.#bytes;
    this.#encoder = undefined;
    this.#runs = this.#bytes = 0;
    this.#health.scoped("run a program", () => {
      queue.writeBuffer(this.#parameters, 0, this.#words, 0, bytes / 4);
      this.#pass.end();
      queue.submit([encoder.finish()]);
    });
  }

  /** Forgets what waits. */
  dispose(): void {
    clearTimeout(this.#alarm);
    this.#encoder = undefined;
  }

  #wake(): void {
    this.#alarm = undefined;
    if (!this.#health.failed) this.send();
  }
}
