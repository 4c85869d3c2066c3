/** The table of reference kernels. */
import type { Step } from "../program.ts";
import { arange, histogram, random, statistics } from "./fill.ts";
import { gather, scatterAdd, takeBytes } from "./indexing.ts";
import { conv2d, conv2dInputGrad, conv2dWeightGrad, matmul } from "./linear.ts";
import { maxPool2d, maxPool2dGrad } from "./max_pool.ts";
import type { Memory } from "./memory.ts";
import { moments, normSums } from "./moments.ts";
import { own } from "./own.ts";
import { pointwise } from "./pointwise.ts";
import { avgPool2d, avgPool2dGrad } from "./pool.ts";
import { reduce } from "./reduce.ts";
import { crossEntropy, crossEntropyGrad, softmax } from "./rows.ts";

/** Name of a kernel. */
export type Kernel = Step["kernel"];

/** The step type that names kernel `K`, among others perhaps. */
export type StepOf<K extends Kernel, S = Step> = S extends { readonly kernel: infer U } ? K extends U ? S : never
  : never;

/** Exhaustive: a kernel without an implementation does not compile. */
const KERNELS: { readonly [K in Kernel]: (step: StepOf<K>, memory: Memory) => void } = {
  pointwise,
  reduce,
  matmul,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  softmax,
  logSoftmax: softmax,
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d,
  avgPool2dGrad,
  maxPool2d,
  maxPool2dIndices: maxPool2d,
  maxPool2dGrad,
  histogram,
  statistics,
  moments,
  normSums,
  random,
  arange,
  own,
};

/** All kernel names. */
export const KERNEL_NAMES = Object.keys(KERNELS) as Kernel[];

/** Runs one step. */
export function runStep(step: Step, memory: Memory): void {
  (KERNELS[step.kernel] as (step: Step, memory: Memory) => void)(step, memory);
}
