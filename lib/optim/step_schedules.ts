/** Schedules in steps, with restarts, and with a warm-up. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkFunction, checkList } from "../device/expect.ts";
import { checkNumbers, combineScheds, NEARLY, schedCos, schedLin, type Schedule } from "./schedules.ts";

/** Options of {@linkcode schedStep}. */
export interface SchedStepOptions {
  /** Share of the training between two steps: 10 of 90 epochs are 10 / 90. */
  every: number;
  /** What each step multiplies the value by. Default: 0.1. */
  gamma?: number;
}

const STEP = optionNames<SchedStepOptions>({ every: 1, gamma: 1 });

/**
 * Steps at equal distances: start · gamma^⌊position / every⌋. (PyTorch's StepLR, whose `step_size` counts epochs: `every` is its share of them all.)
 *
 * @throws {RangeError} unless `every` lies above 0, and numbers are finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.schedStep(1, { every: 10 / 30, gamma: 0.5 }); // after epochs 10 and 20 of 30
 * console.log([0, 0.3, 1 / 3, 0.9].map(rate)); // [ 1, 1, 0.5, 0.25 ]
 * ```
 */
export function schedStep(start: number, options: SchedStepOptions): Schedule {
  checkOptions("schedStep", options, STEP);
  const { every, gamma = 0.1 } = options;
  checkNumbers("schedStep", { start, every, gamma });
  if (!(every > 0)) throw new RangeError(`Cannot step every ${every}: a share of the training lies above 0`);
  return (position) => start * gamma ** Math.floor(position / every + NEARLY);
}

/** Options of {@linkcode schedMultiStep}. */
export interface SchedMultiStepOptions {
  /** Positions of the steps: epochs 60 and 80 of 90 are [60 / 90, 80 / 90]. */
  at: readonly number[];
  /** What each step multiplies the value by. Default: 0.1. */
  gamma?: number;
}

const MULTI_STEP = optionNames<SchedMultiStepOptions>({ at: 1, gamma: 1 });

/**
 * Steps at given positions: start · gamma^(how many of them were passed). (PyTorch's MultiStepLR, whose `milestones` count epochs.)
 *
 * @throws {TypeError} unless `at` is an array of numbers; {@linkcode RangeError} unless numbers are finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.schedMultiStep(1, { at: [60 / 90, 80 / 90], gamma: 0.5 });
 * console.log([0, 0.6, 0.7, 0.9].map(rate)); // [ 1, 1, 0.5, 0.25 ]
 * ```
 */
export function schedMultiStep(start: number, options: SchedMultiStepOptions): Schedule {
  checkOptions("schedMultiStep", options, MULTI_STEP);
  const { at, gamma = 0.1 } = options;
  checkNumbers("schedMultiStep", { start, gamma });
  checkList("schedMultiStep", "at", at, "an array of numbers", Number.isFinite);
  return (position) => start * gamma ** at.filter((step) => position + NEARLY >= step).length;
}

/** Options of {@linkcode schedRestarts}. */
export interface SchedRestartsOptions {
  /** How many times the value falls: 1 is half a cosine without a restart. */
  cycles: number;
  /** How many times as long each cycle is as the one before. Default: 1. */
  mult?: number;
  /** What a cycle falls to. Default: 0. */
  end?: number;
}

const RESTARTS = optionNames<SchedRestartsOptions>({ cycles: 1, mult: 1, end: 1 });

/**
 * Falls along half a cosine from `max` to `end`, and begins anew, `cycles` times in all (Loshchilov and Hutter 2016,
 * https://arxiv.org/abs/1608.03983). PyTorch's CosineAnnealingWarmRestarts, with T_mult for `mult`; its T_0 is here the length of the first
 * of cycles that fill the training.
 *
 * @throws {RangeError} unless `cycles` is a whole number from 1, `mult` above 0, and numbers are finite
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.schedRestarts(1, { cycles: 2, mult: 3 }); // a quarter of the training, then three
 * console.log([0, 0.125, 0.25, 0.625].map(rate)); // about [ 1, 0.5, 1, 0.5 ]
 * ```
 */
export function schedRestarts(max: number, options: SchedRestartsOptions): Schedule {
  checkOptions("schedRestarts", options, RESTARTS);
  const { cycles, mult = 1, end = 0 } = options;
  checkNumbers("schedRestarts", { max, cycles, mult, end });
  if (!(Number.isInteger(cycles) && cycles >= 1)) {
    throw new RangeError(`Cannot restart in ${cycles} cycles: it takes a whole number from 1`);
  }
  if (!(mult > 0)) throw new RangeError(`Cannot make each cycle ${mult} times as long: mult must be above 0`);
  const lengths = Array.from({ length: cycles }, (_, i) => mult ** i), sum = lengths.reduce((a, b) => a + b);
  return combineScheds(lengths.map((length) => length / sum), lengths.map(() => schedCos(max, end)));
}

/** Options of {@linkcode schedWarmUp}. */
export interface SchedWarmUpOptions {
  /** Share of the training that the warm-up takes: 2 of 40 epochs are 2 / 40. */
  share: number;
  /** Value at the start. Default: 0. */
  start?: number;
}

const WARM_UP = optionNames<SchedWarmUpOptions>({ share: 1, start: 1 });

/**
 * Rises along a straight line to where `schedule` begins, which fills the rest. (PyTorch's LinearLR before another, in a SequentialLR; Goyal and
 * others 2017, https://arxiv.org/abs/1706.02677.)
 *
 * @throws {RangeError} unless `share` lies between 0 and 1; {@linkcode TypeError} if the schedule is no function
 *
 * @example
 * ```ts
 * import { optim } from "./mod.ts";
 * const rate = optim.schedWarmUp(optim.schedCos(1, 0), { share: 0.2 });
 * console.log([0, 0.1, 0.2, 0.6, 1].map(rate)); // about [ 0, 0.5, 1, 0.5, 0 ]
 * ```
 */
export function schedWarmUp(schedule: Schedule, options: SchedWarmUpOptions): Schedule {
  checkOptions("schedWarmUp", options, WARM_UP);
  checkFunction("schedWarmUp", "the schedule", schedule);
  const { share, start = 0 } = options;
  checkNumbers("schedWarmUp", { share, start });
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`Cannot warm up for a share of ${share}: it must lie between 0 and 1`);
  }
  return combineScheds([share, 1 - share], [schedLin(start, schedule(0)), schedule]);
}
