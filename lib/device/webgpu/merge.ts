/**
 * Joins dispatches that run the same text over different tensors (an optimiser's updates of all its parameters) into one, where they
 * are independent of each other and of what lies between.
 *
 * Each step may join an earlier group of its kind by moving up to it, or by the group moving down to the step; either way no step may
 * pass another that writes what it reads or writes, or reads what it writes.
 */
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";
import { type Step, stepInputs, stepOutputs } from "../steps/mod.ts";
import { lowerStep } from "./lower/mod.ts";
import { PARAMETER_RANGE } from "./memory.ts";
import type { Dispatch, Field, MergeInfo } from "./module.ts";

/** Words of device memory: of one bound slot, or of the arena. */
interface Range {
  readonly space: number;
  readonly start: number;
  readonly end: number;
}

/** Steps with one dispatch text, or any single step. */
interface Group {
  readonly dispatches: Dispatch[];
  readonly reads: Range[];
  readonly writes: Range[];
}

const ARENA = -1;

function rangeOf(program: Program, { value, shape, strides, offset, dynamic }: Operand): Range {
  const { place, elements } = program.values[value]!;
  const space = place.kind === "bound" ? program.sameMemory?.get(place.slot) ?? place.slot : ARENA;
  const base = place.kind === "bound" ? 0 : place.offset / 4;
  if (dynamic >= 0) return { space, start: base, end: base + elements };
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
  return { space, start: base + offset, end: base + last + 1 };
}

/** What a step reads and writes. */
function rangesOf(program: Program, step: Step): { reads: Range[]; writes: Range[] } {
  const ranges = (operands: Operand[]) => operands.map((operand) => rangeOf(program, operand));
  return { reads: ranges(stepInputs(step)), writes: ranges(stepOutputs(step)) };
}

const overlap = (as: readonly Range[], bs: readonly Range[]) =>
  as.some((a) => bs.some((b) => a.space === b.space && a.start < b.end && b.start < a.end));

/** Whether the order of two groups matters. */
const conflict = (a: Group, b: Group) =>
  overlap(a.writes, b.writes) || overlap(a.writes, b.reads) || overlap(a.reads, b.writes);

const segmentWords = ({ fields }: MergeInfo) => 4 * Math.ceil(fields.length / 4);

/** Segments that one dispatch has room for. */
const capacity = (merge: MergeInfo) => Math.floor((PARAMETER_RANGE / 4 - 4) / segmentWords(merge));

/** How many groups back a partner is looked for. */
const REACH = 256;

/** The dispatches of a program, like ones merged. */
export function mergedDispatches(program: Program): Dispatch[] {
  const groups: Group[] = [];
  for (const step of program.steps) {
    const group: Group = { dispatches: lowerStep(step, program), ...rangesOf(program, step) };
    if (!joinEarlier(groups, group)) groups.push(group);
  }
  return groups.flatMap(({ dispatches }) =>
    dispatches.length > 1 && dispatches[0]!.merge ? [join(dispatches)] : dispatches
  );
}

/** Adds a group to an earlier one of its kind, if there is one in reach. */
function joinEarlier(groups: Group[], group: Group): boolean {
  const merge = group.dispatches[0]?.merge;
  if (!merge) return false;
  for (let at = groups.length - 1; at >= Math.max(0, groups.length - REACH); at--) {
    const partner = groups[at]!, other = partner.dispatches[0]?.merge;
    if (other?.code !== merge.code || partner.dispatches.length >= capacity(merge) || conflict(partner, group)) {
      continue;
    }
    const between = groups.slice(at + 1);
    const up = !between.some((middle) => conflict(middle, group));
    const down = up || !between.some((middle) => conflict(middle, partner));
    if (!down) continue;
    if (!up) groups.push(...groups.splice(at, 1)); // the partner moves down to this step
    partner.dispatches.push(...group.dispatches);
    partner.reads.push(...group.reads);
    partner.writes.push(...group.writes);
    return true;
  }
  return false;
}

/** One dispatch whose parameters list those of many. */
function join(dispatches: readonly Dispatch[]): Dispatch {
  const { code, fields: { length } } = dispatches[0]!.merge!;
  const constant = (name: string, value: number): Field => ({ name, type: "u32", source: { kind: "constant", value } });
  const fields = [constant("count", dispatches.length), ...new Array<Field>(3).fill(constant("unused", 0))];
  const padding = new Array<Field>(segmentWords(dispatches[0]!.merge!) - length).fill(constant("unused", 0));
  let workgroups = 0;
  for (const dispatch of dispatches) {
    fields.push(constant("first", workgroups), ...dispatch.merge!.fields.slice(1), ...padding);
    workgroups += dispatch.workgroups;
  }
  return { label: `${dispatches[0]!.label}, ${dispatches.length} tensors`, code, fields, workgroups, scratch: 0 };
}
