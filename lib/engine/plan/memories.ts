/** Which memory steps touch, before values have their places. */
import type { Operand } from "../../device/operand.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";
import type { Draft } from "./assemble.ts";

/** Memory that something reads and writes, named by numbers: a value of the arena, or a bound slot below 0. */
export interface Touched {
  readonly reads: Set<number>;
  readonly writes: Set<number>;
}

/** Names the memory of drafted values. */
export class Memories {
  /** @param sameMemory bound slots of effects, and the slot of the source whose memory each writes to */
  constructor(readonly drafts: readonly Draft[], readonly sameMemory: ReadonlyMap<number, number>) {}

  /** The memory of a value. */
  of(value: number): number {
    const { slot } = this.drafts[value]!;
    return slot === undefined ? value : -1 - (this.sameMemory.get(slot) ?? slot);
  }

  /** The memory of several operands. */
  ofAll(operands: readonly Operand[]): Set<number> {
    return new Set(operands.map(({ value }) => this.of(value)));
  }

  /** What a step touches. */
  touchedBy(step: Step): Touched {
    return { reads: this.ofAll(stepInputs(step)), writes: this.ofAll(stepOutputs(step)) };
  }
}

/** Whether two steps must stay in their order: one writes what the other reads or writes. */
export function dependent(one: Touched, other: Touched): boolean {
  return !(one.writes.isDisjointFrom(other.reads) && one.writes.isDisjointFrom(other.writes) &&
    one.reads.isDisjointFrom(other.writes));
}
