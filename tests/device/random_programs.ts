/** Random programs: a single step of any kernel, or one of the special kinds. */
import { type Kernel, KERNEL_NAMES } from "../../lib/device/reference/kernels.ts";
import type { Generator } from "./generator.ts";
import { type Case, Choices, numel, ProgramBuilder } from "./programs.ts";
import { histogram, statistics } from "./random_counts.ts";
import { arange, random } from "./random_fill.ts";
import { gather, scatterAdd, takeBytes } from "./random_indexed.ts";
import { own } from "./random_own.ts";
import { randomPointwise } from "./random_pointwise.ts";
import { maxPool, pool } from "./random_pools.ts";
import { conv, matmul } from "./random_products.ts";
import { moments, normSums, reduce } from "./random_reductions.ts";
import { crossEntropy, crossEntropyGrad, softmax } from "./random_rows.ts";
import { randomSequence } from "./random_sequences.ts";
import { specialProgram } from "./special_programs.ts";

const GENERATORS: { readonly [K in Kernel]: Generator } = {
  pointwise: randomPointwise,
  reduce,
  matmul,
  conv2d: conv("conv2d"),
  conv2dInputGrad: conv("conv2dInputGrad"),
  conv2dWeightGrad: conv("conv2dWeightGrad"),
  softmax: softmax("softmax"),
  logSoftmax: softmax("logSoftmax"),
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d: pool("avgPool2d"),
  avgPool2dGrad: pool("avgPool2dGrad"),
  maxPool2d: maxPool("maxPool2d"),
  maxPool2dIndices: maxPool("maxPool2dIndices"),
  maxPool2dGrad: maxPool("maxPool2dGrad"),
  histogram,
  statistics,
  moments,
  normSums,
  random,
  arange,
  own,
};

/**
 * A kernel's name: a single random step of it. `sequence`: many steps that share an arena. `special`: every pointwise operation at
 * special values.
 */
export type ProgramKind = Kernel | "sequence" | "special";

/** What {@linkcode randomProgram} can make. */
export const PROGRAM_KINDS: readonly ProgramKind[] = [...KERNEL_NAMES, "sequence", "special"];

/** The random program of one kind and seed. */
export function randomProgram(kind: ProgramKind, seed: number): Case {
  const builder = new ProgramBuilder();
  // Neighbouring seeds of neighbouring kinds shall not make the same choices.
  const choices = new Choices(seed * 7919 + PROGRAM_KINDS.indexOf(kind) * 104_729);
  const generator = kind === "sequence" ? randomSequence : kind === "special" ? specialProgram : GENERATORS[kind];
  const label = generator(builder, choices);
  const size = builder.steps.map((step) => "output" in step ? numel(step.output.shape) : 0).reduce((a, b) => a + b, 0);
  return builder.build(`${kind} #${seed}: ${label}${size ? ` (${size} results)` : ""}`, kind === "sequence");
}
