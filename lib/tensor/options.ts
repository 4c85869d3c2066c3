/** Small helpers that the tensor classes share. */
import type { Node } from "../graph/node.ts";
import { build } from "../graph/build.ts";
import type { TensorHandle } from "./handle.ts";

/** An operand of arithmetic: a tensor, or a number (bound at run time, so that changing it costs nothing). */
export type Operand = TensorHandle | number | boolean;

/** Axes to reduce: one, several, or all if undefined. */
export type Axes = number | readonly number[] | undefined;

/** Options of reductions. */
export interface ReduceOptions {
  /** Whether reduced axes stay, with size 1. Default false. */
  keepdim?: boolean;
}

/** The node of an operand beside `like`. */
export function operandNode(like: Node, value: Operand): Node {
  return typeof value === "object" ? value.node() : build.number(like, Number(value));
}

/** Sizes given one by one or as one list. */
export function sizesOf(sizes: readonly (number | readonly number[])[]): number[] {
  return sizes.length === 1 && Array.isArray(sizes[0]) ? [...sizes[0]] : sizes as number[];
}
