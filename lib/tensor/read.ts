/** Reads that are hard to misuse. */

/** A Promise of a value on a device. Using it as if it were the value throws, and says to await. */
export type Read<T> = Promise<T>;

/** Nested arrays, as deep as the tensor has axes; a bare number for 0-d. */
export type NestedArray = number | boolean | NestedArray[];

/** How each read was asked for. */
const calls = new WeakMap<object, string>();

/** What a value has and a promise does not: asking for one of these means that the await was forgotten. */
const MISTAKES = [
  Symbol.toPrimitive, // arithmetic, comparison, templates
  Symbol.iterator,
  "toJSON",
  "length",
  "0",
  "at",
  "every",
  "filter",
  "forEach",
  "join",
  "map",
  "reduce",
  "slice",
  "some",
  "toFixed",
];

function forgotten(this: object): never {
  throw new TypeError(`Cannot use a value before it was read from the device: write await ${calls.get(this)}`);
}

/** Notebooks and unchecked scripts have no compiler that would say so. */
const readPrototype = Object.create(
  Promise.prototype,
  Object.fromEntries([
    ...MISTAKES.map((name) => [name, { get: forgotten }]),
    // A notebook's cell that ends in a read shows this error in place of a promise.
    [Symbol.for("Jupyter.display"), { value: forgotten }],
    [Symbol.for("Deno.customInspect"), {
      value(this: object): string {
        return `Promise (not awaited: write await ${calls.get(this)})`;
      },
    }],
  ]),
);

/**
 * Makes a promise throw instead of giving "[object Promise]", `undefined` or `{}` where it is used as the value it is of: in arithmetic,
 * comparisons, templates, JSON, as an array, or as the last expression of a notebook's cell.
 *
 * @param promise of the value
 * @param how the call as one writes it, such as `t.item()`
 */
export function asRead<T>(promise: Promise<T>, how: string): Read<T> {
  calls.set(promise, how);
  promise.catch(() => {}); // a read may be awaited much later: its failure is told there, and is no unhandled rejection until then
  return Object.setPrototypeOf(promise, readPrototype);
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
