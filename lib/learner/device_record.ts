/** Numbers recorded on the device, one for each step, and read later. */
import type { Device } from "../device/device.ts";
import { tensor } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How many numbers a piece of the record holds. */
const CHUNK = 1024;

/**
 * A growing list of numbers that stays on the device: 4 bytes each.
 *
 * It is written in place, at a position that is a run-time number, into pieces of fixed size: recording never makes a step wait, and
 * never needs another plan.
 *
 * @example
 * ```ts
 * import { defaultDevice, learner, tensor } from "./mod.ts";
 * const record = new learner.DeviceRecord(defaultDevice());
 * record.push(tensor(0.5));
 * console.log(await record.read()); // [ 0.5 ]
 * ```
 */
export class DeviceRecord {
  readonly #pieces: Tensor[] = [];
  #length = 0;

  /** Takes no memory before the first number; then 4 KiB for every 1024 of them. */
  constructor(readonly device: Device) {}

  /** How many numbers were recorded. */
  get length(): number {
    return this.#length;
  }

  /** Records a tensor of one element. */
  push(value: Tensor): void {
    const position = this.#length % CHUNK;
    if (position === 0) this.#pieces.push(tensor(new Float32Array(CHUNK), { device: this.device }).keep());
    noGrad(() => this.#pieces.at(-1)!.narrow(0, position, 1).copy_(value.detach().view(1)));
    this.#length++;
  }

  /** Begins with numbers that were recorded before. */
  fill(values: readonly number[]): void {
    this.#pieces.length = 0;
    for (let at = 0; at < values.length; at += CHUNK) {
      const piece = new Float64Array(CHUNK);
      piece.set(values.slice(at, at + CHUNK));
      this.#pieces.push(tensor(piece, { device: this.device }).keep());
    }
    this.#length = values.length;
  }

  /** Bytes that it holds on the device: of whole pieces. */
  get bytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + 4 * piece.numel, 0);
  }

  /** Gives the device memory back. */
  dispose(): void {
    for (const piece of this.#pieces.splice(0)) piece.dispose();
    this.#length = 0;
  }

  /** All numbers recorded so far; waits for the device. */
  async read(): Promise<number[]> {
    const length = this.#length;
    const pieces = await Promise.all(this.#pieces.map((piece) => piece.toTypedArray()));
    return pieces.flatMap((piece) => [...piece]).slice(0, length);
  }
}
