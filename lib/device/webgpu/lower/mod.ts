/** From the steps of a program to dispatches. */
import type { Program, Step } from "../../program.ts";
import type { Dispatch } from "../module.ts";
import { lowerPointwise } from "../pointwise_codegen.ts";
import { lowerArange, lowerRandom } from "./fill.ts";
import { lowerConv, lowerMatmul } from "./gemm.ts";
import { lowerMaxPool } from "./max_pool.ts";
import { lowerMoments, lowerNormSums } from "./moments.ts";
import { lowerOwn } from "./own.ts";
import { lowerGather, lowerScatterAdd, lowerTakeBytes } from "./pick.ts";
import { lowerPool } from "./pool.ts";
import { lowerReduce } from "./reduce.ts";
import { lowerCrossEntropy, lowerCrossEntropyGrad, lowerSoftmax } from "./rows.ts";
import { lowerHistogram, lowerStatistics } from "./statistics.ts";

/** Exhaustive: a kernel without a lowering does not compile. */
const LOWERINGS: {
  readonly [K in Step["kernel"]]: (step: Extract<Step, { kernel: K }>, program: Program) => Dispatch[];
} = {
  pointwise: lowerPointwise,
  reduce: lowerReduce,
  matmul: lowerMatmul,
  conv2d: lowerConv,
  conv2dInputGrad: lowerConv,
  conv2dWeightGrad: lowerConv,
  softmax: lowerSoftmax,
  logSoftmax: lowerSoftmax,
  crossEntropy: lowerCrossEntropy,
  crossEntropyGrad: lowerCrossEntropyGrad,
  gather: lowerGather,
  scatterAdd: lowerScatterAdd,
  takeBytes: lowerTakeBytes,
  avgPool2d: lowerPool,
  avgPool2dGrad: lowerPool,
  maxPool2d: lowerMaxPool,
  maxPool2dIndices: lowerMaxPool,
  maxPool2dGrad: lowerMaxPool,
  histogram: lowerHistogram,
  statistics: lowerStatistics,
  moments: lowerMoments,
  normSums: lowerNormSums,
  random: lowerRandom,
  arange: lowerArange,
  own: lowerOwn,
};

/** The dispatches of one step, in order. */
export function lowerStep(step: Step, program: Program): Dispatch[] {
  return (LOWERINGS[step.kernel] as (step: Step, program: Program) => Dispatch[])(step, program);
}
