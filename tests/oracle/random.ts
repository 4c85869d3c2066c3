/** Random choices and numbers for programs. */
import { Mulberry32 } from "../../tasks/mulberry32.ts";

/** A seeded generator. */
export class TestRandom extends Mulberry32 {
  constructor(seed: number) {
    super(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  }

  /** A number in [low, high) with few binary digits, so that float32, float64 and decimal text all hold it exactly. */
  value(low = -2, high = 2): number {
    return Math.round((low + this.next() * (high - low)) * 65536) / 65536;
  }
}
