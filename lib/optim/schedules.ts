/** Schedules: what a rate, or another setting, is at each point of a training. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";

/** A setting's value at a position in the training, from 0 (its start) to 1 (its end). */
export type Schedule = (position: number) => number;

/**
 * Rounding of a position such as 3 · (1/3): it is past what it is nearly at.
 *
 * @internal
 */
export const NEARLY = 1e-9;

/**
 * A straight line: start + position · (end − start).
 *
 * @throws {TypeError} unless both are numbers; {@linkcode RangeError} unless they are finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * console.log(optim.schedLin(1, 2)(0.25)); // 1.25
 * ```
 */
export function schedLin(start: number, end: number): Schedule {
  checkNumbers("schedLin", { start, end });
  return (position) => start + position * (end - start);
}

/**
 * Half a cosine wave, flat at both ends: start + (1 − cos(π · position)) / 2 · (end − start).
 *
 * @throws {TypeError} unless both are numbers; {@linkcode RangeError} unless they are finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * console.log([0, 0.25, 0.5, 1].map(optim.schedCos(0, 1))); // about [ 0, 0.1464, 0.5, 1 ]
 * ```
 */
export function schedCos(start: number, end: number): Schedule {
  checkNumbers("schedCos", { start, end });
  return (position) => start + (1 - Math.cos(Math.PI * position)) / 2 * (end - start);
}

/**
 * The same factor at every step: start · (end / start)^position.
 *
 * @throws {RangeError} unless both ends are above 0
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * console.log(optim.schedExp(1, 100)(0.5)); // 10
 * ```
 */
export function schedExp(start: number, end: number): Schedule {
  checkNumbers("schedExp", { start, end });
  if (!(start > 0 && end > 0)) {
    throw new RangeError(`Cannot schedule exponentially from ${start} to ${end}: both must be above 0`);
  }
  return (position) => start * (end / start) ** position;
}

/**
 * Always `value`. (A second value, as the other schedules have, is ignored: so one can stand in for another.)
 *
 * @throws {TypeError} unless it is a number; {@linkcode RangeError} unless it is finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * console.log(optim.schedNo(0.3)(0.9)); // 0.3
 * ```
 */
export function schedNo(value: number, _end?: number): Schedule {
  checkNumbers("schedNo", { value });
  return () => value;
}

/**
 * Schedules one after the other, each stretched over its fraction of the training.
 *
 * @param shares of the training; they add up to 1
 * @param schedules as many
 * @throws {RangeError} if the shares don't add up to 1, or there are not as many schedules
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.combineScheds([0.3, 0.7], [optim.schedLin(0.6, 2), optim.schedLin(2, 0.1)]);
 * console.log([0, 0.15, 0.3, 1].map(rate)); // about [ 0.6, 1.3, 2, 0.1 ]
 * ```
 */
export function combineScheds(shares: readonly number[], schedules: readonly Schedule[]): Schedule {
  checkList("combineScheds", "shares", shares, "an array of numbers", (share) => typeof share === "number");
  checkList("combineScheds", "schedules", schedules, "an array of functions", (one) => typeof one === "function");
  if (shares.length !== schedules.length || shares.length === 0) {
    throw new RangeError(
      `Cannot combine schedules: each needs a share, found ${schedules.length} schedules and ${shares.length} shares`,
    );
  }
  const sum = shares.reduce((a, b) => a + b, 0);
  if (!(shares.every((share) => share > 0) && Math.abs(sum - 1) < 1e-6)) {
    throw new RangeError(
      `Cannot combine schedules over shares of ${shares.join(", ")}: they must be above 0 and add up to 1`,
    );
  }
  const starts = [0];
  for (const share of shares) starts.push(starts.at(-1)! + share);
  return (position) => {
    // The last one that has begun; what rounding leaves before the start or over the end of its part is its start or its end.
    const i = Math.max(0, starts.slice(0, -1).findLastIndex((start) => start <= position + NEARLY));
    return schedules[i]!(Math.min(1, Math.max(0, (position - starts[i]!) / shares[i]!)));
  };
}

/** The ends of {@linkcode oneCycle}. */
export interface OneCycleOptions {
  /** Value at the start. Default: max / 25. */
  start?: number;
  /** Value at the end. Default: max / 100,000. */
  end?: number;
  /** Fraction of the training in which the value rises. Default: 0.25. */
  pct?: number;
}

const ONE_CYCLE = optionNames<OneCycleOptions>({ start: 1, end: 1, pct: 1 });

/**
 * One cycle: up to `max` and down again, each along half a cosine (Smith, https://arxiv.org/abs/1803.09820; defaults as in fastai's
 * fit_one_cycle). For the momentum that mirrors it, give a `max` below start and end.
 *
 * @throws {RangeError} unless `pct` lies between 0 and 1
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.oneCycle(1, { start: 0.1, end: 0.01, pct: 0.3 });
 * console.log([0, 0.3, 1].map(rate)); // about [ 0.1, 1, 0.01 ]
 * const momentum = optim.oneCycle(0.85, { start: 0.95, end: 0.95 });
 * console.log(momentum(0.25)); // about 0.85
 * ```
 */
export function oneCycle(max: number, options: OneCycleOptions = {}): Schedule {
  checkOptions("oneCycle", options, ONE_CYCLE);
  checkNumbers("oneCycle", { max });
  const { start = max / 25, end = max / 1e5, pct = 0.25 } = options;
  checkNumbers("oneCycle", { max, start, end });
  if (!(pct > 0 && pct < 1)) {
    throw new RangeError(`Cannot rise for a fraction of ${pct}: pct must lie between 0 and 1`);
  }
  return combineScheds([pct, 1 - pct], [schedCos(start, max), schedCos(max, end)]);
}

/** Throws unless the arguments of a schedule are finite numbers. */
export function checkNumbers(name: string, values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== "number") {
      throw new TypeError(`Cannot make ${name}: ${key} must be a number, found ${typeof value}`);
    }
    if (!Number.isFinite(value)) throw new RangeError(`Cannot make ${name}: ${key} must be finite, found ${value}`);
  }
}
