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
  /** The maker of its attributes, for its type; left out if it has none. */
  readonly attributes?: (values: never) => A;
  /** Names of the run-time numbers, in the order in which an operation has them; none if left out. */
  readonly numbers?: readonly N[];
}

/** What each kernel of a family takes. */
export interface Signatures {
  readonly [kernel: string]: Signature;
}

/** Names of a kernel's run-time numbers. */
type NumbersOf<S extends Signature> = "numbers" extends keyof S ? NonNullable<S["numbers"]>[number] : never;

/** The steps of several kernels, by name. */
export type StepsOf<S> = {
  readonly [K in keyof S & string]: S[K] extends Signature<infer I, infer A>
    ? KernelStep<K, I[number], A, NumbersOf<S[K]>>
    : never;
};
