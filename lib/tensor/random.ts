/**
 * Random numbers. They are counter-based (Philox): a generator only hands out counters, and a node's numbers are a function of seed and counter,
 * however often and wherever it is computed.
 */
import { found } from "../device/expect.ts";

import { whole } from "../device/whole.ts";

/**
 * A source of random numbers: a seed and a counter.
 *
 * @example
 * ```ts
 * import { Generator, rand } from "./mod.ts";
 * const generator = new Generator(7), twin = generator.clone();
 * const x = await rand([3], { generator }).array(), y = await rand([3], { generator: twin }).array();
 * console.log(String(x) === String(y), generator.uniform() === twin.uniform()); // true true
 * ```
 */
export class Generator {
  #low: number;
  #high: number;
  #counter = 0;

  /**
   * Starts its counter at 0.
   *
   * @param seed a whole number; the same seed gives the same numbers on the same device. Default: 0
   * @throws {RangeError} for one that is not whole, or beyond ±2^53
   */
  constructor(seed = 0) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot seed a generator with ${seed}: a seed is a whole number within ±2^53`);
    }
    this.#low = seed >>> 0;
    this.#high = Math.floor(seed / 2 ** 32) >>> 0;
  }

  /** The state of one random call: seedLow, seedHigh, counterLow, counterHigh. Moves the generator on. */
  next(): readonly [number, number, number, number] {
    const counter = this.#counter++;
    return [this.#low, this.#high, counter >>> 0, Math.floor(counter / 2 ** 32) >>> 0];
  }

  /** Everything needed to go on from here; assign it to go back. */
  get state(): { seed: [number, number]; counter: number } {
    return { seed: [this.#low, this.#high], counter: this.#counter };
  }
  set state(state: { seed: [number, number]; counter: number }) {
    checkState(state);
    [this.#low, this.#high] = state.seed;
    this.#counter = state.counter;
  }

  /** A generator that continues as this one would. */
  clone(): Generator {
    const copy = new Generator();
    copy.state = this.state;
    return copy;
  }

  /** One number from [0, 1), on the host. */
  uniform(): number {
    return this.uniforms()();
  }

  /** Numbers from [0, 1) without end, on the host; all of them are one random call. */
  uniforms(): () => number {
    const draw = this.#stream();
    return () => draw() / 2 ** 32;
  }

  /**
   * The numbers 0 … n−1 in random order, on the host (Fisher–Yates; every order is equally likely).
   *
   * @throws {RangeError} unless `n` is a whole number from 0
   */
  permutation(n: number): Int32Array {
    whole("permute", "the number of elements", n);
    const draw = this.#stream();
    const out = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1, draw);
      const swap = out[i]!;
      out[i] = out[j]!;
      out[j] = swap;
    }
    return out;
  }

  /** A stream of 32-bit words for the host: xoshiro128** (Blackman and Vigna 2018), seeded by SplitMix from seed and counter. */
  #stream(): () => number {
    let z = 0;
    const words = this.next();
    const mix = () => {
      z = (z + 0x9e3779b9) | 0;
      let t = z;
      for (const word of words) {
        t = Math.imul(t ^ word ^ (t >>> 16), 0x85ebca6b);
        t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
        t ^= t >>> 16;
      }
      return t >>> 0;
    };
    let a = mix(), b = mix(), c = mix(), d = mix() | 1;
    return () => {
      const r = Math.imul(b, 5);
      const out = Math.imul((r << 7) | (r >>> 25), 9) >>> 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      return out;
    };
  }
}

/** Throws unless it is what {@linkcode Generator.state} gives. */
function checkState(state: { seed: readonly number[]; counter: number }): void {
  const { seed, counter } = typeof state === "object" && state !== null ? state : {} as Partial<typeof state>;
  const isWord = (word: unknown) => typeof word === "number" && word >>> 0 === word;
  if (
    Array.isArray(seed) && seed.length === 2 && seed.every(isWord) && Number.isSafeInteger(counter) && counter! >= 0
  ) {
    return;
  }
  throw new TypeError(
    `Cannot go on from the state ${
      Deno.inspect(state)
    } of a generator: expected { seed, counter }, as state gives it: ` +
      `two whole numbers of 32 bits, and one from 0`,
  );
}

/** A number from 0 to n−1, without modulo bias: words beyond the last whole multiple of n are drawn again. */
function below(n: number, draw: () => number): number {
  const limit = 2 ** 32 - (2 ** 32 % n);
  let word = draw();
  while (word >= limit) word = draw();
  return word % n;
}

/** The generator that random functions use unless they are given another. */
export const defaultGenerator: Generator = new Generator(0);

/**
 * The generator that an option names, else the default one.
 *
 * @throws {TypeError} for what is no generator, such as a seed
 * @internal
 */
export function generatorOr(given: Generator | undefined): Generator {
  if (given === undefined) return defaultGenerator;
  if (given instanceof Generator) return given;
  throw new TypeError(`Cannot draw from ${found(given)}: a generator is a Generator, such as new Generator(42)`);
}

/**
 * Restarts the default generator.
 *
 * @example
 * ```ts
 * import { randn, setSeed } from "./mod.ts";
 * setSeed(42);
 * const x = randn([2, 3]); // the same numbers each time
 * ```
 */
export function setSeed(seed: number): void {
  defaultGenerator.state = new Generator(seed).state;
}
