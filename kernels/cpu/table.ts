// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The kernels by number. Made by `deno task kernels` of lib/device/cpu/kernels.ts: do not edit. */
import { tableIndex } from "./command";
import { pointwise } from "./pointwise";
import { reduceRows } from "./reductions_rows";
import { reduceColumns } from "./reductions_columns";
import { reduceParts } from "./reductions";
import { packPanels, packRows } from "./pack";
import { matmulRows, matmulColumns } from "./linear";
import { convolve, convolveWeights, weightParts } from "./conv";
import { softmax, logSoftmax, crossEntropy, crossEntropyGrad } from "./rows";
import { gather, scatterAdd } from "./indexing";
import { dequantizeGather } from "./bytes";
import { avgPool, avgPoolGrad } from "./pool";
import { histogram, histogramParts, statistics, statisticsParts } from "./statistics";
import { random, arange } from "./sources";
import { maxPool } from "./max_pool";
import { moments, normSums, momentsParts } from "./normalisation";

const KERNELS: StaticArray<(command: usize, chunk: i32) => void> = [
  pointwise,
  reduceRows,
  reduceColumns,
  reduceParts,
  packPanels,
  packRows,
  matmulRows,
  matmulColumns,
  convolve,
  convolveWeights,
  weightParts,
  softmax,
  logSoftmax,
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  dequantizeGather,
  avgPool,
  avgPoolGrad,
  histogram,
  histogramParts,
  random,
  arange,
  statistics,
  statisticsParts,
  maxPool,
  moments,
  normSums,
  momentsParts,
];

/** Function-table index of kernel `number`, or −1. */
export function kernel(number: i32): i32 {
  return tableIndex(KERNELS, number);
}
