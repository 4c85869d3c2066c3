/** Compares outcomes of a program, and shrinks a failing program to the smallest that still fails. */
import { difference } from "./golden.ts";
import { type Instruction, operands, type Program, results } from "./program.ts";
import type { Outcome } from "./run_program.ts";

/** Where two runs of a program differ, in words. `units` scales the tolerance: 1 for float32 against float64, 0 for equal bits. */
export function outcomeDifference(found: Outcome, expected: Outcome, units: number): string | undefined {
  if (found.error !== expected.error) {
    return `${found.error ? `threw ${found.error}` : "threw nothing"}, where ${
      expected.error ? `${expected.error} was expected` : "nothing was expected"
    }`;
  }
  for (const [k, reading] of expected.readings.entries()) {
    const other = found.readings[k];
    if (!other || other.variable !== reading.variable) {
      return `read v${other?.variable} where v${reading.variable} was expected`;
    }
    if (other.shape.join() !== reading.shape.join()) {
      return `v${reading.variable} has shape [${other.shape}], expected [${reading.shape}]`;
    }
    const finite = Array.from(reading.values).filter(Number.isFinite).map(Math.abs);
    const absolute = units * (2e-4 * Math.max(0, ...finite) + 1e-5 * Math.min(reading.bound, 100));
    const off = units === 0
      ? bitDifference(other.values, reading.values)
      : difference(other.values, reading.values, reading.shape, { relative: 0, absolute });
    if (off) return `v${reading.variable} (read by instruction ${reading.instruction}) ${off}`;
  }
  return undefined;
}

function bitDifference(found: ArrayLike<number>, expected: ArrayLike<number>): string | undefined {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i]) && found[i] !== expected[i]) {
      return `differs at ${i}: expected exactly ${expected[i]}, found ${found[i]}`;
    }
  }
  return found.length === expected.length ? undefined : `has ${found.length} values, expected ${expected.length}`;
}

/** The program without the instructions at `drop`, and without what depends on variables that are then undefined. */
function without(program: Program, drop: ReadonlySet<number>): Program {
  const defined = new Set<number>();
  const instructions: Instruction[] = [];
  const keep = (i: Instruction): Instruction | undefined => {
    if (i.op === "noGrad") {
      const body = i.body.map(keep).filter((inner) => inner !== undefined);
      return body.length ? { ...i, body } : undefined;
    }
    if (i.op === "read") {
      const present = i.xs.map((v, k) => [v, i.bounds[k]!] as const).filter(([v]) => defined.has(v));
      return present.length
        ? { op: "read", xs: present.map(([v]) => v), bounds: present.map(([, b]) => b) }
        : undefined;
    }
    if (!operands(i).every((v) => defined.has(v))) return undefined;
    for (const v of results(i)) defined.add(v);
    return i;
  };
  program.instructions.forEach((i, index) => {
    const kept = drop.has(index) ? undefined : keep(i);
    if (kept) instructions.push(kept);
  });
  return { ...program, instructions };
}

/** Variants of an instruction that are simpler. */
function simpler(i: Instruction): Instruction[] {
  if (i.op === "read" && i.xs.length > 1) return i.xs.map((x, k) => ({ op: "read", xs: [x], bounds: [i.bounds[k]!] }));
  if (i.op === "noGrad" && i.body.length > 1) {
    return i.body.map((_, k) => ({
      op: "noGrad",
      body: i.body.filter((__, other) => other !== k),
    }));
  }
  if (i.op === "backward" && i.loss !== "sum") return [{ ...i, loss: "sum" }];
  return [];
}

/** Drops and simplifies instructions as long as `fails` stays true. */
export async function shrink(program: Program, fails: (candidate: Program) => Promise<boolean>): Promise<Program> {
  let best = program;
  let chunk = Math.ceil(best.instructions.length / 2);
  while (chunk >= 1) {
    let smaller = false;
    for (let from = best.instructions.length - chunk; from > -chunk; from -= chunk) {
      const drop = new Set(Array.from({ length: chunk }, (_, k) => from + k).filter((k) => k >= 0));
      const candidate = without(best, drop);
      if (candidate.instructions.length < best.instructions.length && await fails(candidate)) {
        best = candidate;
        smaller = true;
        from = Math.min(from, best.instructions.length);
      }
    }
    if (!smaller) chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2);
  }
  for (let index = 0; index < best.instructions.length; index++) {
    for (const variant of simpler(best.instructions[index]!)) {
      const candidate = without({ ...best, instructions: best.instructions.with(index, variant) }, new Set());
      if (await fails(candidate)) {
        best = candidate;
        index--;
        break;
      }
    }
  }
  return best;
}
