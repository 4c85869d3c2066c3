/** Which steps may run image by image one after the other, so that a group of images goes through all of them before the next. */
import type { Program } from "../program.ts";
import { stepInputs, stepOutputs } from "../steps/mod.ts";
import { type Access, accessesAtOnce } from "./images.ts";

/** A step, and what it touches image by image; undefined if it does not go through images. */
export interface Joining {
  readonly step: number;
  readonly byImage: readonly Access[] | undefined;
}

/** Steps that run together: what each touches, and when. */
export interface Joined {
  readonly accesses: readonly (readonly Access[])[];
  /** Bytes of an image of each value that nobody but these steps touches, and they image by image. */
  readonly locals: ReadonlyMap<number, number>;
}

/** Knows where a program's values lie, and which steps touch them. */
export class Joiner {
  readonly #program: Program;
  /** Of each value how many steps touch it. */
  readonly #users = new Map<number, number>();

  constructor(program: Program) {
    this.#program = program;
    for (const step of program.steps) {
      for (const value of valuesOf(step)) this.#users.set(value, (this.#users.get(value) ?? 0) + 1);
    }
  }

  /** The longest beginning of a list of steps, in their order, in which none touches memory earlier, or later, than it may. */
  join(steps: readonly Joining[]): Joined {
    for (let count = steps.length;;) {
      const some = steps.slice(0, count), locals = this.#localsOf(some), accesses: (readonly Access[])[] = [];
      for (const { step, byImage } of some) {
        const of = this.#program.steps[step]!;
        const ways = byImage ? [byImage] : [accessesAtOnce(of, "before"), accessesAtOnce(of, "after")];
        const way = ways.find((way) => accesses.every((earlier) => this.#staysInOrder(earlier, way, locals)));
        if (!way) break;
        accesses.push(way);
      }
      if (accesses.length === count) return { accesses, locals };
      // Of fewer steps fewer values are local.
      count = accesses.length;
    }
  }

  #localsOf(steps: readonly Joining[]): Map<number, number> {
    const users = new Map<number, number>(), sizes = new Map<number, number>(), atOnce = new Set<number>();
    for (const { step, byImage } of steps) {
      const values = valuesOf(this.#program.steps[step]!);
      for (const value of values) {
        users.set(value, (users.get(value) ?? 0) + 1);
        if (!byImage) atOnce.add(value);
      }
      for (const { value, each } of byImage ?? []) {
        if (each === 0) atOnce.add(value);
        else sizes.set(value, 4 * each);
      }
    }
    return new Map(
      [...sizes].filter(([value]) =>
        !atOnce.has(value) && this.#program.values[value]!.place.kind === "arena" &&
        users.get(value) === this.#users.get(value)
      ),
    );
  }

  /** Whether what a step touches, and then what a later one does, remains in order for all images where both go through them. */
  #staysInOrder(earlier: readonly Access[], later: readonly Access[], locals: ReadonlyMap<number, number>): boolean {
    return earlier.every((a) =>
      a.when === "before" || later.every((b) => {
        if (!a.written && !b.written || b.when === "after" || !this.#overlap(a.value, b.value)) return true;
        if (a.when !== "within" || b.when !== "within") return false;
        // Images of local values lie elsewhere; where commands run one by one, these two remain in order.
        if (a.value !== b.value && (locals.has(a.value) || locals.has(b.value))) return true;
        return a.each > 0 && a.each === b.each && this.#beginTogether(a.value, b.value);
      })
    );
  }

  #beginTogether(a: number, b: number): boolean {
    const x = this.#program.values[a]!.place, y = this.#program.values[b]!.place;
    return a === b || (x.kind === "arena" && y.kind === "arena" && x.offset === y.offset);
  }

  #overlap(a: number, b: number): boolean {
    if (a === b) return true;
    const { values, sameMemory } = this.#program, x = values[a]!, y = values[b]!;
    if (x.place.kind === "bound" && y.place.kind === "bound") {
      const [p, q] = [x.place.slot, y.place.slot];
      return !sameMemory || (sameMemory.get(p) ?? p) === (sameMemory.get(q) ?? q);
    }
    if (x.place.kind === "bound" || y.place.kind === "bound") return false;
    return x.place.offset < y.place.offset + 4 * y.elements && y.place.offset < x.place.offset + 4 * x.elements;
  }
}

/** The values that a step touches. */
function valuesOf(step: Program["steps"][number]): Set<number> {
  return new Set([...stepInputs(step), ...stepOutputs(step)].map(({ value }) => value));
}
