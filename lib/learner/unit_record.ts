/** Which units are off, batch by batch: recorded on the device, and read later. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { type Form, like, list, natural, object, oneOf } from "../device/form.ts";
import { anyOther } from "../tensor/any_other.ts";
import { checkTensor } from "../tensor/expect.ts";
import { full, tensor } from "../tensor/create.ts";
import { noGrad, watching } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeviceRecord } from "./device_record.ts";

/** Options of {@linkcode UnitRecord}. */
export interface UnitRecordOptions {
  /** What a unit is while it is off. Default: 0. A rectifier that is shifted down by `sub` is at −sub. */
  readonly rest?: number;
}

const OPTIONS = optionNames<UnitRecordOptions>({ rest: 1 });

/** What was recorded of the units of one module. */
export interface RecordedUnits {
  /** How many units there are. */
  readonly units: number;
  /** For each entry, how many of them were off. */
  readonly unitsOff: readonly number[];
  /** For each unit, the entry from which on it was off in each, to the last; −1 for a unit that is on in the last. */
  readonly deadSince: readonly number[];
}

/** A record of units as it stands in a checkpoint. */
export type SavedUnits = {
  /** Whether outputs had no units, or not always as many. */
  readonly varies: boolean;
  /** For each unit the last entry in which it was on, −1 if there is none; empty without entries. */
  readonly lastOn: readonly number[];
  /** For each entry, how many units were off. */
  readonly off: readonly number[];
};

/** Its form in a file. */
export const SAVED_UNITS: Form = object({
  varies: oneOf([true, false]),
  lastOn: list(like("a whole number of at least −1", (value) => Number.isInteger(value) && (value as number) >= -1)),
  off: list(natural),
});

/**
 * A record of which units are off: 4 bytes a unit, and 4 a batch, on the device.
 *
 * A unit is a channel of [n, c, …], or a feature of [n, f]. It is *off* in a batch if it is exactly 0, or `rest`, for all samples at all places,
 * and *dead since batch k* if it is off in that and in every later one. NaN is not 0. Recording never makes a step wait, and never needs another
 * plan.
 *
 * @example
 * ```ts
 * import { device, learner, tensor } from "./mod.ts";
 * const cpu = device("cpu"), record = new learner.UnitRecord(cpu);
 * record.push(tensor([[1, 0, 0], [0, 0, 2]], { device: cpu })); // the second of three units is off
 * record.push(tensor([[0, 0, 0], [0, 0, 3]], { device: cpu })); // the first and the second
 * console.log(await record.read()); // { units: 3, unitsOff: [ 1, 2 ], deadSince: [ 1, 0, -1 ] }
 * record.dispose();
 * ```
 */
export class UnitRecord {
  /** For each unit the last entry in which it was on, −1 if there is none: int32. */
  #lastOn: Tensor | undefined;
  #off: DeviceRecord | undefined;
  /** Whether there was an output without units, or with another number of them than before. */
  #varies = false;

  readonly #rest: number;

  /** Takes no memory before the first entry. */
  constructor(readonly device: Device, options: UnitRecordOptions = {}) {
    checkOptions("UnitRecord", options, OPTIONS);
    this.#rest = options.rest ?? 0;
  }

  /** Records one batch: an output [n, units, …]. */
  push(x: Tensor): void {
    checkTensor("UnitRecord", "the output", x);
    const units = x.shape[1];
    if (units === undefined || (this.#lastOn && this.#lastOn.numel !== units)) this.#varies = true;
    if (units === undefined || this.#varies) return this.dispose();
    watching(this.device, () =>
      noGrad(() => {
        const lastOn = this.#lastOn ??= full([units], -1, { dtype: "int32", device: this.device }).keep();
        const off = this.#off ??= new DeviceRecord(this.device);
        const on = anyOther(x, x.shape.map((_, axis) => axis).filter((axis) => axis !== 1), this.#rest);
        lastOn.copy_(full([units], off.length, { dtype: "int32", device: this.device }).where(on, lastOn));
        off.push(on.logicalNot().float().sum());
      }));
  }

  /** What was recorded so far; waits for the device. Undefined if outputs had no units, or not always as many: then nothing can be said of them. */
  async read(): Promise<RecordedUnits | undefined> {
    const lastOn = this.#lastOn, off = this.#off;
    if (!lastOn || !off) return undefined;
    const last = off.length - 1;
    const [on, unitsOff] = await Promise.all([lastOn.toTypedArray(), off.read()]);
    return { units: on.length, unitsOff, deadSince: Array.from(on, (at) => at === last ? -1 : at + 1) };
  }

  /** All that it knows so far, as JSON has it, for {@linkcode UnitRecord.fill}; waits for the device. */
  async saved(): Promise<SavedUnits> {
    const [lastOn, off] = await Promise.all([this.#lastOn?.toTypedArray(), this.#off?.read()]);
    return { varies: this.#varies, lastOn: Array.from(lastOn ?? []), off: off ?? [] };
  }

  /** Goes on with what was recorded before. @throws {RangeError} if a unit was last on in an entry that there is not */
  fill({ varies, lastOn, off }: SavedUnits): void {
    const wrong = lastOn.find((at) => at >= off.length);
    if (wrong !== undefined) {
      throw new RangeError(`Cannot go on with a record of units: one was on in entry ${wrong} of ${off.length}`);
    }
    this.dispose();
    this.#varies = varies;
    if (off.length === 0) return;
    this.#lastOn = tensor(lastOn, { dtype: "int32", device: this.device }).keep();
    this.#off = new DeviceRecord(this.device);
    this.#off.fill(off);
  }

  /** How many entries there are. */
  get length(): number {
    return this.#off?.length ?? 0;
  }

  /** Bytes that it holds on the device. */
  get bytes(): number {
    return this.#lastOn && this.#off ? 4 * this.#lastOn.numel + this.#off.bytes : 0;
  }

  /** Gives the device memory back. */
  dispose(): void {
    this.#lastOn?.dispose();
    this.#off?.dispose();
    this.#lastOn = this.#off = undefined;
  }
}
