/** Faults: what kernels find wrong while they run: indices and labels out of range, and whole numbers that int32 cannot hold. */

/** What a fault flag, raised by a kernel on the device, says. */
export interface Fault {
  /** The operation that raised it: one that goes by an index or a label, or one whose result int32 cannot hold. */
  readonly kernel:
    | "crossEntropy"
    | "gather"
    | "scatterAdd"
    | "dequantizeGather"
    | "sum"
    | "prod"
    | "cumsum"
    | "neg"
    | "abs"
    | "add"
    | "sub"
    | "mul"
    | "pow"
    | "remainder"
    | "cast";
  /** The index or label that was out of range; 0 where a number did not fit. */
  readonly index: number;
  /** How many were allowed: the valid range is [0, size). 0 where a number did not fit. */
  readonly size: number;
}

/** Functions and reductions of int32 whose result may not fit, `remainder`, whose divisor may be 0, and the conversion from float32. */
export const OVERFLOWS = [
  ...["sum", "prod", "cumsum"] as const,
  ...["neg", "abs", "add", "sub", "mul", "pow", "remainder", "cast"] as const,
] as const satisfies readonly FaultKernel[];

/** What raises faults; its number on a device is its place here. */
export const FAULT_KERNELS = [
  "crossEntropy",
  "gather",
  "scatterAdd",
  "dequantizeGather",
  ...OVERFLOWS,
] as const satisfies readonly FaultKernel[];

/** A kernel, or a function, that raises faults. */
export type FaultKernel = Fault["kernel"];

/** What may give a number that int32 cannot hold. */
export type Overflow = typeof OVERFLOWS[number];

/** The fault of a number that does not fit. */
export const overflow = (kernel: Overflow): Fault => ({ kernel, index: 0, size: 0 });

/** Whether a function or reduction may give a number that int32 cannot hold. */
export const mayOverflow = (name: string): name is Overflow => (OVERFLOWS as readonly string[]).includes(name);
