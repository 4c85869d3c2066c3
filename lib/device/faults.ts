/** Faults: what kernels find wrong while they run: indices and labels out of range, and whole numbers that int32 cannot hold. */
import { POINTWISE, type PointwiseFunction } from "./pointwise.ts";
import type { Program } from "./program.ts";
import type { Step } from "./steps/mod.ts";
import type { Instruction } from "./steps/pointwise.ts";

/** What a kernel on the device found. */
export interface Fault {
  /** The operation that met it: one that goes by an index or a label, or one whose result int32 cannot hold. */
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

/** A fault, and where it was raised. Each step raises one a run at most: the first that it meets. */
export interface RaisedFault {
  /** Number of the run, by the backend's own count of runs. */
  readonly run: number;
  /** The step's place in the program. */
  readonly step: number;
  readonly fault: Fault;
}

/** Kernels that go by an index, and the operation that messages name: a label is one of the loss, also where only its gradient is computed. */
const OPERATIONS = {
  crossEntropy: "crossEntropy",
  crossEntropyGrad: "crossEntropy",
  gather: "gather",
  scatterAdd: "scatterAdd",
  dequantizeGather: "dequantizeGather",
} as const satisfies Readonly<Record<string, Fault["kernel"]>>;

/** A kernel that goes by an index. */
export type FaultKernel = keyof typeof OPERATIONS;

const goesByIndex = (kernel: string): kernel is FaultKernel => Object.hasOwn(OPERATIONS, kernel);

/**
 * Functions and reductions of int32 whose result may not fit, `remainder`, whose divisor may be 0, and the conversion from float32. Devices note
 * one by its place here, as index out of a range of 0.
 */
export const OVERFLOWS = [
  ...["sum", "prod", "cumsum"] as const,
  ...["neg", "abs", "add", "sub", "mul", "pow", "remainder", "cast"] as const,
] as const satisfies readonly Fault["kernel"][];

/** What may give a number that int32 cannot hold. */
export type Overflow = typeof OVERFLOWS[number];

/** The fault of a number that does not fit. */
export const overflow = (kernel: Overflow): Fault => ({ kernel, index: 0, size: 0 });

/** Whether a function or reduction may give a number that int32 cannot hold. */
export const mayOverflow = (name: string): name is Overflow => (OVERFLOWS as readonly string[]).includes(name);

/** Whether an instruction of a chain may raise a fault: a whole number that does not fit. */
export function mayRaise({ op, of, dtype }: Instruction): boolean {
  if (op === "cast") return of === "float32" && dtype === "int32";
  const { int }: PointwiseFunction = POINTWISE[op];
  return of === "int32" && typeof int === "object";
}

/** Whether a step may raise faults. */
export function raisesFaults(step: Step): boolean {
  switch (step.kernel) {
    case "pointwise":
      return step.code.some(mayRaise);
    case "reduce":
      return step.attributes.dtype === "int32" && mayOverflow(step.attributes.op);
    case "cumsum":
      return step.attributes.dtype === "int32";
    default:
      return goesByIndex(step.kernel);
  }
}

/** An index that is out of a size. */
export const indexFault = (kernel: FaultKernel, index: number, size: number): Fault => ({
  kernel: OPERATIONS[kernel],
  index,
  size,
});

/** What a step met: an index out of a size, or (size 0) the number of a function whose result does not fit. */
export function faultOf({ kernel }: Pick<Step, "kernel">, index: number, size: number): Fault {
  return goesByIndex(kernel) ? indexFault(kernel, index, size) : overflow(OVERFLOWS[index]!);
}

/** Places of the steps that may raise faults. */
export function faultSites({ steps }: Program): number[] {
  return steps.flatMap((step, at) => raisesFaults(step) ? [at] : []);
}
