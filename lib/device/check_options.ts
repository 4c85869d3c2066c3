/**
 * Options that nobody reads are refused.
 *
 * A notebook and `deno run` check no types, and a misspelt option would be an ordinary call in silence. This is the lowest file of the house
 * that all folders can import.
 *
 * @module
 */

/** The names of the options of `T`: a total record, so that the compiler tells of one that is missing. */
export type OptionNames<T> = Readonly<Record<keyof T, unknown>>;

/** The names of the options of `T`, without what every object inherits: `toString` is no option. */
export function optionNames<T>(names: OptionNames<T>): OptionNames<T> {
  return Object.freeze(Object.assign(Object.create(null), names));
}

/**
 * Throws if `options` has any that are not in `names`, or is no object of options at all, such as a stride that was given by itself.
 *
 * It runs at each call of a function: it allocates nothing unless it throws.
 *
 * @param what the function, method or class that was called, as the user wrote it
 */
export function checkOptions<T extends object>(what: string, options: T, names: OptionNames<T>): void {
  let any = false;
  for (const name in options) {
    if (!(name in names)) throw refusal(what, options, name, Object.keys(names));
    any = true;
  }
  if (!any) checkPlain(what, options, names);
}

/** A number has no options, and a tensor none that can be seen: both were meant as something else. */
function checkPlain(what: string, options: unknown, names: object): void {
  if (typeof options === "object" && options !== null) {
    const prototype: unknown = Object.getPrototypeOf(options);
    if (prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null) return;
  }
  throw notOptions(what, options, Object.keys(names));
}

function notOptions(what: string, found: unknown, names: readonly string[]): TypeError {
  return new TypeError(
    `Cannot read the options of ${what}: they are named in an object, such as { ${names[0]}: … }, found ${
      kind(found)
    }. ` +
      `Its options are ${names.join(", ")}`,
  );
}

/** What a value is, in a word or two. */
function kind(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object" || value === null) return value === null ? "null" : `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "Object" ? `a ${name}` : "an object";
}

function refusal(what: string, options: unknown, name: string, names: readonly string[]): TypeError {
  if (typeof options === "string" || Array.isArray(options)) return notOptions(what, options, names);
  // The private fields of an object of a class, such as a tensor, say nothing to who gave it for options.
  const prototype: unknown = Object.getPrototypeOf(options);
  if (
    prototype !== null && Object.getPrototypeOf(prototype) !== null &&
    !names.some((known) => Object.hasOwn(Object(options), known))
  ) {
    return notOptions(what, options, names);
  }
  const near = nearest(name, names);
  return new TypeError(
    `Cannot use option "${name.slice(0, 80)}" of ${what}: it has none of that name${
      near ? ` (did you mean ${near}?)` : ""
    }. ` +
      `Its options are ${names.join(", ")}`,
  );
}

/** The known name that `name` is likely to stand for; `undefined` if none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, "");
  let best: string | undefined, least = Infinity;
  for (const known of names) {
    const length = Math.max(name.length, known.length), most = Math.max(1, length / 2.5);
    if (length - Math.min(name.length, known.length) > most) continue; // which a name of any length may be
    const distance = editDistance(plain(name), plain(known));
    if (distance < least && distance < length && distance <= most) {
      [best, least] = [known, distance];
    }
  }
  return best;
}

/** Levenshtein's: how many letters are to be put in, taken out or changed. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
