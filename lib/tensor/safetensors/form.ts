/** The form of a safetensors header, as far as it can be told without the file's other bytes. */
import * as v from "npm:valibot@1";
import { type RawEntry, type TypeName, TYPES } from "./types.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entry: v.GenericSchema<unknown, RawEntry> = v.strictObject({
  dtype: v.picklist(Object.keys(TYPES) as TypeName[]),
  shape: v.array(size),
  data_offsets: v.tuple([size, size]),
});
const texts = v.record(v.string(), v.string());

/** A tensor's entry. @param fail called with what is wrong with it, and where */
export function entryOf(value: unknown, fail: (problem: string) => never): RawEntry {
  const { success, output, issues } = v.safeParse(entry, value, { abortEarly: true });
  if (success) return output;
  const [issue] = issues, path = v.getDotPath(issue);
  return fail(`${path ? `, ${path}` : ""}: ${issue.message}`);
}

/** Texts by name. @param fail called with what is wrong */
export function textsOf(value: unknown, fail: (problem: string) => never): Readonly<Record<string, string>> {
  const { success, output, issues } = v.safeParse(texts, value, { abortEarly: true });
  return success ? output : fail(issues[0].message.toLowerCase());
}
