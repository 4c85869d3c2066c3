/** Statistics recorded on the device, one row for each batch, and read later. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { noGrad, watching } from "../tensor/graph.ts";
import { statistics, STATISTICS_HEAD as HEAD } from "../tensor/statistics.ts";
import { statisticsRow_ } from "../tensor/statistics_rows.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeviceRows } from "./device_rows.ts";

/** What is counted, and how rows are kept. */
export interface RecordOptions {
  /** How many bins, all of the same width. */
  readonly bins: number;
  /** Lower edge of the first bin and upper edge of the last, which includes it. */
  readonly range: readonly [number, number];
  /** Count |x| rather than x. */
  readonly absolute: boolean;
  /** Rows in one piece of the record. */
  readonly chunk: number;
}

/** What was recorded: one entry for each row in each field. */
export interface Recorded {
  /** Means of all elements; not finite where an element is not. */
  readonly mean: Float64Array;
  /** Unbiased standard deviations; NaN where an element is not finite. */
  readonly std: Float64Array;
  /** How many finite values lay below the range. */
  readonly below: Float64Array;
  /** How many finite values lay above it. */
  readonly above: Float64Array;
  /** How many values were exactly 0; they are in their bin, too. */
  readonly zeros: Float64Array;
  /** How many values were NaN, ∞ or −∞; they are in no bin. */
  readonly nonFinite: Float64Array;
  /** How many values fell into each bin. */
  readonly counts: readonly Float32Array[];
}

const OPTIONS = optionNames<RecordOptions>({ bins: 1, range: 1, absolute: 1, chunk: 1 });

/**
 * A growing list of statistics that stays on the device: 4·(6 + bins) bytes a row.
 *
 * Recording never makes a step wait, and never needs another plan.
 *
 * @example
 * ```ts
 * import { device, StatisticsRecord, tensor } from "./mod.ts";
 * const cpu = device("cpu");
 * const record = new StatisticsRecord(cpu, { bins: 2, range: [0, 4], absolute: true, chunk: 16 });
 * for (let batch = 0; batch < 3; batch++) record.push(tensor([1, -3, batch, batch], { device: cpu }));
 * const { mean, zeros, counts } = await record.read();
 * console.log(mean, zeros); // Float64Array(3) [ -0.5, 0, 0.5 ] Float64Array(3) [ 2, 0, 0 ]
 * console.log(counts[0]); // Float32Array(2) [ 3, 1 ]
 * record.dispose();
 * ```
 */
export class StatisticsRecord {
  readonly #rows: DeviceRows;

  /** Takes no memory before the first row; then that of `chunk` rows at a time. */
  constructor(readonly device: Device, readonly options: RecordOptions) {
    checkOptions("StatisticsRecord", options, OPTIONS);
    this.#rows = new DeviceRows(device, options.chunk);
  }

  /** How many rows there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** Records the statistics of all elements of `x`. */
  push(x: Tensor): void {
    const { bins, range: [min, max], absolute } = this.options, options = { bins, min, max, absolute };
    watching(this.device, () => {
      if (x.numel === 0) noGrad(() => this.#rows.push(statistics(x, options)));
      else this.#rows.write(HEAD + bins, (piece, position) => statisticsRow_(piece, position, x, options));
    });
  }

  /** The rows so far as one tensor, for {@linkcode StatisticsRecord.fill}; undefined before the first. */
  rows(): Tensor | undefined {
    return this.#rows.saved();
  }

  /** Begins with rows that were recorded before. @throws {RangeError} for what are no such rows */
  fill(rows: Tensor): void {
    this.#rows.fill(rows, "statistics", HEAD + this.options.bins);
  }

  /** Bytes of a row on the device. */
  get bytesPerRow(): number {
    return 4 * (HEAD + this.options.bins);
  }

  /** Bytes that it holds on the device: of whole pieces. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  /** All rows so far; waits for the device. */
  async read(): Promise<Recorded> {
    const rows = await this.#rows.read(), column = (index: number) => Float64Array.from(rows, (row) => row[index]!);
    return {
      mean: column(0),
      std: column(1),
      below: column(2),
      above: column(3),
      zeros: column(4),
      nonFinite: column(5),
      counts: rows.map((row) => Float32Array.from(row.slice(HEAD))),
    };
  }

  /** Gives the device memory back. */
  dispose(): void {
    this.#rows.dispose();
  }
}

/**
 * The bins around 0, first and last, and how far from 0 they reach; undefined if 0 lies in none, or not in the middle: then no distance
 * tells what is counted there. Of |x| all that is above 0 counts.
 *
 * @internal
 */
export function binsAtZero(
  { bins, range: [min, max], absolute }: Omit<RecordOptions, "chunk">,
): { first: number; last: number; edge: number } | undefined {
  if (min > 0 || max < 0) return undefined;
  const width = (max - min) / bins, place = -min / width, near = Math.round(place);
  const onEdge = Math.abs(place - near) < 1e-6;
  const [first, last] = onEdge
    ? [Math.max(0, near - 1), Math.min(near, bins - 1)]
    : [Math.floor(place), Math.floor(place)];
  const below = place - first, above = last + 1 - place;
  if (!absolute && Math.abs(below - above) > 1e-6) return undefined;
  return { first, last, edge: above * width };
}

/** How many values each entry is of. */
export function elementsOf({ counts, below, above, nonFinite }: Recorded): number[] {
  return counts.map((row, i) => row.reduce((a, b) => a + b, below[i]! + above[i]! + nonFinite[i]!));
}
