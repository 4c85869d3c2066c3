// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** The module's exports: running, helping, and the numbers of kernels and pointwise instructions in the function table. */
import { avgPool, avgPoolGrad } from "./pool";
import { convolve, convolveWeights, weightParts } from "./conv";
import { arange, random } from "./fill";
import { gatherElements, histogram, histogramParts, scatterAdd, takeBytes } from "./indexing";
import { matmulColumns, matmulRows } from "./matmul";
import { maxPool } from "./max_pool";
import { moments, momentsParts, normSums } from "./moments";
import { packPanels, packRows } from "./pack";
import { pointwise } from "./pointwise";
import { reduceColumns, reduceParts, reduceRows } from "./reduce";
import { crossEntropy, crossEntropyGrad, logSoftmax, softmax } from "./rows";
import { statistics, statisticsParts } from "./statistics";
import { setScratch } from "./command";
import { setOdometer } from "./strided";
export { begin, finish, help, run } from "./control";
export { instruction } from "./pointwise_ops";

type Kernel = (command: usize, chunk: i32) => void;

// @ts-ignore: decorator
@inline
function at(f: Kernel): i32 {
  return <i32> load<u32>(changetype<usize>(f));
}

/** Function-table index of kernel `number`; the order is that of KERNELS in lib/device/cpu/commands.ts. */
export function kernel(number: i32): i32 {
  switch (number) {
    case 0:
      return at(pointwise);
    case 1:
      return at(reduceRows);
    case 2:
      return at(reduceColumns);
    case 3:
      return at(reduceParts);
    case 4:
      return at(packPanels);
    case 5:
      return at(packRows);
    case 6:
      return at(matmulRows);
    case 7:
      return at(matmulColumns);
    case 8:
      return at(convolve);
    case 9:
      return at(convolveWeights);
    case 10:
      return at(weightParts);
    case 11:
      return at(softmax);
    case 12:
      return at(logSoftmax);
    case 13:
      return at(crossEntropy);
    case 14:
      return at(crossEntropyGrad);
    case 15:
      return at(gatherElements);
    case 16:
      return at(scatterAdd);
    case 17:
      return at(takeBytes);
    case 18:
      return at(avgPool);
    case 19:
      return at(avgPoolGrad);
    case 20:
      return at(histogram);
    case 21:
      return at(histogramParts);
    case 22:
      return at(random);
    case 23:
      return at(arange);
    case 24:
      return at(statistics);
    case 25:
      return at(statisticsParts);
    case 26:
      return at(maxPool);
    case 27:
      return at(moments);
    case 28:
      return at(normSums);
    case 29:
      return at(momentsParts);
    default:
      return -1;
  }
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
