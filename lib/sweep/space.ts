/**
 * Where a random search draws from.
 *
 * @module
 */
import { MAX_TEXT } from "./boundary/patterns.ts";
import { PlanError, type Value } from "./errors.ts";

/** Values with a chance each. Make one with {@linkcode choice}, {@linkcode uniform}, {@linkcode logUniform} or {@linkcode integer}. */
export interface Distribution<V extends Value = Value> {
  /** In words, for reports and errors. */
  readonly description: string;
  /** The value at a position from 0 to 1, every position being equally likely. */
  at(position: number): V;
}

function range(name: string, least: number, most: number, above = -Infinity): void {
  if (Number.isFinite(least) && Number.isFinite(most) && least < most && least > above) return;
  const wanted = above === -Infinity ? "two finite numbers" : "two finite numbers above 0";
  throw new PlanError(
    `Cannot draw from ${name}(${least}, ${most}): expected ${wanted}, the least first, found ${least} and ${most}`,
  );
}

/** As many digits of a range as are kept of a number. */
const DIGITS = 10;

/** A drawn number, short enough to be read and typed again; between ends that lie close together, with the digits that tell draws apart. */
function short(value: number, least: number, most: number): number {
  const nearness = Math.max(Math.abs(least), Math.abs(most)) / (most - least);
  return Number(value.toPrecision(nearness < 1e4 ? DIGITS : Math.min(17, DIGITS + Math.ceil(Math.log10(nearness)))));
}

/**
 * Numbers between two others, all equally likely. Ten digits are kept, so that a value can be read and typed again.
 *
 * @throws {PlanError} unless both are finite, the least first
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * console.log(sweep.uniform(0, 0.5).at(0.5)); // 0.25
 * ```
 */
export function uniform(least: number, most: number): Distribution<number> {
  range("uniform", least, most);
  return {
    description: `uniform from ${least} to ${most}`,
    at: (position) => short(least + position * (most - least), least, most),
  };
}

/**
 * Numbers whose logarithm is uniform: as many between 0.001 and 0.01 as between 0.01 and 0.1. For learning rates.
 *
 * @throws {PlanError} unless both are finite and above 0, the least first
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * console.log(sweep.logUniform(1e-3, 1e-1).at(0.5)); // 0.01
 * ```
 */
export function logUniform(least: number, most: number): Distribution<number> {
  range("logUniform", least, most, 0);
  return {
    description: `log-uniform from ${least} to ${most}`,
    at: (position) => short(least * (most / least) ** position, least, most),
  };
}

/**
 * Whole numbers from `least` to `most`, both included.
 *
 * @throws {PlanError} unless both are whole, the least first
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * console.log(sweep.integer(1, 4).at(0.99)); // 4
 * ```
 */
export function integer(least: number, most: number): Distribution<number> {
  range("integer", least, most);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most)) {
    throw new PlanError(
      `Cannot draw from integer(${least}, ${most}): expected whole numbers, found ${least} and ${most}`,
    );
  }
  return {
    description: `whole number from ${least} to ${most}`,
    at: (position) => Math.min(most, least + Math.floor(position * (most - least + 1))),
  };
}

/** A description that is as long as a plan's may be: of very many values, or long ones, the beginning. */
const clipped = (text: string) => text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;

/**
 * One of several values, all equally likely.
 *
 * @throws {PlanError} for no values
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * console.log(sweep.choice(["relu", "tanh"]).at(0.2)); // relu
 * ```
 */
export function choice<const V extends Value>(values: readonly V[]): Distribution<V> {
  if (values.length === 0) throw new PlanError("Cannot draw from choice([]): expected at least one value, found none");
  return {
    description: clipped(`one of ${values.join(", ")}`),
    at: (position) => values[Math.min(values.length - 1, Math.floor(position * values.length))]!,
  };
}
