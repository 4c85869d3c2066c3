/** What a checkpoint says of itself, beside its tensors. */
import type { GeneratorState } from "../tensor/random.ts";
import type { Plain } from "./callback.ts";

export type { GeneratorState };

/** Where a fit goes on: before this batch of this epoch's training. */
export interface Position {
  readonly epochs: number;
  readonly epoch: number;
  readonly iter: number;
}

/** All of it. */
export interface Header {
  readonly version: 1;
  readonly optimizer: {
    readonly name: string;
    readonly groups: readonly Readonly<Record<string, Plain>>[];
    /** What is no tensor of what is remembered of each parameter, by its place. */
    readonly numbers: Readonly<Record<string, Readonly<Record<string, Plain>>>>;
  } | null;
  readonly position: Position | null;
  /** Where generators stood when the epoch's order was about to be drawn, and where they stood in the end. */
  readonly began: readonly GeneratorState[];
  readonly now: readonly GeneratorState[];
  /** Settings that the Learner has, not its optimiser; earlier versions did not save them. */
  readonly own?: Readonly<Record<string, number>>;
  /** The order of axes in memory of tensors that do not lie in their own: sums go through them in it. */
  readonly orders?: Readonly<Record<string, readonly number[]>>;
  readonly callbacks: readonly { readonly name: string; readonly values?: Plain | undefined }[];
}
