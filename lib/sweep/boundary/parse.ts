/**
 * Parsing what comes from outside: a value either has the form that was asked for, or an error says where it has not.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import { printable } from "../errors.ts";

/** Something that crossed a boundary does not have the form that it should have. */
export class FormError extends TypeError {
  override name = "FormError";
}

const short = (text: string) => printable(text.length > 120 ? `${text.slice(0, 120)}…` : text);

/**
 * A value in the form that a schema asks for.
 *
 * @param what the value, as an error calls it
 * @throws {FormError} with the first place at which it has another form
 */
export function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  // Checks of our own say in their message what they want.
  const wanted = (issue.type === "custom" ? undefined : issue.expected) ?? issue.message;
  throw new FormError(
    `Cannot use ${short(what)}: ${path === null ? "" : `${short(path)}: `}expected ${short(wanted)}, found ${
      short(issue.received)
    }`,
  );
}

/**
 * Parses a text as JSON, in the form that a schema asks for.
 *
 * @throws {FormError} when it is no JSON, or has another form
 */
export function parseJson<T>(schema: v.GenericSchema<unknown, T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormError(
      `Cannot use ${short(what)}: expected JSON, found ${short(text)} (${error instanceof Error ? error.message : ""})`,
      { cause: error },
    );
  }
  return parse(schema, value, what);
}

/** As {@linkcode parseJson}, of a text in UTF-8. */
export function parseBytes<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array, what: string): T {
  return parseJson(schema, new TextDecoder().decode(bytes), what);
}
