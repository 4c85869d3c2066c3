/** Numbers recorded on the device, one for each step, and read later. */
import type { Device } from "../device/device.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeviceRows } from "./device_rows.ts";

/** How many numbers a piece of the record holds. */
const CHUNK = 1024;

/**
 * A growing list of numbers that stays on the device: 4 bytes each.
 *
 * Recording never makes a step wait, and never needs another plan.
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
  readonly #rows: DeviceRows;

  /** Takes no memory before the first number; then 4 KiB for every 1024 of them. */
  constructor(readonly device: Device) {
    this.#rows = new DeviceRows(device, CHUNK);
  }

  /** How many numbers were recorded. */
  get length(): number {
    return this.#rows.length;
  }

  /** Records a tensor of one element. */
  push(value: Tensor): void {
    this.#rows.push(value);
  }

  /** Begins with numbers that were recorded before. */
  fill(values: readonly number[]): void {
    const shape = [values.length, 1];
    this.#rows.fill(
      values.length === 0 ? undefined : tensor(Float64Array.from(values), { shape, device: this.device }),
      "numbers",
    );
  }

  /** Bytes that it holds on the device: of whole pieces. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  /** Gives the device memory back. */
  dispose(): void {
    this.#rows.dispose();
  }

  /** All numbers recorded so far; waits for the device. */
  async read(): Promise<number[]> {
    return (await this.#rows.read()).map(([value]) => value!);
  }
}
