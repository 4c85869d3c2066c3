/**
 * What names and identities look like, and how large things may be: what is checked where they are made, and again wherever they arrive.
 *
 * @module
 */

/** A sweep's name: it becomes part of folders, subjects and streams. */
export const SWEEP_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** The identity of a trial, a plan or code: 128 bits in hexadecimal digits. */
export const IDENTITY = /^[0-9a-f]{32}$/;

/** The name of a file that a trial keeps: no folder, no hidden file, nothing that a file system reads as something else. */
export const FILE_NAME = /^[A-Za-z0-9](?:[\w.-]{0,102}[\w-])?$/;

/** A parameter's name. */
export const PARAMETER_NAME = /^[A-Za-z_][\w-]{0,99}$/;

/** Names that every JavaScript object has a meaning for already. */
const RESERVED: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Whether something can be a parameter's name. */
export const isParameterName = (name: string): boolean => PARAMETER_NAME.test(name) && !RESERVED.includes(name);

/** Whether something can be a metric's name: a text of 1 to 200 characters without control characters. */
export function isMetricName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- they are what is refused
  return name.length >= 1 && name.length <= 200 && !/[\x00-\x1f\x7f]/.test(name) && name.isWellFormed() &&
    !RESERVED.includes(name);
}

/** What an error calls the names that {@linkcode isMetricName} takes. */
export const METRIC_NAME = `a name of 1 to 200 characters, none of them a control character, and not ${
  RESERVED.join(", ")
}`;

/** Characters of the longest text that a parameter can be, and of a distribution in words. */
export const MAX_TEXT = 10_000;

/** Characters of the longest message between processes: a record of some 180 MB. */
export const MAX_MESSAGE = 2 ** 28;

/** Characters of a Learner's checkpoint in base64: some 100 MB of it. */
export const MAX_CHECKPOINT = 2 ** 27;

/** Characters of an error that are kept. */
export const MAX_ERROR = 50_000;
