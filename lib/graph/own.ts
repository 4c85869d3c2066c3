/** The operations that users define: nodes refer to them by number, which is part of a plan's key. */
import type { OwnKernel } from "../device/own.ts";
import type { Node } from "./node.ts";

/** An operation that a user defined. */
export interface OwnOperation {
  readonly kernel: OwnKernel;
  /** The rule of `gradients.ts`. */
  readonly gradient: (g: Node, node: Node) => (Node | undefined)[];
}

const operations: OwnOperation[] = [];

/** Makes an operation known, for as long as the program runs. @returns its number */
export function register(operation: OwnOperation): number {
  return operations.push(operation) - 1;
}

/** The operation of an `own` node. */
export function ownOperation({ ints }: { readonly ints: readonly number[] }): OwnOperation {
  return operations[ints[0]!]!;
}
