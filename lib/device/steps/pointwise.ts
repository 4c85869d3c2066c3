/** Pointwise steps: fused chains of scalar functions. They differ from other steps: inputs may be numbers, and outputs several. */
import type { DType } from "../dtype.ts";
import type { Operand } from "../operand.ts";
import type { PointwiseOp } from "../pointwise.ts";

/** One instruction of a pointwise chain; its result is the next register. */
export interface Instruction {
  readonly op: PointwiseOp;
  /** Type of the result (`float32`, `int32` or `bool`). */
  readonly dtype: DType;
  /** Type of the arguments (for `where`: of the second and third). */
  readonly of: DType;
  /** Registers: first the inputs in order, then the results of earlier instructions. */
  readonly args: readonly number[];
}

/** An input of a pointwise chain: an element of a tensor (already broadcast: its shape is the step's), or a run-time scalar. */
export type PointwiseInput =
  | { readonly kind: "tensor"; readonly operand: Operand; readonly dtype: DType }
  | { readonly kind: "scalar"; readonly slot: number; readonly dtype: DType };

/** A fused chain: for every index of `shape`, load the inputs, run the code, store the named registers. */
export interface PointwiseStep {
  readonly kernel: "pointwise";
  readonly shape: readonly number[];
  readonly inputs: readonly PointwiseInput[];
  readonly code: readonly Instruction[];
  readonly outputs: readonly { readonly operand: Operand; readonly register: number; readonly dtype: DType }[];
}
