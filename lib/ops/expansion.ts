/** Writes pointwise operations of several instructions. */
import type { PointwiseOp } from "../device/pointwise.ts";
import type { Argument, Expansion } from "../graph/node.ts";

/** Collects an expansion: arguments first, then instructions, each of which can be an argument of the next. */
export class Writer implements Expansion {
  readonly args: readonly Argument[];
  readonly code: { op: PointwiseOp; args: number[] }[] = [];

  constructor(...args: readonly Argument[]) {
    this.args = args;
  }

  /** Adds an instruction. @returns its place among arguments and results */
  add(op: PointwiseOp, ...args: number[]): number {
    return this.args.length + this.code.push({ op, args }) - 1;
  }
}
