// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** The module's exports: running, helping, and the numbers of kernels and pointwise instructions in the function table. */
import { avgPool, avgPoolGrad } from "./pool";
import { convolve, convolveWeights, weightParts } from "./conv";
import { arange, random } from "./sources";
import { gather, scatterAdd } from "./indexing";
import { dequantizeGather } from "./bytes";
import { matmulColumns, matmulRows } from "./linear";
import { maxPool } from "./max_pool";
import { moments, momentsParts, normSums } from "./normalisation";
import { packPanels, packRows } from "./pack";
import { pointwise } from "./pointwise";
import { reduceParts } from "./reductions";
import { reduceColumns } from "./reductions_columns";
import { reduceRows } from "./reductions_rows";
import { crossEntropy, crossEntropyGrad, logSoftmax, softmax } from "./rows";
import { histogram, histogramParts, statistics, statisticsParts } from "./statistics";
import { setScratch, tableIndex } from "./command";
import { setOdometer } from "./strided";
export { begin, finish, help, run } from "./control";
export { instruction } from "./pointwise_ops";

type Kernel = (command: usize, chunk: i32) => void;

/** Kernels by number; the order is that of KERNELS in lib/device/cpu/commands.ts. */
const KERNELS: StaticArray<Kernel> = [
  pointwise, reduceRows, reduceColumns, reduceParts, packPanels, packRows, matmulRows, matmulColumns, convolve,
  convolveWeights, weightParts, softmax, logSoftmax, crossEntropy, crossEntropyGrad, gather, scatterAdd,
  dequantizeGather, avgPool, avgPoolGrad, histogram, histogramParts, random, arange, statistics, statisticsParts, maxPool,
  moments, normSums, momentsParts,
];

/** Function-table index of kernel `number`, or −1. */
export function kernel(number: i32): i32 {
  return tableIndex(KERNELS, number);
}

/** First address that static data leaves free. */
export function heapBase(): usize {
  return __heap_base;
}

/** Tells this thread where its memory lies: scratch memory, and 64 bytes for the odometer. */
export function setThread(scratchStart: usize, odometerStart: usize): void {
  setScratch(scratchStart);
  setOdometer(odometerStart);
}
