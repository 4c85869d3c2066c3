/** Which units are off, batch by batch: recorded on the device, and read later. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { type Form, like, list, natural, object, oneOf } from "../device/form.ts";
import { checkTensor } from "../tensor/expect.ts";
import { tensor } from "../tensor/create.ts";
import { watching } from "../tensor/graph.ts";
import { unitsOff_ } from "../tensor/statistics_rows.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode UnitRecord}. */
export interface UnitRecordOptions {
  /** What a unit is while it is off. Default: 0. A rectifier that is shifted down by `sub` is at −sub. */
  readonly rest?: number;
}

const OPTIONS = optionNames<UnitRecordOptions>({ rest: 1 });

/** How many entries a piece of the record holds. */
const CHUNK = 1024;

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
 * A record of which units are off: 4 bytes a batch and, for every 1024 batches, 4 a unit, on the device.
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
  /** Of each unit the last entry of the piece in which it was on, −1 if there is none; then of each entry how many were off. */
  readonly #pieces: Tensor[] = [];
  #units = 0;
  #length = 0;
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
    if (units === undefined || (this.#length > 0 && this.#units !== units)) this.#varies = true;
    if (units === undefined || this.#varies) return this.dispose();
    this.#units = units;
    const entry = this.#length % CHUNK;
    if (entry === 0) this.#addPiece();
    watching(this.device, () => unitsOff_(this.#pieces.at(-1)!, entry, x, this.#rest));
    this.#length++;
  }

  /** A piece in which no unit was on, and `off` of so many entries. */
  #addPiece(lastOn: readonly number[] = [], off: readonly number[] = []): void {
    const values = new Float32Array(this.#units + CHUNK).fill(-1, 0, this.#units);
    values.set(lastOn);
    values.set(off, this.#units);
    this.#pieces.push(tensor(values, { device: this.device }).keep());
  }

  /** Of each unit the last entry in which it was on, −1 if there is none, and of each entry how many were off. */
  async #figures(): Promise<{ lastOn: number[]; off: number[] }> {
    const units = this.#units, length = this.#length, pieces = [...this.#pieces];
    const read = await Promise.all(pieces.map((piece) => piece.toTypedArray()));
    const lastOn = new Array<number>(units).fill(-1), off: number[] = [];
    read.forEach((values, i) => {
      for (let unit = 0; unit < units; unit++) if (values[unit]! >= 0) lastOn[unit] = i * CHUNK + values[unit]!;
      off.push(...values.subarray(units, units + Math.min(CHUNK, length - i * CHUNK)));
    });
    return { lastOn, off };
  }

  /** What was recorded so far; waits for the device. Undefined if outputs had no units, or not always as many: then nothing can be said of them. */
  async read(): Promise<RecordedUnits | undefined> {
    if (this.#length === 0) return undefined;
    const units = this.#units, last = this.#length - 1, { lastOn, off } = await this.#figures();
    return { units, unitsOff: off, deadSince: lastOn.map((at) => at === last ? -1 : at + 1) };
  }

  /** All that it knows so far, as JSON has it, for {@linkcode UnitRecord.fill}; waits for the device. */
  async saved(): Promise<SavedUnits> {
    const varies = this.#varies;
    return { varies, ...this.#length ? await this.#figures() : { lastOn: [], off: [] } };
  }

  /** Goes on with what was recorded before. @throws {RangeError} if a unit was last on in an entry that there is not */
  fill({ varies, lastOn, off }: SavedUnits): void {
    const wrong = lastOn.find((at) => at >= off.length);
    if (wrong !== undefined) {
      throw new RangeError(`Cannot go on with a record of units: one was on in entry ${wrong} of ${off.length}`);
    }
    this.dispose();
    this.#varies = varies;
    this.#units = lastOn.length;
    this.#length = off.length;
    for (let at = 0; at < off.length; at += CHUNK) {
      // Of the pieces before, only the last that a unit was on in matters.
      const within = lastOn.map((entry) => entry >= at && entry < at + CHUNK ? entry - at : -1);
      this.#addPiece(within, off.slice(at, at + CHUNK));
    }
  }

  /** How many entries there are. */
  get length(): number {
    return this.#length;
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
}
