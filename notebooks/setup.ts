/**
 * What every notebook starts from: the whole library, data by the lessons' names, and a quick mode.
 *
 * - `SONDE_DATASET`: garments, fashion-mnist or mnist in place of a notebook's own data.
 * - `SONDE_QUICK=1`: small parts of the data and few epochs, for a check that everything runs; the data are garments unless told otherwise.
 *
 * @module
 */
import * as data from "../lib/data/mod.ts";
import { environmentVariable } from "../lib/device/environment.ts";
import { type Learner, MetricsCB } from "../lib/learner/mod.ts";
import { shortNumber } from "../lib/plot/format.ts";
import { DISPLAY, htmlTable, textTable } from "../lib/plot/mod.ts";

export * from "../mod.ts";
export { default as assert } from "node:assert/strict";

/** Whether this is a quick run, whose figures mean nothing. */
export const quick = environmentVariable("SONDE_QUICK") === "1";

/** One of two values: of a full run, or of a quick one. */
export const pick = <T>(full: T, small: T): T => quick ? small : full;

/** Names of the data sets. */
const DATASETS = ["garments", "fashion-mnist", "mnist"] as const;

/** The name of a data set. */
export type DatasetName = typeof DATASETS[number];

/** The data set to use where a notebook would use `own`. */
export function datasetName(own: DatasetName): DatasetName {
  const asked = environmentVariable("SONDE_DATASET") ?? (quick ? "garments" : own);
  if ((DATASETS as readonly string[]).includes(asked)) return asked as DatasetName;
  throw new RangeError(`Cannot load SONDE_DATASET=${asked}: the data sets are ${DATASETS.join(", ")}`);
}

/** The last images of MNIST's training file, which the lessons validate on. Fashion-MNIST's validate on its test file. */
const HELD_OUT = 10_000;

/** Options of {@linkcode loaders}. */
export interface NotebookLoaders extends data.FromRawOptions {
  /** Train on so many images at most, in a quick run. Default: 2,000, or 20 batches if that is less. */
  readonly quickLimit?: number;
}

/**
 * Loaders of a lesson's data set, or of the one that the environment asks for; it says which. Where the lesson's is MNIST, the last 10,000 images
 * of the training file validate, and the 50,000 before them train.
 *
 * @param own the data set of the lesson
 * @param options as `data.DataLoaders.fromRaw` takes them
 */
export async function loaders(own: DatasetName, options: NotebookLoaders = {}): Promise<data.DataLoaders> {
  const { quickLimit = Math.min(2000, 20 * (options.batchSize ?? 64)), ...rest } = options;
  const name = datasetName(own);
  const limit = quick ? Math.min(quickLimit, rest.limit ?? Infinity) : rest.limit;
  const all = await data.loadRaw(name);
  const raw = own === "mnist" ? data.holdOut(all, HELD_OUT) : all;
  const dls = data.DataLoaders.fromRaw(raw, { ...rest, ...limit === undefined ? {} : { limit } });
  const [train, valid] = [dls.train, dls.valid].map(({ dataset }) => dataset.length.toLocaleString("en"));
  const file = own === "mnist" ? "held out of the training file" : "of the test file";
  console.log(`${name}: ${train} images to train on, ${valid} ${file} to validate`);
  return dls;
}

/** The last row of a Learner's metrics: those of the last evaluation, or of the last training where there was none. */
export function lastRow(learn: Learner): MetricsCB["rows"][number] {
  return learn.find(MetricsCB)!.rows.at(-1)!;
}

/** The values of several tensors of one element each, read together. */
export async function numbers(...tensors: { item(): Promise<number> }[]): Promise<number[]> {
  return await Promise.all(tensors.map((t) => t.item()));
}

/** A number with so many decimals; one that would read as 0 and is not has two digits of its own. */
function decimals(value: number, digits: number): string {
  const text = value.toFixed(digits);
  if (!/^-?[0.]+$/.test(text)) return text;
  return value === 0 ? text.replace("-", "") : shortNumber(value, 2);
}

