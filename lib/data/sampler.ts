/** Samplers: the order in which an epoch visits the items. */
import { whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";

/** Says, at the start of each epoch, in which order its items come. */
export interface Sampler {
  /** How many items an epoch has. */
  readonly length: number;
  /** The positions of the coming epoch's items. */
  order(): Int32Array;
}

/**
 * Every item in order: 0, 1, 2, …
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * console.log(new data.SequentialSampler(3).order()); // Int32Array(3) [ 0, 1, 2 ]
 * ```
 */
export class SequentialSampler implements Sampler {
  /**
   * Every epoch is the same.
   *
   * @param length how many items there are
   * @throws {RangeError} unless it is a whole number from 0
   */
  constructor(readonly length: number) {
    whole("sample", "length", length);
  }

  /** 0, 1, 2, … as int32. */
  order(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, i) => i);
  }
}

/**
 * Every item once, in a new random order each epoch.
 *
 * The order depends on the generator alone: the same seed gives the same epochs on every device.
 *
 * @example
 * ```ts
 * import { data, Generator } from "./mod.ts";
 * const sampler = new data.RandomSampler(5, new Generator(1));
 * console.log(sampler.order().toSorted()); // Int32Array(5) [ 0, 1, 2, 3, 4 ]
 * ```
 */
export class RandomSampler implements Sampler {
  /** Where the order comes from. */
  readonly generator: Generator;
  readonly #isGiven: boolean;

  /**
   * Draws nothing before the first epoch.
   *
   * @param length how many items there are
   * @param generator where the order comes from; by default the default generator, which `setSeed` sets
   * @throws {RangeError} unless the length is a whole number from 0
   */
  constructor(readonly length: number, generator?: Generator) {
    whole("sample", "length", length);
    this.generator = generatorOr(generator);
    this.#isGiven = generator !== undefined;
  }

  /**
   * A new permutation each time; it takes one random call of the generator. As in PyTorch, a default generator of that kind gives 64 bits only, from
   * which the sampler seeds one of its own.
   */
  order(): Int32Array {
    const { torch } = this.generator;
    return torch && !this.#isGiven
      ? torch.seedAnother().permutation(this.length)
      : this.generator.permutation(this.length);
  }

  /**
   * The last position was taken. PyTorch's sampler then draws another permutation, of which it uses nothing.
   *
   * @internal
   */
  exhausted(): void {
    if (this.#isGiven) this.generator.torch?.permutation(this.length);
  }
}
