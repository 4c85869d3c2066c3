/** A small seeded generator for tests and mutants, independent of the library's own: mulberry32. */
export class Mulberry32 {
  #state: number;

  /** @param seed a 32-bit number; near seeds begin near each other */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `n - 1`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /**
   * One of `list`.
   *
   * @throws {RangeError} if it is empty
   */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Cannot choose from an empty list");
    return list[this.below(list.length)]!;
  }
}
