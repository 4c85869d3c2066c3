/** The random numbers of PyTorch's generator on the CPU, drawn on the host. */
import { normalBlock } from "./box_muller.ts";
import { MersenneTwister, WORDS } from "./mersenne_twister.ts";

/** Where such a generator stands. */
export interface TorchState {
  /** The Mersenne Twister's 624 words. */
  readonly words: readonly number[];
  /** Which of them comes next, up to 624. */
  readonly next: number;
  /** The second of two normal numbers, which the next call that draws them one by one begins with; null if there is none. */
  readonly spare: number | null;
}

/** From so many elements on, normal numbers are drawn in blocks of 16. */
const BLOCK = 16;

/** From so many elements on, a permutation draws 64 bits an element. */
const MANY = Math.floor((2 ** 32 - 1) / 20);

/** high · 2³² + low, modulo n ≤ 2³². */
const remainder = (high: number, low: number, n: number): number =>
  Number(((BigInt(high) << 32n) | BigInt(low)) % BigInt(n));

const { fround } = Math;

/**
 * What `torch.Generator` of a CPU draws: a Mersenne Twister, and the spare normal number. Definitions are those of PyTorch 1.13,
 * `aten/src/ATen/core/TransformationHelper.h` and `aten/src/ATen/native/cpu/DistributionTemplates.h`, without MKL.
 */
export class TorchRandom {
  #engine: MersenneTwister;
  #spare: number | undefined;

  private constructor(engine: MersenneTwister, spare?: number) {
    this.#engine = engine;
    this.#spare = spare;
  }

  /** As `torch.manual_seed` leaves it, which uses the low 32 bits of a seed. */
  static seeded(seed: number): TorchRandom {
    return new TorchRandom(MersenneTwister.seeded(seed >>> 0));
  }

  /** Goes on from a state. */
  static at({ words, next, spare }: TorchState): TorchRandom {
    return new TorchRandom(MersenneTwister.at(words, next), spare ?? undefined);
  }

  /** Where it stands. */
  get state(): TorchState {
    return { ...this.#engine.state, spare: this.#spare ?? null };
  }

  /** 32 bits. */
  word(): number {
    return this.#engine.word();
  }

  /** 64 bits, the high 32 first. */
  words(): readonly [high: number, low: number] {
    return [this.word(), this.word()];
  }

  /** A number from [0, 1) with 53 bits: `torch.rand` in float64. */
  double(): number {
    const [high, low] = this.words();
    return ((high & 0x1fffff) * 2 ** 32 + low) * 2 ** -53;
  }

  /** 32-bit floats from [low, high), 24 bits each: `uniform_`. */
  uniform(length: number, low = 0, high = 1): Float32Array {
    const from = fround(low), span = fround(fround(high) - from), out = new Float32Array(length);
    for (let i = 0; i < length; i++) out[i] = (this.word() & 0xffffff) * 2 ** -24 * span + from; // fused: rounded once
    return out;
  }

  /**
   * 32-bit floats of a normal distribution: `normal_`.
   *
   * @param contiguous whether they lie row-major and without gaps; others are drawn one by one, however many they are
   */
  normal(length: number, mean = 0, std = 1, contiguous = true): Float32Array {
    if (length < BLOCK || !contiguous) return Float32Array.from({ length }, () => this.#oneNormal() * std + mean);
    const out = this.uniform(length), [center, deviation] = [fround(mean), fround(std)];
    for (let i = 0; i + BLOCK <= length; i += BLOCK) normalBlock(out, i, center, deviation);
    if (length % BLOCK > 0) {
      out.set(this.uniform(BLOCK), length - BLOCK); // the last block overlaps the one before it, and is drawn anew
      normalBlock(out, length - BLOCK, center, deviation);
    }
    return out;
  }

  /** Two at a time, in 64 bits; the second one is kept for the next call. */
  #oneNormal(): number {
    const kept = this.#spare;
    this.#spare = undefined;
    if (kept !== undefined) return kept;
    const angle = 2 * Math.PI * this.double(), radius = Math.sqrt(-2 * Math.log1p(-this.double()));
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Whole numbers from `low` to `high` − 1, at most 2³² of them: `random_(low, high)`, `torch.randint`. */
  whole(length: number, low: number, high: number): Int32Array {
    const span = high - low;
    // 64 bits for a span of all 2³²: the low ones are the remainder.
    const draw = span < 2 ** 32 ? () => this.word() % span : () => this.words()[1];
    return Int32Array.from({ length }, () => draw() + low);
  }

  /** 1 with probability `p`, else 0: `bernoulli_(p)`. */
  bernoulli(length: number, p: number): Float32Array {
    return Float32Array.from({ length }, () => this.double() < p ? 1 : 0);
  }

  /** The numbers 0 … n−1 in random order: `torch.randperm`. */
  permutation(n: number): Int32Array {
    const out = Int32Array.from({ length: n }, (_, i) => i);
    const swap = (i: number, j: number) => [out[i], out[j]] = [out[j]!, out[i]!];
    if (n < MANY) { for (let i = 0; i < n - 1; i++) swap(i, i + this.word() % (n - i)); }
    else for (let i = 0; i < n; i++) swap(i, remainder(...this.words(), i + 1));
    return out;
  }

  /** A generator seeded by 64 bits of this one, as a loader's sampler makes its own. */
  seedAnother(): TorchRandom {
    return TorchRandom.seeded(this.words()[1]);
  }
}

/** Whether a value is what {@linkcode TorchRandom.state} gives. */
export function isTorchState(value: unknown): value is TorchState {
  const { words, next, spare } = typeof value === "object" && value !== null ? value as Partial<TorchState> : {};
  const isWord = (word: unknown) => typeof word === "number" && word >>> 0 === word;
  return Array.isArray(words) && words.length === WORDS && words.every(isWord) && isWord(next) && next! <= WORDS &&
    (spare === null || Number.isFinite(spare));
}
