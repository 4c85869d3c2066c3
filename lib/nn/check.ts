/** Checks of the settings that layers are made with. */

/** Throws unless `value` is a whole number of at least `least`. */
export function checkCount(layer: string, name: string, value: unknown, least = 1): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return;
  const wanted = `a whole number of at least ${least}`;
  if (typeof value !== "number") {
    throw new TypeError(`Cannot make ${layer}: ${name} must be ${wanted}, found ${typeof value}`);
  }
  throw new RangeError(`Cannot make ${layer}: ${name} must be ${wanted}, found ${value}`);
}

/** A size along both axes of an image: one number, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/** Both numbers of a {@linkcode Pair}, checked. */
export function pair(layer: string, name: string, value: Pair, least: number): [number, number] {
  const both: readonly number[] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.length !== 2) {
    throw new TypeError(
      `Cannot make ${layer}: ${name} must be a number or [vertical, horizontal], found ${JSON.stringify(value)}`,
    );
  }
  for (const n of both) checkCount(layer, name, n, least);
  return [both[0]!, both[1]!];
}
