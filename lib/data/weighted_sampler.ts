/** Orders in which some items come more often than others. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { isListLike, textOf, wrongKind } from "../device/expect.ts";
import { whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import type { Sampler } from "./sampler.ts";

/** Options of {@linkcode WeightedRandomSampler}. */
export interface WeightedSamplerOptions {
  /** How many items an epoch has. Default: as many as there are weights. */
  length?: number;
  /** Whether an item may come twice in an epoch. Default: true. */
  replacement?: boolean;
  /** Where the random numbers come from. Default: the default generator. */
  generator?: Generator;
}

/** A sum of as many weights as an array holds is finite, if none is above it. */
const HUGE = 2 ** 960;

const OPTIONS = optionNames<WeightedSamplerOptions>({ length: 1, replacement: 1, generator: 1 });

/**
 * Draws items with probabilities in proportion to weights, such as the inverse of how frequent their class is: PyTorch's
 * `WeightedRandomSampler`, with Sonde's own order of numbers.
 *
 * Without replacement items are drawn one after another, each in proportion to the weights of those that are left (Efraimidis and Spirakis
 * 2006: by the largest u^(1/w)).
 *
 * @example
 * ```ts
 * import { data, Generator } from "./mod.ts";
 * const sampler = new data.WeightedRandomSampler([1, 0, 3], { length: 4, generator: new Generator(1) });
 * console.log(sampler.order().every((position) => position !== 1)); // true: its weight is 0
 * ```
 */
export class WeightedRandomSampler implements Sampler {
  /** How many items an epoch has. */
  readonly length: number;
  /** Whether an item may come twice. */
  readonly replacement: boolean;
  /** Where the random numbers come from. */
  readonly generator: Generator;
  readonly #weights: Float64Array;

  /**
   * Draws nothing before the first epoch.
   *
   * @param weights one for each item: not negative, finite, and not all 0
   * @throws {RangeError} for other weights, or if more items are wanted without replacement than have a weight above 0
   */
  constructor(weights: ArrayLike<number>, options: WeightedSamplerOptions = {}) {
    checkOptions("WeightedRandomSampler", options, OPTIONS);
    if (!isListLike(weights)) throw wrongKind("WeightedRandomSampler", "weights", "an array of numbers", weights);
    this.#weights = Float64Array.from(weights, (weight) => typeof weight === "number" ? weight : NaN);
    const wrong = this.#weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (wrong >= 0) {
      throw new RangeError(
        `Cannot sample by weight ${textOf(weights[wrong])} (position ${wrong}): a weight is 0 or above, and finite`,
      );
    }
    const { length = weights.length, replacement = true, generator } = options;
    const possible = this.#weights.filter((weight) => weight > 0).length;
    if (possible === 0) throw new RangeError("Cannot sample: no weight is above 0");
    whole("sample by weights", "length", length, 1);
    if (!replacement && length > possible) {
      throw new RangeError(
        `Cannot draw ${length} items without replacement: ${possible} have a weight above 0. Draw fewer, or with replacement`,
      );
    }
    this.length = length;
    this.replacement = replacement;
    this.generator = generatorOr(generator);
  }

  /** Other positions each time; it takes one random call of the generator. */
  order(): Int32Array {
    const draw = this.generator.uniforms();
    return this.replacement ? this.#withReplacement(draw) : this.#without(draw);
  }

  #withReplacement(draw: () => number): Int32Array {
    let sum = 0;
    const most = this.#weights.reduce((a, b) => Math.max(a, b)), unit = most > HUGE ? most : 1; // their sum stays finite
    const sums = this.#weights.map((weight) => sum += weight / unit),
      last = this.#weights.findLastIndex((weight) => weight > 0);
    return Int32Array.from({ length: this.length }, () => Math.min(last, firstAbove(sums, draw() * sum)));
  }

  #without(draw: () => number): Int32Array {
    const keys = this.#weights.map((weight) =>
      weight > 0 ? Math.max(Math.log(1 - draw()) / weight, -Number.MAX_VALUE) : -Infinity
    );
    const order = Int32Array.from(keys, (_, i) => i).sort((a, b) => keys[b]! - keys[a]!);
    return order.slice(0, this.length);
  }
}

/** Position of the first value that is above `bound`, among values that grow. */
function firstAbove(values: Float64Array, bound: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
