/** What a step changes in a parameter, measured by the parameter. */
import type { Node } from "../graph/node.ts";
import { moments } from "../ops/normalisation.ts";
import { updateRatio } from "../ops/updates.ts";
import { Tensor } from "./tensor.ts";

/**
 * A parameter as it was before a step, and its moments. Nothing is copied: readers of a value that is overwritten later run before that, and the kernel
 * that makes the new value gives the difference, too.
 *
 * @internal
 */
export interface BeforeStep {
  readonly value: Node;
  readonly moments: Node;
}

/** Notes a parameter before a step. @internal */
export function beforeStep(p: Tensor): BeforeStep {
  const value = p.node();
  return { value, moments: moments(value, [...value.shape.keys()], 0) };
}

/** What the step has changed in each element, divided by the standard deviation that the parameter had before. @internal */
export function updateRatios(p: Tensor, before: BeforeStep): Tensor {
  return new Tensor(updateRatio(p.node(), before.value, before.moments));
}
