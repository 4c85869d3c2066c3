/**
 * What can be wrong with a sweep, and the values that parameters take.
 *
 * @module
 */

/** What a parameter can be: what JSON writes as one word. */
export type Value = string | number | boolean | null;

/** A plan that cannot be run: the message names the key. */
export class PlanError extends RangeError {
  /** What `String(error)` begins with. */
  override name = "PlanError";
}

/** A sweep's folder that cannot be used as asked, and what to do. */
export class StoreError extends Error {
  /** What `String(error)` begins with. */
  override name = "StoreError";
}

/** A sweep's folder was made by another plan or by other code, and nobody said what to do. */
export class ChangedError extends StoreError {
  /** What `String(error)` begins with. */
  override name = "ChangedError";
}

/** What to say of something that will not be turned into a text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `something of type ${typeof value} that cannot be shown`;
  }
}

/** The message of whatever was thrown; also of what throws when it is looked at. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return textOf(error.message);
  } catch { // a proxy may do anything
  }
  return textOf(error);
}

/** The stack of an error, and the message of anything else that was thrown. */
export function stackOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.stack === "string" && error.stack !== "") return error.stack;
  } catch { // as above
  }
  return messageOf(error);
}

// Line breaks and tabs are left; escape sequences, and marks that turn the direction of writing, are not.
// deno-lint-ignore no-control-regex -- they are what is looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that does nothing to the terminal it is shown on: control characters are written as `\x1b`. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
