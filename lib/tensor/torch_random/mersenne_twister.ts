/** The Mersenne Twister, MT19937: Matsumoto and Nishimura (1998), https://doi.org/10.1145/272991.272995. */

/** Words of its state. */
export const WORDS = 624;

/** How far apart the words are that a step mixes. */
const APART = 397;

/** A stream of 32-bit words with a period of 2^19937 − 1. */
export class MersenneTwister {
  #words: Uint32Array;
  /** Which of the words comes next; at the end, all of them are made anew. */
  #next: number;

  private constructor(words: Uint32Array, next: number) {
    this.#words = words;
    this.#next = next;
  }

  /** Starts from a seed of 32 bits, as the authors' `init_genrand` does. */
  static seeded(seed: number): MersenneTwister {
    const words = new Uint32Array(WORDS);
    words[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const before = words[i - 1]!;
      words[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
    return new MersenneTwister(words, WORDS);
  }

  /** Goes on from where another stood. */
  static at(words: ArrayLike<number>, next: number): MersenneTwister {
    return new MersenneTwister(Uint32Array.from(words), next);
  }

  /** Where it stands. */
  get state(): { words: number[]; next: number } {
    return { words: [...this.#words], next: this.#next };
  }

  /** The next 32 bits. */
  word(): number {
    if (this.#next === WORDS) this.#renew();
    let y = this.#words[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #renew(): void {
    const words = this.#words;
    for (let i = 0; i < WORDS; i++) {
      const y = (words[i]! & 0x80000000) | (words[(i + 1) % WORDS]! & 0x7fffffff);
      words[i] = words[(i + APART) % WORDS]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
