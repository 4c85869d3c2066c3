/**
 * Forms of data that is read from files, such as tensors and checkpoints. Sweeps parse theirs with Valibot; here none is used, since whoever imports
 * the library would load the package, and a module that is imported when needed needs the permission to read it.
 */

/** Says what is wrong with a value, beginning with where (`shape.0`); undefined if nothing is. */
export type Form = (value: unknown, at?: string) => string | undefined;

const within = (at: string, name: string | number) => at === "" ? String(name) : `${at}.${name}`;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === "object" ? "an object" : String(value);
}

/** A value for which a condition holds. @param wanted what it is, in words */
export const like = (wanted: string, holds: (value: unknown) => boolean): Form => (value, at = "") =>
  holds(value) ? undefined : `${at}${at && ": "}expected ${wanted}, found ${kindOf(value)}`;

/** Anything. */
export const anything: Form = () => undefined;
/** A text. */
export const text: Form = like("a text", (value) => typeof value === "string");
/** A number, which may be NaN or infinite. */
export const number: Form = like("a number", (value) => typeof value === "number");
/** A whole number of at least 0. */
export const natural: Form = like(
  "a whole number of at least 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
/** One of these. */
export const oneOf = (values: readonly unknown[]): Form =>
  like(`one of ${values.join(", ")}`, (value) => values.includes(value));

/** Null, or what has a form. */
export const nullable = (form: Form): Form => (value, at) => value === null ? undefined : form(value, at);
/** What may be missing. */
export const optional = (form: Form): Form => (value, at) => value === undefined ? undefined : form(value, at);

/** An array, of a length if that is given. */
export const list = (item: Form, length?: number): Form => (value, at = "") => {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    return `${at}${at && ": "}expected an array${length === undefined ? "" : ` of ${length}`}, found ${kindOf(value)}`;
  }
  for (const [i, one] of value.entries()) {
    const problem = item(one, within(at, i));
    if (problem) return problem;
  }
  return undefined;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** An object whose values have one form, under any names. */
export const record = (item: Form): Form => (value, at = "") => {
  if (!isObject(value)) return like("an object", () => false)(value, at);
  for (const [name, one] of Object.entries(value)) {
    const problem = item(one, within(at, name));
    if (problem) return problem;
  }
  return undefined;
};

/** An object with these names. @param more the form of others; without it there may be none */
export const object = (items: Readonly<Record<string, Form>>, more?: Form): Form => (value, at = "") => {
  if (!isObject(value)) return like("an object", () => false)(value, at);
  for (const [name, item] of Object.entries(items)) {
    const problem = item(Object.hasOwn(value, name) ? value[name] : undefined, within(at, name));
    if (problem) return problem.replace("found undefined", "found none");
  }
  for (const [name, one] of Object.entries(value)) {
    if (Object.hasOwn(items, name)) continue;
    const problem = more ? more(one, within(at, name)) : `${within(at, name)}: nothing of that name is expected`;
    if (problem) return problem;
  }
  return undefined;
};
