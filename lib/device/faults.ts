/** Faults: indices and labels out of range, found by kernels while they run. */
import type { Program } from "./program.ts";

/** What a kernel on the device found. */
export interface Fault {
  /** The operation that met it. */
  readonly kernel: "crossEntropy" | "gather" | "scatterAdd" | "dequantizeGather";
  /** The index or label that was out of range. */
  readonly index: number;
  /** How many were allowed: the valid range is [0, size). */
  readonly size: number;
}

/** A fault, and where it was raised. Each step raises one a run at most: the first that it meets. */
export interface RaisedFault {
  /** Number of the run, by the backend's own count of runs. */
  readonly run: number;
  /** The step's place in the program. */
  readonly step: number;
  readonly fault: Fault;
}

/** Kernels that raise faults, and the operation that messages name: a label is one of the loss, also where only its gradient is computed. */
const OPERATIONS = {
  crossEntropy: "crossEntropy",
  crossEntropyGrad: "crossEntropy",
  gather: "gather",
  scatterAdd: "scatterAdd",
  dequantizeGather: "dequantizeGather",
} as const satisfies Readonly<Record<string, Fault["kernel"]>>;

/** A kernel that raises faults. */
export type FaultKernel = keyof typeof OPERATIONS;

/** Whether a kernel raises faults. */
export const raisesFaults = (kernel: string): kernel is FaultKernel => Object.hasOwn(OPERATIONS, kernel);

/** What a kernel met. */
export function faultOf(kernel: FaultKernel, index: number, size: number): Fault {
  return { kernel: OPERATIONS[kernel], index, size };
}

/** Places of the steps that may raise faults. */
export function faultSites({ steps }: Program): number[] {
  return steps.flatMap(({ kernel }, step) => raisesFaults(kernel) ? [step] : []);
}
