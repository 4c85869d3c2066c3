/** What is recorded of one layer: the statistics of its values, those of its units, and which batches they are of. */
import type { Device } from "../device/device.ts";
import { type Form, list, natural, nullable, object, oneOf } from "../device/form.ts";
import { GeneralReLU } from "../nn/activations.ts";
import type { Module } from "../nn/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LayerStatistics } from "./activation_figures.ts";
import { type RecordOptions, StatisticsRecord } from "./statistics_record.ts";
import { SAVED_UNITS, type SavedUnits, UnitRecord } from "./unit_record.ts";

/** What of a layer's record stands in a checkpoint beside its rows. */
export type SavedLayer = {
  /** How many rows there are. */
  readonly rows: number;
  /** Which batch of its phase each entry is of. */
  readonly batches: readonly number[];
  /** Whether that was in training. */
  readonly training: readonly boolean[];
  /** Of its units; null if they are not recorded. */
  readonly units: SavedUnits | null;
};

/** Its form in a file. */
export const SAVED_LAYER: Form = object({
  rows: natural,
  batches: list(natural),
  training: list(oneOf([true, false])),
  units: nullable(SAVED_UNITS),
});

/** How a layer is recorded. */
interface LayerRecordOptions extends RecordOptions {
  /** The module's or the parameter's path. */
  readonly name: string;
  /** The module's class, or the parameter's shape. */
  readonly kind: string;
  /** Whether to record units. */
  readonly units: boolean;
  /** What a unit is while it is off. Default: 0. */
  readonly rest?: number;
}

/** The record of one layer, on its device. */
export class LayerRecord {
  readonly #statistics: StatisticsRecord;
  readonly #units: UnitRecord | undefined;
  #batches: number[] = [];
  #training: boolean[] = [];
  readonly #name: string;
  readonly #kind: string;

  /** Takes no memory before the first entry. */
  constructor(device: Device, { name, kind, units, rest = 0, ...options }: LayerRecordOptions) {
    this.#name = name;
    this.#kind = kind;
    this.#statistics = new StatisticsRecord(device, options);
    this.#units = units ? new UnitRecord(device, { rest }) : undefined;
  }

  /** Records `x`; `batch` is which of its phase. */
  push(x: Tensor, { batch, training }: { batch: number; training: boolean }): void {
    this.#statistics.push(x);
    this.#units?.push(x);
    this.#batches.push(batch);
    this.#training.push(training);
  }

  /** All so far; waits for the device. */
  async read(): Promise<LayerStatistics> {
    const batches = [...this.#batches], training = [...this.#training];
    const [statistics, units] = await Promise.all([this.#statistics.read(), this.#units?.read()]);
    return { name: this.#name, kind: this.#kind, batches, training, ...statistics, ...units };
  }

  /** All so far, for {@linkcode LayerRecord.fill}: rows on the device, and what JSON has of the rest; waits for the device. */
  async saved(): Promise<{ rows: Tensor | undefined; values: SavedLayer }> {
    const values = { batches: [...this.#batches], training: [...this.#training], rows: this.#statistics.length };
    return { rows: this.#statistics.rows(), values: { ...values, units: await this.#units?.saved() ?? null } };
  }

  /** Goes on with what was recorded before. @throws {RangeError} if its parts do not belong together */
  fill({ rows, values }: { rows: Tensor | undefined; values: SavedLayer }): void {
    const { batches, training, units } = values, found = rows?.shape[0] ?? 0;
    const counts = [values.rows, batches.length, training.length, ...units?.lastOn.length ? [units.off.length] : []];
    if (counts.some((count) => count !== found)) {
      throw new RangeError(
        `Cannot go on with the record of ${this.#name}: of ${found} entries it has ${counts.join(", ")} figures`,
      );
    }
    if (Boolean(units) !== Boolean(this.#units)) {
      throw new RangeError(
        `Cannot go on with the record of ${this.#name}: units were recorded ${units ? "" : "not "}there`,
      );
    }
    if (rows) this.#statistics.fill(rows);
    if (units) this.#units?.fill(units);
    this.#batches = [...batches];
    this.#training = [...training];
  }

  /** Bytes that its entries have taken on the device. */
  get written(): number {
    const { bytesPerRow, length } = this.#statistics;
    return bytesPerRow * length + 4 * (this.#units?.length ?? 0);
  }

  /** Bytes that it holds on the device. */
  get bytes(): number {
    return this.#statistics.bytes + (this.#units?.bytes ?? 0);
  }

  /** Gives the device memory back. */
  dispose(): void {
    this.#statistics.dispose();
    this.#units?.dispose();
  }
}

/** What the output of a module is where it is off: of a rectifier that is shifted down and does not leak, not 0. */
export function restOf(module: Module): number {
  if (!(module instanceof GeneralReLU) || module.leak) return 0;
  return Math.min(-(module.sub ?? 0), module.maxv ?? Infinity);
}
