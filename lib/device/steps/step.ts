/**
 * The one shape of a kernel's step, and the signatures that give it: each kernel names its inputs, attributes and run-time numbers once,
 * in a file of its family, and the graph's emission, the devices' tables and the tests' coverage are derived from that.
 */
import { Attributes } from "../attributes.ts";
import type { Operand } from "../operand.ts";

/** A step that runs one kernel over operands. */
export interface KernelStep<K extends string, I extends string, A extends Attributes, N extends string> {
  readonly kernel: K;
  readonly inputs: { readonly [Name in I]: Operand };
  readonly output: Operand;
  readonly attributes: A;
  /** Slots in the run-time `scalars`. */
  readonly numbers: { readonly [Name in N]: number };
}

/** What a kernel takes. */
export interface Signature<
  I extends readonly string[] = readonly string[],
  A extends Attributes = Attributes,
  N extends string = string,
> {
  /** Names of the operands, in the order in which an operation's inputs come. */
  readonly inputs: I;
  /** The maker of its attributes, for its type; undefined if it has none. */
  readonly attributes: ((values: never) => A) | undefined;
  /** Names of the run-time numbers, in the order in which an operation has them. */
  readonly numbers: readonly N[];
}

/** Writes down what a kernel takes: names of its inputs, and attributes and numbers if it has any. */
export function signature<
  const I extends readonly string[],
  A extends Attributes = Attributes,
  const N extends string = never,
>(
  inputs: I,
  { attributes, numbers = [] }: { attributes?: (values: never) => A; numbers?: readonly N[] } = {},
): Signature<I, A, N> {
  return { inputs, attributes, numbers };
}

/** The steps of several kernels, by name. */
export type StepsOf<S> = {
  readonly [K in keyof S & string]: S[K] extends Signature<infer I, infer A, infer N> ? KernelStep<K, I[number], A, N>
    : never;
};
