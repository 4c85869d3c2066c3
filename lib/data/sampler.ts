/** Samplers: in which order an epoch visits the items. */
import { defaultGenerator, type Generator } from "../tensor/random.ts";

/** Says, at the start of each epoch, in which order its items come. */
export interface Sampler {
  /** How many items an epoch has. */
  readonly length: number;
  /** The positions of the coming epoch's items. */
  order(): Int32Array;
}

/**
 * Every item in its place: 0, 1, 2, …
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * console.log(new data.SequentialSampler(3).order()); // Int32Array(3) [ 0, 1, 2 ]
 * ```
 */
export class SequentialSampler implements Sampler {
  constructor(readonly length: number) {}

  order(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, i) => i);
  }
}

/**
 * Every item once, in a new random order each epoch.
 *
 * The order depends on the generator alone: the same seed gives the same epochs on every device.
 */
export class RandomSampler implements Sampler {
  /**
   * @param length how many items there are
   * @param generator where the order comes from; by default the default generator, which `setSeed` sets
   */
  constructor(readonly length: number, readonly generator: Generator = defaultGenerator) {}

  order(): Int32Array {
    return this.generator.permutation(this.length);
  }
}
