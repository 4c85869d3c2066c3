/** Which words of device memory steps read and write: whether their order matters. */
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";
import { type Step, stepInputs, stepOutputs } from "../steps/mod.ts";

/** Words of device memory: of one bound slot, of the arena, or of a step's scratch memory. */
export interface Range {
  readonly space: number;
  readonly start: number;
  readonly end: number;
}

/** What something reads and writes. */
export interface Uses {
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
}

const ARENA = -1;

/** The scratch memory of a step, by its number. */
export const scratchSpace = (step: number) => -2 - step;

function rangeOf(program: Program, { value, shape, strides, offset, dynamic }: Operand): Range {
  const { place, dtype, elements } = program.values[value]!, perWord = dtype === "float16" ? 2 : 1; // bytes, which are only read, count as words
  const space = place.kind === "bound" ? program.sameMemory?.get(place.slot) ?? place.slot : ARENA;
  const base = place.kind === "bound" ? 0 : place.offset / 4;
  if (dynamic >= 0) return { space, start: base, end: base + Math.ceil(elements / perWord) };
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
  return { space, start: base + Math.floor(offset / perWord), end: base + Math.ceil((last + 1) / perWord) };
}

/** The words of some operands. */
export const rangesOf = (program: Program, operands: readonly Operand[]): Range[] =>
  operands.map((operand) => rangeOf(program, operand));

/** What a step reads and writes. */
export const usesOf = (program: Program, step: Step): Uses => ({
  reads: rangesOf(program, stepInputs(step)),
  writes: rangesOf(program, stepOutputs(step)),
});

const overlap = (as: readonly Range[], bs: readonly Range[]) =>
  as.some((a) => bs.some((b) => a.space === b.space && a.start < b.end && b.start < a.end));

/** Whether the order of two matters. */
export const conflict = (a: Uses, b: Uses) =>
  overlap(a.writes, b.writes) || overlap(a.writes, b.reads) || overlap(a.reads, b.writes);
