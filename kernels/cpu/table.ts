// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The kernels by number. Made by `deno task kernels` of lib/device/cpu/kernels.ts: do not edit. */
import { tableIndex } from "./command";
import { dequantizeGather } from "./bytes";
import { convolve, convolveWeights, weightParts } from "./conv";
import { convolveOneChannel } from "./conv_one_channel";
import { series } from "./control";
import { depthwise, depthwiseWeights } from "./depthwise";
import { half, widen } from "./halves";
import { gather, scatterAdd } from "./indexing";
import { matmulRows, matmulColumns } from "./linear";
import { maxPool } from "./max_pool";
import { moments, normSums, momentsParts } from "./normalisation";
import { packPanels, packRows, packStrips } from "./pack";
import { packHalves } from "./pack_halves";
import { pointwise } from "./pointwise";
import { avgPool, avgPoolGrad } from "./pool";
import { reduceParts } from "./reductions";
import { reduceRows } from "./reductions_rows";
import { reduceColumns } from "./reductions_columns";
import { cumsum } from "./reductions_cumsum";
import { anyOther } from "./reductions_other";
import { softmax, logSoftmax, crossEntropy, crossEntropyGrad, crossEntropyBoth } from "./rows";
import { argsort } from "./sorting";
import { random, randint, arange } from "./sources";
import { histogram, histogramParts } from "./histogram";
import { statistics, statisticsParts } from "./statistics";
import { weightTiles } from "./weight_tiles";
import { winograd, winogradWeights } from "./winograd";
import { winogradGrad, winogradParts } from "./winograd_grad";

const KERNELS: StaticArray<(command: usize, chunk: i32) => void> = [
  dequantizeGather,
  convolve,
  convolveWeights,
  weightParts,
  convolveOneChannel,
  series,
  depthwise,
  depthwiseWeights,
  half,
  widen,
  gather,
  scatterAdd,
  matmulRows,
  matmulColumns,
  maxPool,
  moments,
  normSums,
  momentsParts,
  packPanels,
  packRows,
  packStrips,
  packHalves,
  pointwise,
  avgPool,
  avgPoolGrad,
  reduceParts,
  reduceRows,
  reduceColumns,
  cumsum,
  anyOther,
  softmax,
  logSoftmax,
  crossEntropy,
  crossEntropyGrad,
  crossEntropyBoth,
  argsort,
  random,
  randint,
  arange,
  histogram,
  histogramParts,
  statistics,
  statisticsParts,
  weightTiles,
  winograd,
  winogradWeights,
  winogradGrad,
  winogradParts,
];

/** Function-table index of kernel `number`, or −1. */
export function kernel(number: i32): i32 {
  return tableIndex(KERNELS, number);
}
