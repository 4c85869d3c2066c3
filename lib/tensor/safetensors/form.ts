/** The form of a safetensors header, as far as it can be told without the file's other bytes. */
import { list, natural, object, oneOf, record, text } from "../../device/form.ts";
import { type RawEntry, TYPES } from "./types.ts";

const entry = object({ dtype: oneOf(Object.keys(TYPES)), shape: list(natural), data_offsets: list(natural, 2) });
const texts = record(text);

/** A tensor's entry. @param fail called with what is wrong with it, and where */
export function entryOf(value: unknown, fail: (problem: string) => never): RawEntry {
  const problem = entry(value);
  return problem ? fail(`, ${problem}`) : value as RawEntry;
}

/** Texts by name. @param fail called with what is wrong */
export function textsOf(value: unknown, fail: (problem: string) => never): Readonly<Record<string, string>> {
  const problem = texts(value);
  return problem ? fail(problem) : value as Record<string, string>;
}
