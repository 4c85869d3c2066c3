/** Reads that are hard to misuse. */

/** A Promise of a value on a device. Using it as if it were the value throws, and says to await. */
export type Read<T> = Promise<T>;

/** Nested arrays, as deep as the tensor has axes; a bare number for 0-d. */
export type NestedArray = number | boolean | NestedArray[];

/** Marks a promise so that `a + b`, `${a}` and the like throw instead of giving "[object Promise]". */
export function asRead<T>(promise: Promise<T>, how: string): Read<T> {
  Object.defineProperty(promise, Symbol.toPrimitive, {
    value: () => {
      throw new TypeError(`Cannot use a value before it was read from the device: write await ${how}`);
    },
  });
  return promise;
}

/** Nests flat row-major data by `shape`. */
export function nest(
  data: ArrayLike<number>,
  shape: readonly number[],
  convert: (x: number) => number | boolean,
): NestedArray {
  let at = 0;
  const level = (axis: number): NestedArray => {
    if (axis === shape.length) return convert(data[at++]!);
    return Array.from({ length: shape[axis]! }, () => level(axis + 1));
  };
  return level(0);
}
