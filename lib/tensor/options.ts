/** Small helpers that the tensor classes share. */
import { optionNames } from "../device/check_options.ts";
import type { Node } from "../graph/node.ts";
import { full, number } from "../ops/sources.ts";
import type { Generator } from "./random.ts";
import { found } from "../device/expect.ts";
import { TensorHandle } from "./handle.ts";

/** An operand of arithmetic: a tensor, or a number (bound at run time, so that changing it costs nothing). */
export type Operand = TensorHandle | number | boolean;

/** Axes to reduce: one, several, or all if undefined. */
export type Axes = number | readonly number[] | undefined;

/** Options of reductions. */
export interface ReduceOptions {
  /** Whether reduced axes stay, with size 1. Default false. */
  keepdim?: boolean;
}

/** Options of a reduction along one axis that also tells where the element was which it chose. */
export interface Extremes extends ReduceOptions {
  /** Whether the result is a pair: the values, and where along the axis they were, int32. */
  indices: true;
}

/** Options of variance and standard deviation. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor: 1 (the default) for the unbiased estimate, 0 for the biased one. */
  correction?: number;
}

/** Names of the options of the tensor's methods. */
export const REDUCE = optionNames<ReduceOptions>({ keepdim: 1 });
export const EXTREMES = optionNames<ReduceOptions & { indices?: boolean }>({ keepdim: 1, indices: 1 });
export const VARIANCE = optionNames<VarianceOptions>({ keepdim: 1, correction: 1 });
export const BACKWARD = optionNames<{ createGraph?: boolean; retainGraph?: boolean }>({
  createGraph: 1,
  retainGraph: 1,
});
export const VALUE = optionNames<{ value?: number }>({ value: 1 });
export const GENERATOR = optionNames<{ generator?: Generator }>({ generator: 1 });

/** The node of an operand beside `like`. Unchecked code may give anything: undefined would be NaN, and a string a number. */
export function operandNode(like: Node, value: Operand): Node {
  switch (typeof value) {
    case "number":
      return number(like, value);
    case "boolean":
      return like.dtype === "bool" ? full(like.device, "bool", [], Number(value)) : number(like, Number(value));
    case "object":
      if (value instanceof TensorHandle) return value.node();
  }
  throw new TypeError(
    `Cannot compute with ${found(value)}: an operand is a tensor or a number. tensor() makes one of an array`,
  );
}

/** Sizes given one by one or as one list. */
export function sizesOf(sizes: readonly (number | readonly number[])[]): number[] {
  return sizes.length === 1 && Array.isArray(sizes[0]) ? [...sizes[0]] : sizes as number[];
}
