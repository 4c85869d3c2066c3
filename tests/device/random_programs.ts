/** Random programs: a single step of any kernel, or one of the special kinds. */
import { type Kernel, KERNEL_NAMES } from "../../lib/device/steps/mod.ts";
import { GENERATORS } from "../ops/mod.ts";
import { specialProgram } from "../ops/special_values.ts";
import { type Case, Choices, numel, ProgramBuilder } from "./programs.ts";
import { randomSequence } from "./random_sequences.ts";

/**
 * A kernel's name: a single random step of it. `sequence`: many steps that share an arena. `special`: every pointwise operation at
 * special values.
 */
export type ProgramKind = Kernel | "sequence" | "special";

/** What {@linkcode randomProgram} can make. */
export const PROGRAM_KINDS: readonly ProgramKind[] = [...KERNEL_NAMES, "sequence", "special"];

/** A number that goes by the name alone, so that a new kernel does not change the programs of the others. */
function hashOf(kind: ProgramKind): number {
  return [...kind].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0) >>> 0, 0);
}

/** The random program of one kind and seed. */
export function randomProgram(kind: ProgramKind, seed: number): Case {
  const builder = new ProgramBuilder();
  const choices = new Choices(seed * 7919 + hashOf(kind));
  const generate = kind === "sequence" ? randomSequence : kind === "special" ? specialProgram : GENERATORS[kind];
  const label = generate(builder, choices);
  const size = builder.steps.map((step) => "output" in step ? numel(step.output.shape) : 0).reduce((a, b) => a + b, 0);
  return builder.build(`${kind} #${seed}: ${label}${size ? ` (${size} results)` : ""}`, kind === "sequence");
}
