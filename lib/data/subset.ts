/** Parts of data sets, and several data sets as one. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { checkObject, found, isListLike, wrongKind } from "../device/expect.ts";
import { cat } from "../tensor/combine.ts";
import { tensor } from "../tensor/create.ts";
import { whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import type { Batch, Dataset, Fetch } from "./dataset.ts";

function checkDataset(what: string, value: unknown): void {
  checkObject(what, "the data set", value, "a Dataset, such as new data.TensorDataset(x, y)", ["length", "open"]);
}

/**
 * Some items of a data set, in an order of their own: PyTorch's `Subset`. Nothing is copied.
 *
 * @example
 * ```ts
 * import { arange, data } from "./mod.ts";
 * const even = new data.Subset(new data.TensorDataset(arange(10)), [0, 2, 4, 6, 8]);
 * const [x] = await new data.DataLoader(even, { batchSize: 3 }).first();
 * console.log(even.length, await x!.array()); // 5 [ 0, 2, 4 ]
 * ```
 */
export class Subset implements Dataset {
  /** Positions in {@linkcode Subset.dataset}. */
  readonly positions: Int32Array;

  /**
   * Takes the positions as they are: one may come twice.
   *
   * @param dataset where the items are
   * @param positions which of them, from 0
   * @throws {RangeError} for a position that the data set does not have
   */
  constructor(readonly dataset: Dataset, positions: ArrayLike<number>) {
    checkDataset("Subset", dataset);
    if (!isListLike(positions)) throw wrongKind("Subset", "positions", "an array of whole numbers", positions);
    for (let i = 0; i < positions.length; i++) {
      whole(`take a subset of ${dataset.length} items`, "each position", positions[i], 0, dataset.length - 1);
    }
    this.positions = Int32Array.from(positions);
  }

  /** How many positions there are. */
  get length(): number {
    return this.positions.length;
  }

  /** Where batches are made: where the whole data set is. */
  get device(): Device {
    return this.dataset.device;
  }

  /** Begins an epoch of the whole data set, with the positions in this order. */
  open(order: Int32Array): Fetch {
    return this.dataset.open(order.map((place) => this.positions[place]!));
  }

  /** Moves the whole data set. */
  to(device: Device): Promise<void> {
    return this.dataset.to(device);
  }
}

/** Options of {@linkcode randomSplit}. */
export interface SplitOptions {
  /** Where the random order comes from. Default: the default generator. */
  generator?: Generator;
}

const SPLIT = optionNames<SplitOptions>({ generator: 1 });

/**
 * Deals a data set's items out at random: PyTorch's `random_split`.
 *
 * @param dataset what to split
 * @param sizes how many items each part gets; or shares, which add up to 1, of which what is left over by rounding down goes to the first parts
 * @returns a subset for each size
 * @throws {RangeError} if the sizes do not add up to the data set's length, or the shares to 1
 *
 * @example
 * ```ts
 * import { arange, data, Generator } from "./mod.ts";
 * const set = new data.TensorDataset(arange(10));
 * const [train, valid] = data.randomSplit(set, [0.75, 0.25], { generator: new Generator(1) });
 * console.log(train!.length, valid!.length); // 8 2
 * ```
 */
export function randomSplit(dataset: Dataset, sizes: readonly number[], options: SplitOptions = {}): Subset[] {
  checkOptions("randomSplit", options, SPLIT);
  checkDataset("randomSplit", dataset);
  if (!isListLike(sizes)) throw wrongKind("randomSplit", "sizes", "an array of numbers", sizes);
  const { length } = dataset, counts = countsOf(Array.from(sizes), length);
  const order = generatorOr(options.generator).permutation(length);
  let end = 0;
  return counts.map((count) => new Subset(dataset, order.subarray(end, end += count)));
}

/** How many items each part gets. */
function countsOf(sizes: readonly number[], length: number): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0);
  const shares = sizes.some((size) => !Number.isInteger(size)) || (sum === 1 && length !== 1);
  if (
    !sizes.every((size) => typeof size === "number" && size >= 0) ||
    (shares ? Math.abs(sum - 1) > 1e-9 : sum !== length)
  ) {
    throw new RangeError(
      `Cannot split ${length} items into [${
        sizes.map(found).join(", ")
      }]: give numbers of items that add up to ${length}, or shares ` +
        `that add up to 1`,
    );
  }
  if (!shares) return [...sizes];
  // As PyTorch computes it, rounding included: 0.29 · 100 is a little below 29. Equal seeds then give equal parts.
  const counts = sizes.map((share) => Math.floor(share * length));
  const rest = length - counts.reduce((a, b) => a + b, 0);
  return counts.map((count, i) => i < rest ? count + 1 : count);
}

/** Options of {@linkcode kFold}. */
export interface FoldOptions extends SplitOptions {
  /** Whether items are dealt out at random, rather than in pieces that follow each other. Default: false, as in scikit-learn. */
  shuffle?: boolean;
}

const FOLD = optionNames<FoldOptions>({ ...SPLIT, shuffle: 1 });

/** One round of cross-validation. */
export interface Fold {
  /** All folds but one. */
  readonly train: Subset;
  /** That one. */
  readonly valid: Subset;
}

