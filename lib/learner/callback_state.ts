/** What callbacks remember, as it comes from a file. */
import type { Form } from "../device/form.ts";
import type { Callback, CallbackState } from "./callback.ts";

/** A callback's values, which have this form. @throws {RangeError} if they have not, saying where */
export function valuesOf<T>(cb: Callback, { values }: CallbackState, form: Form): T {
  const problem = form(values);
  if (problem) throw new RangeError(`Cannot go on with what ${cb.name} remembered: ${problem}`);
  return values as T;
}
