/**
 * One dispatch over several tensors: its parameters are a list of segments, each with its own workgroups, and a workgroup looks up the segment
 * that it belongs to.
 */
import { PARAMETER_RANGE } from "./memory.ts";
import { type Dispatch, type Field, type Fields, type MergeInfo, type ModuleParts, moduleText } from "./module.ts";

const segmentWords = (fields: readonly Field[]) => 4 * Math.ceil(fields.length / 4);

/** Segments that one dispatch has room for. */
export const capacity = (fields: readonly Field[]) => Math.floor((PARAMETER_RANGE / 4 - 4) / segmentWords(fields));

/**
 * How a dispatch can be a segment of a larger one.
 * @param module its text calls `segmentOf`
 * @param fields the first is its first workgroup, of which {@linkcode join} takes care
 */
export function segmented(module: Omit<ModuleParts, "fields" | "segments">, fields: Fields): MergeInfo {
  const { list } = fields;
  return { code: moduleText({ ...module, fields: list, segments: capacity(list) }), fields: list };
}

/** One dispatch whose parameters list those of many that merge. */
export function join(dispatches: readonly Dispatch[]): Dispatch {
  const { code, fields: own } = dispatches[0]!.merge!;
  const constant = (name: string, value: number): Field => ({ name, type: "u32", source: { kind: "constant", value } });
  const fields = [constant("count", dispatches.length), ...new Array<Field>(3).fill(constant("unused", 0))];
  const padding = new Array<Field>(segmentWords(own) - own.length).fill(constant("unused", 0));
  let workgroups = 0;
  for (const dispatch of dispatches) {
    fields.push(constant("first", workgroups), ...dispatch.merge!.fields.slice(1), ...padding);
    workgroups += dispatch.workgroups;
  }
  const many = dispatches.length > 1 ? `, ${dispatches.length} tensors` : "";
  const scratch = Math.max(...dispatches.map((dispatch) => dispatch.scratch));
  const { label, beside } = dispatches[0]!;
  const besides = beside ? { beside: { ...beside, inWords: undefined } } : {};
  return { label: `${label}${many}`, code, fields, workgroups, scratch, ...besides };
}
