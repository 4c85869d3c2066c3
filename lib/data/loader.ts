/** Loaders: a data set in batches. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkObject, textOf } from "../device/expect.ts";
import type { Device } from "../device/device.ts";
import { isWhole, whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import type { Batch, Dataset } from "./dataset.ts";
import { RandomSampler, type Sampler, SequentialSampler } from "./sampler.ts";
import { turn } from "./turn.ts";

/** How to load a data set. */
export interface DataLoaderOptions {
  /** Items in a batch. Default: 64. */
  batchSize?: number;
  /** A new random order each epoch. Default: false. */
  shuffle?: boolean;
  /** Leave out a last batch that is short. Default: false. */
  dropLast?: boolean;
  /** Where the random order comes from, with `shuffle`. Default: the default generator, which `setSeed` sets. */
  generator?: Generator;
  /** Any other order; instead of `shuffle`. */
  sampler?: Sampler;
}

const OPTIONS = optionNames<DataLoaderOptions>({ batchSize: 1, shuffle: 1, dropLast: 1, generator: 1, sampler: 1 });

/**
 * Loads a data set in batches. Each iteration is one epoch.
 *
 * It also keeps a training loop responsive, in a Learner or written by hand: it lets the event loop turn at least every 20 ms, and
 * waits when the device has fallen too far behind.
 *
 * With PyTorch's random numbers (`setSeed(seed, { like: "torch" })`) an epoch draws what one of PyTorch's DataLoader draws: 64 bits for workers,
 * shuffled or not, then those of its sampler.
 *
 * @example
 * ```ts
 * import { data, rand, randint } from "./mod.ts";
 * const set = new data.TensorDataset(rand([100, 8]), randint(0, 3, [100]));
 * const loader = new data.DataLoader(set, { batchSize: 32, shuffle: true });
 * for await (const [x, y] of loader) console.log(x!.shape, y!.shape); // the last one: [ 4, 8 ] [ 4 ]
 * ```
 */
export class DataLoader implements AsyncIterable<Batch> {
  /** Items in a batch; the last one may have fewer. */
  readonly batchSize: number;
  /** Whether a last batch that is short is left out. */
  readonly dropLast: boolean;
  /** Says in which order an epoch visits the items. */
  readonly sampler: Sampler;
  readonly #generator: Generator | undefined;

  /**
   * Nothing is loaded before the first epoch.
   *
   * @throws {RangeError} if the batch size is not a whole number above 0, or no batch would come
   * @throws {TypeError} for what is no data set, or settings that exclude each other
   */
  constructor(readonly dataset: Dataset, options: DataLoaderOptions = {}) {
    checkOptions("DataLoader", options, OPTIONS);
    checkObject("DataLoader", "the data set", dataset, "a Dataset, such as new data.TensorDataset(x, y)", [
      "length",
      "open",
    ]);
    const { batchSize = 64, shuffle = false, dropLast = false, generator, sampler } = options;
    whole("load batches", "batchSize", batchSize, 1);
    if (generator && !shuffle) {
      throw new TypeError(
        "Cannot use a generator without shuffle: the order is not drawn. Set shuffle, or leave it out",
      );
    }
    if (sampler && shuffle) throw new TypeError("Cannot both shuffle and use a sampler: leave one of them out");
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.#generator = generator;
    this.sampler = sampler ??
      (shuffle ? new RandomSampler(dataset.length, generator) : new SequentialSampler(dataset.length));
    if (!(this.length > 0)) { // NaN too: no batch would come, without a word
      throw new RangeError(`Cannot load batches of ${batchSize} from ${dataset.length} items: no batch would come`);
    }
  }

  /** Batches in an epoch. */
  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Where batches are made. */
  get device(): Device {
    return this.dataset.device;
  }

  /** One epoch, in a new order of the sampler. @throws {RangeError} if that is not as long as the sampler says, or of no item, or has positions that the data set has not */
  [Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    return this.startingAt(0);
  }

  /**
   * One epoch without its first batches, of which nothing is loaded.
   *
   * @param first number of the first batch
   * @param begun called when the order is drawn, and nothing loaded yet
   * @internal
   */
  async *startingAt(first: number, begun: () => void = () => {}): AsyncGenerator<Batch, void, undefined> {
    generatorOr(this.#generator).torch?.words(); // from which PyTorch's loader would seed its workers
    const order = this.sampler.order();
    const { length, batchSize } = this, items = order.length;
    if (!(order.length > 0 && order.length === this.sampler.length)) {
      throw new RangeError(
        `Cannot load an epoch: the sampler's order has ${order.length} positions, its length is ${this.sampler.length}. ` +
          "They must be equal, and above 0",
      );
    }
    this.#checkPositions(order);
    // A copy: a sampler may fill the same list anew for the next epoch, while this one still goes on.
    const fetch = this.dataset.open(Int32Array.from(order));
    begun();
    for (let i = first; i < length; i++) {
      const pause = turn();
      if (pause) await pause;
      const behind = this.device.throttle();
      if (behind) await behind;
      const start = i * batchSize, count = Math.min(batchSize, items - start);
      if (count < batchSize) this.#exhausted();
      yield await fetch(start, count);
      if (i === length - 1 && count === batchSize) this.#exhausted();
    }
  }

  /** A sampler of another data set, as of the whole beside its subset, would name items that are not there: some data sets would give others. */
  #checkPositions(order: ArrayLike<number>): void {
    const items = this.dataset.length;
    for (let i = 0; i < order.length; i++) {
      if (isWhole(order[i], 0, items - 1)) continue;
      throw new RangeError(
        `Cannot load an epoch: the sampler's order has ${
          textOf(order[i])
        } (place ${i}), and the data set's ${items} items are ` +
          `0 to ${items - 1}. Make the sampler for this data set`,
      );
    }
  }

  #exhausted(): void {
    if (this.sampler instanceof RandomSampler) this.sampler.exhausted();
  }

  /** The first batch of a new epoch. */
  async first(): Promise<Batch> {
    for await (const batch of this) return batch;
    throw new RangeError("Cannot take the first batch: there is none");
  }
}
