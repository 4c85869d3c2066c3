/** Operands: how a step of a program reads or writes a value. */

/** One strided view of a value. */
export interface Operand {
  /** Index into the program's values. */
  readonly value: number;
  readonly shape: readonly number[];
  /** In elements, one per axis of `shape`. */
  readonly strides: readonly number[];
  /** Constant part of the start, in elements. */
  readonly offset: number;
  /** Slot in the run-time `offsets` array to add to the start, or −1. */
  readonly dynamic: number;
}
