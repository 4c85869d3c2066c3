/**
 * Random numbers for the built-in garments: small, seeded, and the same on every machine.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand). Only integer arithmetic and exact divisions are used, no
 * `Math.sin` and the like, whose last bits differ between engines: image i must be the same bytes everywhere.
 *
 * @module
 */

/**
 * A seeded stream of random numbers.
 *
 * @example
 * ```ts
 * const rng = new Rng();
 * rng.reseed(7, 1, 0);
 * const size = rng.between(0.8, 1.2);
 * ```
 */
export class Rng {
  readonly #s = new Int32Array(4);

  /**
   * Starts the stream named by three numbers; the same three give the same stream.
   *
   * @param seed a non-negative safe integer
   * @param stream 32 bits that tell apart the uses of one seed
   * @param index 32 bits, such as an image's number
   */
  reseed(seed: number, stream: number, index: number): void {
    const s = this.#s;
    s[0] = seed | 0;
    s[1] = Math.floor(seed / 4294967296) ^ Math.imul(stream, 0x9e3779b1);
    s[2] = index;
    s[3] = 1;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** Returns the next 32 random bits, as a signed integer. */
  bits(): number {
    const s = this.#s;
    const a = s[0]!, b = s[1]!, c = s[2]!, d = s[3]!;
    const t = (a + b + d) | 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + t;
    return t;
  }

  /** Returns a number in [0, 1). */
  unit(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** Returns a number in [lo, hi), all equally likely. */
  between(lo: number, hi: number): number {
    return lo + (hi - lo) * this.unit();
  }

  /** Returns a number in (lo, hi) that favours the middle: the mean of two uniform draws. */
  around(lo: number, hi: number): number {
    return lo + (hi - lo) * 0.5 * (this.unit() + this.unit());
  }

  /** Returns true with probability p. */
  chance(p: number): boolean {
    return this.unit() < p;
  }

  /** Returns an integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }

  /** Returns -1 or 1. */
  sign(): number {
    return this.bits() < 0 ? -1 : 1;
  }

  /** Returns an index into `weights`, each chosen in proportion to its weight. */
  choose(weights: readonly number[]): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    let x = this.unit() * total;
    for (let i = 0; i < weights.length - 1; i++) {
      x -= weights[i]!;
      if (x < 0) return i;
    }
    return weights.length - 1;
  }
}