/**
 * Cuts a data set into `folds` parts, each of which is the validation part once: scikit-learn's `KFold`. The first parts have one item more
 * where the length is no multiple.
 *
 * @param dataset what to cut
 * @param folds how many parts, from 2 up to the number of items
 *
 * @example
 * ```ts
 * import { arange, data } from "./mod.ts";
 * const rounds = data.kFold(new data.TensorDataset(arange(5)), 2);
 * console.log(rounds.map(({ valid }) => [...valid.positions])); // [ [ 0, 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function kFold(dataset: Dataset, folds: number, options: FoldOptions = {}): Fold[] {
  checkOptions("kFold", options, FOLD);
  checkDataset("kFold", dataset);
  const { length } = dataset, { shuffle = false, generator } = options;
  whole(`cut ${length} items`, "folds", folds, 2, length);
  if (generator && !shuffle) {
    throw new TypeError("Cannot use a generator without shuffle: no order is drawn. Set shuffle, or leave it out");
  }
  const order = shuffle ? generatorOr(generator).permutation(length) : Int32Array.from({ length }, (_, i) => i);
  const least = Math.floor(length / folds), longer = length % folds;
  const start = (fold: number) => fold * least + Math.min(fold, longer);
  return Array.from({ length: folds }, (_, fold) => {
    const rest = [...order.subarray(0, start(fold)), ...order.subarray(start(fold + 1))];
    return {
      train: new Subset(dataset, rest),
      valid: new Subset(dataset, order.subarray(start(fold), start(fold + 1))),
    };
  });
}

/**
 * Data sets one after another, as one: PyTorch's `ConcatDataset`. Their batches must agree in number, types and shapes of tensors.
 *
 * @example
 * ```ts
 * import { arange, data } from "./mod.ts";
 * const both = new data.ConcatDataset(new data.TensorDataset(arange(3)), new data.TensorDataset(arange(10, 14)));
 * const [x] = await new data.DataLoader(both, { batchSize: 5 }).first();
 * console.log(both.length, await x!.array()); // 7 [ 0, 1, 2, 10, 11 ]
 * ```
 */
export class ConcatDataset implements Dataset {
  /** What it is made of. */
  readonly datasets: readonly Dataset[];
  /** Position of each data set's first item, and of what would come behind all. */
  readonly #starts: readonly number[];

  /** Throws a RangeError without a data set, or if they are on different devices. */
  constructor(...datasets: Dataset[]) {
    if (datasets.length === 0) throw new RangeError("Cannot join data sets: give at least one");
    for (const dataset of datasets) checkDataset("ConcatDataset", dataset);
    if (datasets.some(({ device }) => device !== datasets[0]!.device)) {
      const places = datasets.map(({ device }) => device.kind).join(" and ");
      throw new RangeError(`Cannot join data sets on ${places}: move them to one device with to()`);
    }
    this.datasets = datasets;
    const starts = [0];
    for (const { length } of datasets) starts.push(starts.at(-1)! + length);
    this.#starts = starts;
  }

  /** Items of all data sets. */
  get length(): number {
    return this.#starts.at(-1)!;
  }

  /** Where batches are made. */
  get device(): Device {
    return this.datasets[0]!.device;
  }

  /** Begins an epoch of each data set, with its own items in their order. */
  open(order: Int32Array): Fetch {
    const starts = this.#starts, setOf = order.map((position) => this.#setOf(position));
    const fetches = this.datasets.map((dataset, s) => {
      const own = order.filter((_, i) => setOf[i] === s).map((position) => position - starts[s]!);
      return own.length > 0 ? dataset.open(own) : undefined;
    });
    // How many of a set's items come before a place of the epoch.
    const before = this.datasets.map((_, s) => {
      const counts = new Int32Array(order.length + 1);
      for (let i = 0; i < order.length; i++) counts[i + 1] = counts[i]! + (setOf[i] === s ? 1 : 0);
      return counts;
    });
    return async (start, count) => {
      const parts: Batch[] = [], places: number[] = [];
      for (const [s, fetch] of fetches.entries()) {
        const from = before[s]![start]!, taken = before[s]![start + count]! - from;
        if (taken === 0) continue;
        parts.push(await fetch!(from, taken));
        for (let i = 0; i < count; i++) if (setOf[start + i] === s) places.push(i);
      }
      return parts.length === 1 ? parts[0]! : this.#joined(parts, places);
    };
  }

  /** One batch out of those of several data sets, whose items belong at `places` of it. */
  #joined(parts: readonly Batch[], places: readonly number[]): Batch {
    if (parts.some(({ length }) => length !== parts[0]!.length)) {
      const counts = parts.map(({ length }) => length).join(" and ");
      throw new RangeError(`Cannot join batches of ${counts} tensors: data sets that are joined give equally many`);
    }
    const from = new Int32Array(places.length);
    places.forEach((place, i) => from[place] = i);
    const index = tensor(from, { dtype: "int32", device: this.device });
    return parts[0]!.map((_, t) => cat(parts.map((part) => part[t]!)).indexSelect(0, index));
  }

  #setOf(position: number): number {
    let s = 0;
    while (position >= this.#starts[s + 1]!) s++;
    return s;
  }

  /** Moves all data sets. */
  async to(device: Device): Promise<void> {
    for (const dataset of this.datasets) await dataset.to(device);
  }
}
