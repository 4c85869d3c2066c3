/**
 * What every notebook starts from: the whole library, data by the lessons' names, and a quick mode.
 *
 * - `SONDE_DATASET`: garments, fashion-mnist or mnist in place of a notebook's own data.
 * - `SONDE_QUICK=1`: small parts of the data and few epochs, for a check that everything runs; the data are garments unless told otherwise.
 *
 * @module
 */
import * as data from "../lib/data/mod.ts";
import { environmentVariable } from "../lib/device/device.ts";

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

/** Options of {@linkcode loaders}. */
export interface NotebookLoaders extends data.FromRawOptions {
  /** Train on so many images at most, in a quick run. Default: 2,000, or 20 batches if that is less. */
  readonly quickLimit?: number;
}

/**
 * Loaders of a lesson's data set, or of the one that the environment asks for; it says which.
 *
 * @param own the data set of the lesson
 * @param options as `data.DataLoaders.fromRaw` takes them
 */
export async function loaders(own: DatasetName, options: NotebookLoaders = {}): Promise<data.DataLoaders> {
  const { quickLimit = Math.min(2000, 20 * (options.batchSize ?? 64)), ...rest } = options;
  const name = datasetName(own);
  const limit = quick ? Math.min(quickLimit, rest.limit ?? Infinity) : rest.limit;
  const raw = await data.loadRaw(name);
  const dls = data.DataLoaders.fromRaw(raw, { ...rest, ...limit === undefined ? {} : { limit } });
  const { dataset } = dls.train;
  console.log(`${name}: ${dataset.length} images to train on, ${dls.valid.dataset.length} to validate`);
  return dls;
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
