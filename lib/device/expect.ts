/**
 * What public functions say of arguments of the wrong kind. They look where values enter; a look costs a comparison or two.
 *
 * @module
 */

/** What a value is, in a few words. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return value.length > 20 ? "a long text" : JSON.stringify(value);
  if (typeof value === "function") return value.name ? `the function or class ${value.name}` : "a function";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const name: unknown = value.constructor?.name;
  return typeof name !== "string" || name === "Object" || name === "" ? "an object" : `${article(name)} ${name}`;
}

/** A value as text, for messages: as JavaScript writes it, or what it is, where it has no text, as an object of no class. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return found(value);
  }
}

/** Throws unless both ends of a part, where they are given, are numbers. */
export function checkEnds(call: string, start: unknown, end: unknown): void {
  for (const [name, value] of [["start", start], ["end", end]] as const) {
    if (value !== undefined && typeof value !== "number") throw wrongKind(call, name, "a number", value);
  }
}

const article = (name: string) => /^[AEIOU]/.test(name) ? "an" : "a";

/**
 * An error for an argument of the wrong kind.
 *
 * @param call what the user called
 * @param name the argument
 * @param wanted what it should be, with its article
 */
export function wrongKind(call: string, name: string, wanted: string, value: unknown, hint = ""): TypeError {
  return new TypeError(`Cannot run ${call}: ${name} must be ${wanted}, found ${found(value)}${hint}`);
}

/** Throws unless an argument is a function, and no class. */
export function checkFunction(call: string, name: string, value: unknown): void {
  if (typeof value !== "function" || isClass(value)) throw wrongKind(call, name, "a function", value);
}

const isClass = (value: object) => Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;

/** Throws unless an argument is an array. @param of what it holds, and a further look at each */
export function checkList(
  call: string,
  name: string,
  value: unknown,
  of = "an array",
  each: (item: unknown) => boolean = () => true,
): void {
  if (!Array.isArray(value)) throw wrongKind(call, name, of, value);
  const at = value.findIndex((item) => !each(item));
  if (at >= 0) throw new TypeError(`Cannot run ${call}: ${name} must be ${of}, found ${found(value[at])} at ${at}`);
}

/** Throws unless an argument can be iterated and is no text. */
export function checkIterable(call: string, name: string, value: unknown, of = "a list"): void {
  const iterable = typeof value === "object" && value !== null && Symbol.iterator in value &&
    typeof value[Symbol.iterator] === "function";
  if (!iterable) throw wrongKind(call, name, of, value);
}

/** Throws unless an argument is an object that has `members`. */
export function checkObject(
  call: string,
  name: string,
  value: unknown,
  of: string,
  members: readonly string[] = [],
): void {
  if (typeof value !== "object" || value === null) throw wrongKind(call, name, of, value);
  for (const member of members) {
    if (lacks(value, member)) {
      throw wrongKind(call, name, of, value, ` without ${member}`);
    }
  }
}

/**
 * Whether an object has no value under a name. A getter counts as one and is not called: reading the images of a data set that is still drawn
 * waits for all of them.
 */
function lacks(value: object, member: string): boolean {
  for (let owner: object | null = value; owner; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, member);
    if (found) return found.get === undefined && found.value === undefined;
  }
  return true;
}

/** Throws unless an argument is a text. */
export function checkText(call: string, name: string, value: unknown): void {
  if (typeof value !== "string") throw wrongKind(call, name, "a text", value);
}

/** Whether a value is an array or a typed array. */
export function isListLike(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Whether a value is a text. */
export const isText = (value: unknown): boolean => typeof value === "string";

/** Whether a value is an object, and no function. */
export const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
