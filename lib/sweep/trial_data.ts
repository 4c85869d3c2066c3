/**
 * The data sets of a worker's trials: each loaded once, and known by an identity.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type DataName, loadRaw } from "../data/catalogue.ts";
import { garments } from "../data/garments/garments.ts";
import { PUBLISHED } from "../data/published.ts";
import type { RawDataset, RawSplit } from "../data/raw.ts";
import { canonical, digest } from "./identity.ts";
import type { TrialDataOptions } from "./plan.ts";

/** Garments drawn to tell one version of the drawing from another. */
const SAMPLE = 32;

/** What makes a data set the one it is: the checksums of its files, or how it is drawn. */
function identity(name: DataName): string {
  if (name !== "garments") {
    const files = Object.entries(PUBLISHED[name].files).map(([part, { file, sha256 }]) => [part, { file, sha256 }]);
    return digest(canonical(Object.fromEntries(files)));
  }
  const source = garments();
  const images = new Uint8Array(2 * SAMPLE * 784), labels = new Uint8Array(2 * SAMPLE);
  source.draw("train", 0, SAMPLE, images, labels);
  source.draw("test", 0, SAMPLE, images.subarray(SAMPLE * 784), labels.subarray(SAMPLE));
  return digest(images);
}

function first(split: RawSplit, limit: number): RawSplit {
  const count = Math.min(limit, split.count);
  return { images: split.images.subarray(0, count * 784), labels: split.labels.subarray(0, count), count };
}

async function load(name: DataName, limit: number | undefined): Promise<RawDataset> {
  if (limit === undefined) return await loadRaw(name);
  if (!(Number.isInteger(limit) && limit >= 1)) {
    throw new RangeError(`Cannot limit data("${name}") to ${limit} images: expected a whole number of 1 or more`);
  }
  if (name === "garments") {
    return await garments({ trainCount: Math.min(limit, 60_000), testCount: Math.min(limit, 10_000) }).drawAll();
  }
  const raw = await loadRaw(name);
  return { ...raw, train: first(raw.train, limit), test: first(raw.test, limit) };
}

const OPTIONS = optionNames<TrialDataOptions>({ limit: 1 });

/** Data sets by name and size; those that could not be loaded are tried again. */
export class TrialData {
  readonly #sets = new Map<string, Promise<RawDataset>>();
  readonly #identities = new Map<string, string>();

  /** The data set, loaded at the first call. */
  get(name: DataName, options: TrialDataOptions = {}): Promise<RawDataset> {
    checkOptions("data", options, OPTIONS);
    const { limit } = options;
    const key = `${name} ${limit ?? ""}`;
    let set = this.#sets.get(key);
    if (!set) {
      this.#sets.set(key, set = load(name, limit));
      set.catch(() => this.#sets.delete(key));
    }
    return set;
  }

  /** The data set's identity: the same for any part of it. */
  identity(name: DataName): string {
    let found = this.#identities.get(name);
    if (found === undefined) this.#identities.set(name, found = identity(name));
    return found;
  }
}
