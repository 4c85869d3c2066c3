/** The end of lowering: liveness, memory that passes from one value to the next, and the arena. */
import { byteLength, type DType, isPacked } from "../../device/dtype.ts";
import type { Operand } from "../../device/operand.ts";
import type { Place, Program, Value } from "../../device/program.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";
import { layOut } from "./arena.ts";
import { copyOperands, renameValues, sameAccess } from "./operands.ts";

/** A value before it has a place. */
export interface Draft {
  readonly dtype: DType;
  readonly elements: number;
  /** Bound slot, or undefined for the arena. */
  slot: number | undefined;
}

/**
 * The program of drafted steps: dead copies removed, values placed.
 *
 * @param sameMemory bound slots of effects, and the slot of the source whose memory each writes to
 */
export function assemble(
  steps: readonly Step[],
  drafts: readonly Draft[],
  sameMemory: ReadonlyMap<number, number>,
): Pick<Program, "values" | "steps" | "arenaBytes"> {
  const lives = new Map<number, { first: number; last: number }>();
  const touch = (operand: Operand, at: number) => {
    const life = lives.get(operand.value);
    if (life) life.last = at;
    else lives.set(operand.value, { first: at, last: at });
  };
  steps.forEach((step, at) => {
    for (const operand of stepInputs(step)) touch(operand, at);
    for (const operand of stepOutputs(step)) touch(operand, at);
  });
  const inArena = drafts.map((_, v) => v).filter((v) => drafts[v]!.slot === undefined && lives.has(v));
  // A pointwise output takes over the memory of an input that dies there and is read element by element in the same order.
  const host = new Map<number, number>();
  steps.forEach((step, at) => {
    const chain = step.kernel === "fused" ? step.epilogue : step;
    if (chain.kernel !== "pointwise") return;
    // What a product reads must last until all of it is computed; where its result lies is taken.
    const others = step.kernel === "fused" ? [step.product.output, ...stepInputs(step.product)] : [];
    for (const { operand: out } of chain.outputs) {
      if (others.some(({ value }) => value === out.value)) continue;
      if (drafts[out.value]!.slot !== undefined || lives.get(out.value)!.first !== at || host.has(out.value)) continue;
      const given = stepInputs(chain).find((input) =>
        others.every(({ value }) => value !== input.value) &&
        drafts[input.value]!.slot === undefined && lives.get(input.value)!.last === at &&
        drafts[input.value]!.elements === drafts[out.value]!.elements &&
        isPacked(drafts[input.value]!.dtype) === isPacked(drafts[out.value]!.dtype) &&
        ![...host].some(([guest, of]) => of === input.value && lives.get(guest)!.first === at) &&
        stepInputs(chain).every((other) => other.value !== input.value || sameAccess(out, other))
      );
      if (given) host.set(out.value, given.value);
    }
  });
  const hostOf = (v: number): number => host.has(v) ? hostOf(host.get(v)!) : v;
  const extended = new Map<number, { first: number; last: number }>();
  for (const v of inArena) {
    const life = lives.get(v)!, h = hostOf(v), so = extended.get(h);
    extended.set(h, so ? { first: Math.min(so.first, life.first), last: Math.max(so.last, life.last) } : { ...life });
  }
  const hosts = [...extended.keys()];
  const { offsets, bytes } = layOut(hosts.map((v) => {
    const draft = drafts[v]!;
    return { bytes: byteLength(draft.dtype, draft.elements), ...extended.get(v)! };
  }));
  const offsetOf = new Map(hosts.map((v, i) => [v, offsets[i]!]));
  const values: Value[] = drafts.map((draft, v) => {
    const place: Place = draft.slot !== undefined
      ? { kind: "bound", slot: draft.slot }
      : { kind: "arena", offset: offsetOf.get(hostOf(v)) ?? 0 };
    return { dtype: draft.dtype, elements: draft.elements, place };
  });
  // A bare copy of a value onto itself goes; what read the copy reads the original.
  const renamed = new Map<number, number>();
  const real = steps.filter((step) => {
    if (!isNoCopy(step, values, sameMemory)) return true;
    const { from, to } = copyOperands(step)!;
    renamed.set(to.value, renamed.get(from.value) ?? from.value);
    return false;
  }).map((step) => renamed.size ? renameValues(step, renamed) : step);
  return { values, steps: real, arenaBytes: bytes };
}

/** A bare copy of a value onto itself. */
function isNoCopy(step: Step, values: readonly Value[], sameMemory: ReadonlyMap<number, number>): boolean {
  const copy = copyOperands(step);
  if (!copy || !sameAccess(copy.from, copy.to)) return false;
  const from = values[copy.from.value]!, to = values[copy.to.value]!;
  if (from.elements !== to.elements || from.dtype !== to.dtype) return false;
  if (from.place.kind === "arena") return to.place.kind === "arena" && from.place.offset === to.place.offset;
  return to.place.kind === "bound" && sameMemory.get(to.place.slot) === from.place.slot;
}
