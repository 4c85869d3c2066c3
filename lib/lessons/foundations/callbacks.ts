/** Callbacks from first principles, and exceptions as control flow, without any library. */

/**
 * Adds up i² for i from 0 to 4, and tells `after` of each sum. A callback is whatever can be called: a function, a closure over a setting, a
 * partial application (`bind`), a method of an object that keeps state.
 *
 * @param after told the turn and the sum so far; may be left out
 * @returns 30
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const { calculate } = lessons.foundations;
 * calculate((i) => console.log(`turn ${i}`)); // a function
 * const shout = (word: string) => (i: number) => console.log(`${word}! turn ${i}`);
 * calculate(shout("Great")); // a closure
 * function show(this: unknown, word: string, i: number) {
 *   console.log(word, i);
 * }
 * calculate(show.bind(undefined, "Fine")); // a partial application
 * class Counter {
 *   calls = 0;
 *   call = () => void this.calls++;
 * }
 * const counter = new Counter();
 * calculate(counter.call); // an object that remembers
 * console.log(counter.calls, calculate());
 * ```
 */
export function calculate(after?: (i: number, sum: number) => void): number {
  let sum = 0;
  for (let i = 0; i < 5; i++) {
    sum += i * i;
    after?.(i, sum);
  }
  return sum;
}

/** What a {@linkcode Calculator} tells. Each is optional. */
export interface CalculatorCallback {
  /** Before the square of `i` is added. */
  before?(calculator: Calculator, i: number): void;
  /** After it was added. Returning true ends the calculation early. */
  after?(calculator: Calculator, i: number): boolean | void;
}

/**
 * {@linkcode calculate} as an object: its callback is told before and after each turn, sees the calculator itself, may change its `sum`, and
 * ends it early by returning true.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const calculator = new lessons.foundations.Calculator({
 *   after(calculator) {
 *     console.log(calculator.sum); // 0, 1, 6, 15
 *     if (calculator.sum < 3) calculator.sum *= 2;
 *     return calculator.sum > 10;
 *   },
 * });
 * console.log(calculator.run(), calculator.stoppedEarly);
 * ```
 */
export class Calculator {
  /** The sum so far. */
  sum = 0;
  /** Whether the callback ended the last run. */
  stoppedEarly = false;

  /**
   * Calculates nothing yet.
   *
   * @param callback told before and after each turn; may be left out
   */
  constructor(readonly callback: CalculatorCallback = {}) {}

  /** Adds up anew; returns the sum. */
  run(): number {
    this.sum = 0;
    this.stoppedEarly = false;
    for (let i = 0; i < 5; i++) {
      this.callback.before?.(this, i);
      this.sum += i * i;
      if (this.callback.after?.(this, i) !== true) continue;
      this.stoppedEarly = true;
      break;
    }
    return this.sum;
  }
}

/**
 * Thrown by a callback of {@linkcode miniFit} to leave the current batch, epoch or fit.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const { Cancel, miniFit } = lessons.foundations;
 * const { epoch } = miniFit(5, 3, [{
 *   before(phase, { epoch }) {
 *     if (phase === "epoch" && epoch === 2) throw new Cancel("fit");
 *   },
 * }]);
 * console.log(epoch); // 2
 * ```
 */
export class Cancel extends Error {
  /**
   * Does nothing until it is thrown.
   *
   * @param phase which one to leave
   */
  constructor(readonly phase: Phase) {
    super(`this ${phase} is over`);
  }
}

/** The phases of {@linkcode miniFit}, the innermost first. */
export type Phase = "batch" | "epoch" | "fit";

/** What {@linkcode miniFit} tells, and when. Lower orders are told first. */
export interface MiniCallback {
  /** Default: 0. */
  readonly order?: number;
  /** Told when a phase begins. */
  before?(phase: Phase, state: MiniState): void;
  /** Told when a phase has ended, also when it was left by a {@linkcode Cancel}. */
  after?(phase: Phase, state: MiniState): void;
}

/** Where a {@linkcode miniFit} stands. */
export interface MiniState {
  /** The epoch, from 0. */
  epoch: number;
  /** The batch in its epoch, from 0. */
  batch: number;
  /** What a batch does; empty here, for a callback to fill in. */
  work: () => void;
}

/**
 * The skeleton of a training loop: epochs of batches, callbacks before and after each phase, and exceptions as control flow. A
 * {@linkcode Cancel} leaves its phase from however deep inside; that phase's `after` is told, and none of those inside it. Any other error ends everything.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const { Cancel, miniFit } = lessons.foundations;
 * const seen: string[] = [];
 * miniFit(2, 3, [{
 *   before(phase, { epoch, batch }) {
 *     if (phase === "batch" && batch === 1) throw new Cancel("epoch");
 *     if (phase === "batch") seen.push(`${epoch}.${batch}`);
 *   },
 * }]);
 * console.log(seen.join(" ")); // 0.0 1.0
 * ```
 */
export function miniFit(epochs: number, batches: number, callbacks: readonly MiniCallback[]): MiniState {
  const state: MiniState = { epoch: 0, batch: 0, work: () => {} };
  const inOrder = callbacks.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const within = (phase: Phase, body: () => void) => {
    try {
      for (const callback of inOrder) callback.before?.(phase, state);
      body();
    } catch (error) {
      if (!(error instanceof Cancel && error.phase === phase)) throw error;
    }
    for (const callback of inOrder) callback.after?.(phase, state);
  };
  within("fit", () => {
    for (state.epoch = 0; state.epoch < epochs; state.epoch++) {
      within("epoch", () => {
        for (state.batch = 0; state.batch < batches; state.batch++) within("batch", () => state.work());
      });
    }
  });
  return state;
}

/**
 * A number that adds carelessly. Python lets a class say what `+` does; JavaScript does not: `+` first asks both sides for a primitive
 * (`Symbol.toPrimitive`), and adds those. So a library's own addition is a method, as `Tensor.add` is.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const one = new lessons.foundations.SloppyNumber(1), two = new lessons.foundations.SloppyNumber(2);
 * console.log(Number(one.add(two))); // about 3.01
 * console.log(Number(one) + Number(two), `${two}`); // 3 2
 * ```
 */
export class SloppyNumber {
  /**
   * The number itself is exact.
   *
   * @param value the number
   */
  constructor(readonly value: number) {}

  /** The sum, and .01. */
  add(other: SloppyNumber): SloppyNumber {
    return new SloppyNumber(this.value + other.value + 0.01);
  }

  /** Coercion: what `Number(x)`, `+x` and template strings ask for. */
  [Symbol.toPrimitive](): number {
    return this.value;
  }

  /** Inspection: what Deno's `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `SloppyNumber(${this.value})`;
  }
}
