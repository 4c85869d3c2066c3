/** When something is drawn again: not too soon, and so that drawing takes a small part of the time at most. */

/** The pace of what is drawn. */
export class Pace {
  #next = 0;
  #isOld = false;

  /**
   * Nothing was drawn yet, and nothing is new.
   *
   * @param interval milliseconds between two drawings, at least
   * @param rest how many times as long as a drawing took there is until the next, at least
   * @param most milliseconds after which it is drawn however long that takes
   * @param now the time in milliseconds
   */
  constructor(
    readonly interval: number,
    readonly rest: number,
    readonly most: number = Infinity,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** When it is to be drawn: `Infinity` if nothing is new. */
  get due(): number {
    return this.#isOld ? this.#next : Infinity;
  }

  /** What is drawn is no longer how things are. */
  age(): void {
    this.#isOld = true;
  }

  /** Draws. */
  draw(act: () => void): void {
    const began = this.now();
    act();
    this.#isOld = false;
    const now = this.now();
    this.#next = now + Math.min(this.most, Math.max(this.interval, this.rest * (now - began)));
  }
}
