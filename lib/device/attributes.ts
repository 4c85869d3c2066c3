/**
 * Attributes: the fixed settings of an operation or a kernel, such as a convolution's stride. They are part of a plan's identity, so each
 * object of them carries its `key`: every field as whole numbers. Numbers that vary from step to step are no attributes.
 *
 * {@linkcode attributes} makes a maker from a schema, and the maker is the only way to such an object: a field cannot be left out of the key.
 * Making one costs about 50 ns, so that whoever records often makes it once and keeps it (as layers do), or has a subclass of
 * {@linkcode Attributes} written out, as the reduced axes have.
 */

/** Settings of an operation or a kernel. Two objects with equal keys mean the same. */
export abstract class Attributes {
  /** Tells attributes from other objects with a `key`; not there at run time. */
  declare protected readonly made: true;
  /** All fields as whole numbers. */
  abstract readonly key: readonly number[];
}

class Made extends Attributes {
  constructor(readonly key: readonly number[]) {
    super();
  }
}

/** No settings: what most operations have. */
export const NONE: Attributes = new Made([]);

/** How a field's value becomes whole numbers of a key. */
export interface Kind<T> {
  write(key: number[], value: T): void;
}

/** A whole number. */
export const int: Kind<number> = { write: (key, value) => void key.push(value) };

/** Yes or no. */
export const flag: Kind<boolean> = { write: (key, value) => void key.push(value ? 1 : 0) };

/** Two whole numbers: vertical, horizontal. */
export const pair: Kind<readonly [number, number]> = { write: (key, value) => void key.push(value[0], value[1]) };

/** Any number of whole numbers. */
export const ints: Kind<readonly number[]> = { write: (key, value) => void key.push(value.length, ...value) };

/** One of several names. */
export function choice<const T extends string>(...names: readonly T[]): Kind<T> {
  return { write: (key, value) => void key.push(names.indexOf(value)) };
}

/** Names and kinds of the fields. */
export type Schema = { readonly [field: string]: Kind<unknown> };

/** The fields that a schema describes. */
export type Values<S extends Schema> = { readonly [F in keyof S]: S[F] extends Kind<infer T> ? T : never };

/** Attributes of a schema. */
export type Of<S extends Schema> = Attributes & Values<S>;

/** Makes attributes out of all their fields. */
export type Maker<A extends Attributes> = (values: Omit<A, keyof Attributes>) => A;

/**
 * The maker of a schema's attributes.
 *
 * The interface of what it makes is best written down by name, `interface Pooling extends Of<typeof schema> {}`, so that messages show that name.
 */
export function attributes<S extends Schema>(schema: S): (values: Values<S>) => Of<S> {
  const fields = Object.entries(schema);
  return (values) => {
    const key: number[] = [];
    for (const [name, kind] of fields) kind.write(key, values[name]);
    return Object.assign(new Made(key), values);
  };
}