/** A table that shows itself at the end of a cell. A column's numbers have so many decimals, 3 unless told otherwise, or none if all are whole. */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[], digits = 3): object {
  const whole = columns.map((_, i) => rows.every((row) => typeof row[i] === "string" || Number.isInteger(row[i])));
  const text = (cell: string | number, column: number) =>
    typeof cell === "string" ? cell : decimals(cell, whole[column] ? 0 : digits);
  const cells = rows.map((row) => row.map(text));
  const display = () => ({
    "text/html": String(htmlTable(columns, cells)),
    "text/plain": textTable(columns, cells).join("\n"),
  });
  return { [DISPLAY]: display };
}

/** Median, least and greatest of one figure over several runs. A NaN, as of a run that diverged, counts as greater than all others. */
export function medianAndRange(values: readonly number[]): [median: number, least: number, greatest: number] {
  const order = (x: number) => Number.isNaN(x) ? Infinity : x;
  const sorted = [...values].sort((a, b) => order(a) - order(b) || Number(Number.isNaN(a)) - Number(Number.isNaN(b)));
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.ceil((sorted.length - 1) / 2)]!];
  return [(low + high) / 2, sorted[0]!, sorted.at(-1)!];
}

/** A table of runs, each with a figure's median, least and greatest over its seeds, and how many seeds there are. */
export function seedTable(figure: string, runs: Readonly<Record<string, readonly number[]>>, digits = 3): object {
  const rows = Object.entries(runs).map(([name, values]) => [name, ...medianAndRange(values), values.length]);
  return table([figure, "median", "lowest", "highest", "seeds"], rows, digits);
}

/**
 * What the ledger says of some runs, as it stands in docs/ledger.md: their rows, with the heading of their table, and a sentence on each.
 *
 * @param ids of runs in one table, such as A1 and A2
 * @throws {RangeError} naming a run that the ledger does not have
 */
export async function ledger(...ids: string[]): Promise<object> {
  const response = await fetch(new URL("../docs/ledger.md", import.meta.url));
  const lines = (await response.text()).split("\n");
  const found = ids.map((id) => {
    const row = lines.findIndex((line) => line.startsWith(`| ${id} `)), note = `- **${id} `;
    if (row < 0) throw new RangeError(`Cannot find run ${id} in docs/ledger.md`);
    const after = lines.slice(row + 1).findIndex((line) => !line.startsWith("|  |")); // a run may take several rows
    return { row, rows: lines.slice(row, row + 1 + after), notes: lines.filter((line) => line.startsWith(note)) };
  });
  const above = lines.slice(0, found[0]?.row ?? 0);
  const top = above.findLastIndex((line) => !line.startsWith("|")) + 1;
  const rows = found.flatMap(({ rows }) => rows), notes = found.flatMap(({ notes }) => notes);
  const text = [...above.slice(top, top + 2), ...rows, ...notes.length ? ["", ...notes] : []].join("\n");
  return { [DISPLAY]: () => ({ "text/markdown": text, "text/plain": text }) };
}

/** The message of the error that `work` throws, or its promise rejects with. @throws {Error} if there is none */
export async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("No error was thrown");
}

/** What {@linkcode close} compares: a tensor, or numbers however nested. */
type Numbers = number | readonly Numbers[] | ArrayLike<number> | { toTypedArray(): Promise<ArrayLike<number>> };

async function flat(values: Numbers): Promise<number[]> {
  if (typeof values === "number") return [values];
  if ("toTypedArray" in values) return Array.from(await values.toTypedArray());
  return (await Promise.all(Array.from(values as readonly Numbers[], flat))).flat();
}

/**
 * Asserts that numbers agree: tensors, arrays, or single numbers; one number may stand against many.
 *
 * @param tolerance how far each may be off
 * @throws {Error} that shows the first pair that does not
 */
export async function close(actual: Numbers, expected: Numbers, tolerance = 1e-5): Promise<void> {
  const [found, wanted] = await Promise.all([flat(actual), flat(expected)]);
  const other = wanted.length === 1 ? found.map(() => wanted[0]!) : wanted;
  if (found.length !== other.length) throw new Error(`Found ${found.length} numbers, expected ${other.length}`);
  const errors = found.map((x, i) => Object.is(x, other[i]) ? 0 : Math.abs(x - other[i]!));
  const worst = errors.findIndex((e) => !(e <= tolerance));
  if (worst >= 0) throw new Error(`Found ${found[worst]}, expected ${other[worst]} within ${tolerance}`);
}
