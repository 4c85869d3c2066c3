/** Faults: indices and labels out of range, found by kernels while they run. */

/** What a fault flag, raised by a kernel on the device, says. */
export interface Fault {
  /** The operation that raised it. */
  readonly kernel: "crossEntropy" | "gather" | "scatterAdd" | "dequantizeGather";
  /** The index or label that was out of range. */
  readonly index: number;
  /** How many were allowed: the valid range is [0, size). */
  readonly size: number;
}

/** The kernels that raise faults; a kernel's number on a device is its place here. */
export const FAULT_KERNELS = [
  "crossEntropy",
  "gather",
  "scatterAdd",
  "dequantizeGather",
] as const satisfies readonly FaultKernel[];

/** A kernel that raises faults. */
export type FaultKernel = Fault["kernel"];
