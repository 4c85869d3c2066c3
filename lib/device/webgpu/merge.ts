/**
 * Joins dispatches that run the same text over different tensors (an optimiser's updates of all its parameters, the sums of the parts of all
 * weight gradients) into one, where they are independent of each other and of what lies between.
 *
 * Each may join an earlier group of its kind by moving up to it, or by the group moving down to it; either way none may pass another that
 * writes what it reads or writes, or reads what it writes. The dispatches of a step move together, unless they say what each of them reads and
 * writes: then what one leaves in scratch memory for another has a place of its own.
 */
import type { Program } from "../program.ts";
import { bundle, canBundle } from "./bundle.ts";
import { unitsOf } from "./lower/units.ts";
import type { Dispatch, Field } from "./module.ts";
import { conflict, type Range, rangesOf, scratchSpace } from "./ranges.ts";
import { capacity, join } from "./segments.ts";

/** Dispatches that stay together: several with one text, or those of a step; and the words that they read and write, scratch memory included. */
export interface Group {
  readonly dispatches: Dispatch[];
  /** Whether they are independent of each other, and run as one. */
  readonly bundle?: boolean;
  readonly reads: Range[];
  readonly writes: Range[];
}

/** How many groups back a partner is looked for. */
const REACH = 256;

/**
 * The dispatches of a program, like ones merged, in groups.
 * @param inWords whether to take those over a heap of words, where there are such
 */
export function mergedGroups(program: Program, inWords = false): Group[] {
  const groups: Group[] = [];
  for (const group of groupsOf(program, inWords)) {
    if (!joinEarlier(groups, group)) groups.push(group);
  }
  return bundled(groups.map((group) => {
    const { dispatches } = group;
    return dispatches.length > 1 && dispatches[0]!.merge ? { ...group, dispatches: [join(dispatches)] } : group;
  }));
}

/** Groups of which those that are independent of each other, and of what lies between, are one dispatch. */
function bundled(groups: readonly Group[]): Group[] {
  const bundles: Group[] = [];
  for (const group of groups) {
    const at = isSingle(group) ? partnerOf(bundles, group) : -1;
    if (at < 0) {
      bundles.push({ ...group });
      continue;
    }
    const partner = bundles[at]!, between = bundles.slice(at + 1);
    const down = between.some((middle) => conflict(middle, group));
    bundles[at] = {
      dispatches: inOneHeap([...partner.dispatches, ...group.dispatches])!,
      bundle: true,
      reads: [...partner.reads, ...group.reads],
      writes: [...partner.writes, ...group.writes],
    };
    if (down) bundles.push(...bundles.splice(at, 1));
  }
  return bundles.map((group) => group.bundle ? { ...group, dispatches: [bundle(group.dispatches)] } : group);
}

/** Dispatches that share scratch memory with those of other steps may not run beside them. */
const isSingle = ({ dispatches, bundle }: Group) =>
  bundle || (dispatches.length === 1 && (dispatches[0]!.scratch === 0 || dispatches[0]!.access !== undefined));

/** An earlier group that a group may share a dispatch with: the first that it can move up to, or else the last that can move down to it. */
function partnerOf(bundles: readonly Group[], group: Group): number {
  const fits = (partner: Group, at: number) =>
    at >= bundles.length - REACH && isSingle(partner) && !conflict(partner, group) &&
    inOneHeap([...partner.dispatches, ...group.dispatches]) !== undefined;
  // What it must come after.
  const before = bundles.findLastIndex((other) => conflict(other, group));
  const up = bundles.findIndex((partner, at) => at > before && fits(partner, at));
  if (up >= 0) return up;
  return bundles.findLastIndex((partner, at) =>
    fits(partner, at) && !bundles.slice(at + 1).some((middle) => conflict(middle, partner))
  );
}

/** Dispatches that can be a bundle, in words if they view the heap in different ways; undefined for others. */
function inOneHeap(dispatches: readonly Dispatch[]): Dispatch[] | undefined {
  const same = dispatches.every(({ beside }) => beside?.heap === dispatches[0]!.beside?.heap);
  const list = same ? [...dispatches] : dispatches.map((dispatch) => dispatch.beside?.inWords?.() ?? dispatch);
  return canBundle(list) ? list : undefined;
}

/** The dispatches of a program, like ones merged. */
export const mergedDispatches = (program: Program, inWords?: boolean): Dispatch[] =>
  mergedGroups(program, inWords).flatMap(({ dispatches }) => dispatches);

/** The dispatches of each unit of work, and what they read and write: all in one group, or each in its own. */
function groupsOf(program: Program, inWords: boolean): Group[] {
  const chosen = (dispatch: Dispatch) => inWords && dispatch.beside?.inWords ? dispatch.beside.inWords() : dispatch;
  const units = unitsOf(program).map((unit) => ({ ...unit, dispatches: unit.dispatches.map(chosen) }));
  const apart = (dispatches: readonly Dispatch[]) => dispatches.every(({ access }) => access);
  const wordsOf = (dispatches: readonly Dispatch[]) => Math.max(0, ...dispatches.map(({ scratch }) => scratch));
  // Units that stay together use the same scratch memory, one after the other.
  let free = Math.max(0, ...units.map(({ dispatches }) => apart(dispatches) ? 0 : wordsOf(dispatches)));
  return units.flatMap(({ dispatches, reads, writes }, at): Group[] => {
    if (!apart(dispatches)) return [{ dispatches: [...dispatches], reads: [...reads], writes: [...writes] }];
    const start = Math.ceil(free / 64) * 64, words = wordsOf(dispatches);
    free = start + words;
    const scratch = { space: scratchSpace(at), start: 0, end: words };
    return dispatches.map((dispatch) => {
      const { reads, writes, scratch: use } = dispatch.access!;
      return {
        dispatches: [withScratchAt(dispatch, start)],
        reads: use === "takes" ? [...rangesOf(program, reads), scratch] : rangesOf(program, reads),
        writes: use === "leaves" ? [...rangesOf(program, writes), scratch] : rangesOf(program, writes),
      };
    });
  });
}

/** A dispatch whose scratch memory begins at another word. */
function withScratchAt(dispatch: Dispatch, start: number): Dispatch {
  const moved = (fields: readonly Field[]) =>
    fields.map((field): Field =>
      field.source.kind === "scratch"
        ? { ...field, source: { kind: "scratch", offset: start + field.source.offset } }
        : field
    );
  const { merge, scratch, beside } = dispatch, inWords = beside?.inWords;
  return {
    ...dispatch,
    fields: moved(dispatch.fields),
    scratch: start + scratch,
    ...(merge ? { merge: { ...merge, fields: moved(merge.fields) } } : {}),
    ...(inWords ? { beside: { ...beside, inWords: () => withScratchAt(inWords(), start) } } : {}),
  };
}

/** Adds a group to an earlier one of its kind, if there is one in reach. */
function joinEarlier(groups: Group[], group: Group): boolean {
  const merge = group.dispatches[0]?.merge;
  if (!merge) return false;
  for (let at = groups.length - 1; at >= Math.max(0, groups.length - REACH); at--) {
    const partner = groups[at]!, other = partner.dispatches[0]?.merge;
    if (
      other?.code !== merge.code || partner.dispatches.length >= capacity(merge.fields) || conflict(partner, group)
    ) {
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
