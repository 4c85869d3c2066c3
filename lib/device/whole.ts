/** The one check of sizes, axes, strides, paddings and counts: whole numbers in range. */

/** Kernels count in 32 bits, and so do the keys of plans: a greater number would be taken for another one. */
export const MOST = 2 ** 31 - 1;

/** Whether `value` is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least = 0, most = MOST): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** What messages call something that is no number. */
export function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
}

/**
 * Throws unless `value` is a whole number from `least` to `most`.
 *
 * @param attempt what is refused otherwise, such as "make Linear"
 * @param name what the number is
 * @returns the number
 * @throws {TypeError} for what is no number; {@linkcode RangeError} for another number
 */
export function whole(attempt: string, name: string, value: unknown, least = 0, most = MOST): number {
  if (isWhole(value, least, most)) return value;
  const wanted = most === MOST && !(typeof value === "number" && value > MOST)
    ? `a whole number of at least ${least}`
    : `a whole number from ${least} to ${most}`;
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${attempt}: ${name} must be ${wanted}, found ${kindOf(value)}`);
  }
  throw new RangeError(`Cannot ${attempt}: ${name} must be ${wanted}, found ${value}`);
}
