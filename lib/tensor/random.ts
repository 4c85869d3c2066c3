/**
 * Random numbers. They are counter-based (Philox): a generator only hands out counters, and a node's numbers are a function of seed and counter,
 * however often and wherever it is computed. A generator `like: "torch"` draws on the host instead, at the call, what PyTorch's draws.
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found, textOf } from "../device/expect.ts";
import { whole } from "../device/whole.ts";
import { isTorchState, TorchRandom, type TorchState } from "./torch_random/torch_random.ts";

/** Which random numbers a generator gives. */
export interface GeneratorOptions {
  /** `"torch"`: those of PyTorch's generator on the CPU. Default: Sonde's own, which devices compute by themselves. */
  like?: "torch";
}

const OPTIONS = optionNames<GeneratorOptions>({ like: 1 });

/** Where a generator stands. */
export interface GeneratorState {
  /** The seed's low and high 32 bits. */
  seed: [number, number];
  /** How many random calls there were; 0 of PyTorch's kind. */
  counter: number;
  /** Of PyTorch's kind: where its Mersenne Twister stands, and its spare normal number. */
  torch?: TorchState;
}

/**
 * A source of random numbers: a seed and a counter; with `like: "torch"`, PyTorch's generator on the CPU.
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
  #torch: TorchRandom | undefined;

  /**
   * Starts its counter at 0.
   *
   * @param seed a whole number; the same seed gives the same numbers on the same device. PyTorch's kind uses its low 32 bits, as PyTorch does.
   *   Default: 0
   * @param options see {@linkcode GeneratorOptions}
   * @throws {RangeError} for a seed that is not whole, or beyond ±2^53; {@linkcode TypeError} for another `like` than "torch"
   */
  constructor(seed = 0, options: GeneratorOptions = {}) {
    checkOptions("Generator", options, OPTIONS);
    const { like } = options;
    if (like !== undefined && like !== "torch") {
      throw new TypeError(
        `Cannot make a generator like ${found(like)}: like is "torch", or is left out for Sonde's own numbers`,
      );
    }
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot seed a generator with ${textOf(seed)}: a seed is a whole number within ±2^53`);
    }
    this.#low = seed >>> 0;
    this.#high = Math.floor(seed / 2 ** 32) >>> 0;
    if (like) this.#torch = TorchRandom.seeded(this.#low);
  }

  /**
   * Draws what PyTorch's generator draws; undefined of Sonde's own.
   *
   * @internal
   */
  get torch(): TorchRandom | undefined {
    return this.#torch;
  }

  /**
   * The state of one random call: seedLow, seedHigh, counterLow, counterHigh; of PyTorch's kind, four words that it draws. Moves the generator on.
   */
  next(): readonly [number, number, number, number] {
    const torch = this.#torch;
    if (torch) return [torch.word(), torch.word(), torch.word(), torch.word()];
    const counter = this.#counter++;
    return [this.#low, this.#high, counter >>> 0, Math.floor(counter / 2 ** 32) >>> 0];
  }

  /** Everything needed to go on from here; assign it to go back. */
  get state(): GeneratorState {
    const torch = this.#torch ? { torch: this.#torch.state } : {};
    return { seed: [this.#low, this.#high], counter: this.#counter, ...torch };
  }
  set state(state: GeneratorState) {
    checkState(state);
    [this.#low, this.#high] = state.seed;
    this.#counter = state.counter;
    this.#torch = state.torch && TorchRandom.at(state.torch);
  }

  /** A generator that continues as this one would. */
  clone(): Generator {
    const copy = new Generator();
    copy.state = this.state;
    return copy;
  }

  /** One number from [0, 1), on the host; of PyTorch's kind, with 53 bits. */
  uniform(): number {
    return this.uniforms()();
  }

  /** Numbers from [0, 1) without end, on the host; all of them are one random call. Of PyTorch's kind each one is drawn as it is asked for. */
  uniforms(): () => number {
    const torch = this.#torch;
    if (torch) return () => torch.double();
    const draw = this.#stream();
    return () => draw() / 2 ** 32;
  }

  /**
   * The numbers 0 … n−1 in random order, on the host (Fisher–Yates; every order is equally likely). Of PyTorch's kind: `torch.randperm`.
   *
   * @throws {RangeError} unless `n` is a whole number from 0
   */
  permutation(n: number): Int32Array {
    whole("permute", "the number of elements", n);
    if (this.#torch) return this.#torch.permutation(n);
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
function checkState(state: GeneratorState): void {
  const { seed, counter, torch } = typeof state === "object" && state !== null ? state : {} as Partial<typeof state>;
  const isWord = (word: unknown) => typeof word === "number" && word >>> 0 === word;
  if (
    Array.isArray(seed) && seed.length === 2 && seed.every(isWord) && Number.isSafeInteger(counter) && counter! >= 0 &&
    (torch === undefined || isTorchState(torch))
  ) {
    return;
  }
  throw new TypeError(
    `Cannot go on from the state ${
      Deno.inspect(state)
    } of a generator: expected { seed, counter }, as state gives it: ` +
      `two whole numbers of 32 bits, and one from 0. Of PyTorch's kind it has torch: { words, next, spare } as well`,
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
 * With `like: "torch"` it draws from then on what PyTorch's generator on the CPU draws after `torch.manual_seed(seed)`: the same weights of layers
 * and by `nn.init`, the same `randn`, `rand`, `randint`, `randperm` and dropout, and the same order of a shuffling `DataLoader`, whatever the device.
 * See docs/torch_random.md. Without it, Sonde's own numbers come again.
 *
 * @param seed a whole number
 * @param options see {@linkcode GeneratorOptions}
 * @throws {RangeError} for a seed that is not whole, or beyond ±2^53; {@linkcode TypeError} for another `like` than "torch"
 *
 * @example
 * ```ts
 * import { randint, randn, setSeed } from "./mod.ts";
 * setSeed(42);
 * const x = randn([2, 3]); // the same numbers each time
 * setSeed(42, { like: "torch" });
 * console.log(await randint(0, 10, [6]).array()); // [ 2, 7, 6, 4, 6, 5 ]
 * ```
 */
export function setSeed(seed: number, options: GeneratorOptions = {}): void {
  checkOptions("setSeed", options, OPTIONS);
  defaultGenerator.state = new Generator(seed, options).state;
}
