/** Bridge for callers that have not moved to lib/ops yet. */
import type { OwnKernel } from "../device/own.ts";
import { customOperation } from "../ops/custom.ts";
import type { Invocations } from "../ops/custom.ts";
import type { Node, Operation } from "./node.ts";

export interface OwnOperation {
  readonly kernel: OwnKernel;
  readonly gradient: (g: Node, node: Node) => (Node | undefined)[];
}

export const ownOperations: Operation<Invocations>[] = [];

export function register({ kernel, gradient }: OwnOperation): number {
  return ownOperations.push(customOperation(kernel, gradient)) - 1;
}
