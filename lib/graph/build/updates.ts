/** What an optimiser does in place. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { make } from "./make.ts";

/** `factor · velocity`, with what is below about `tiny · 6e-8` made 0, plus `gradient`: a velocity's next value. Not differentiable. */
export function decay(velocity: Node, factor: number, tiny: number, gradient?: Node): Node {
  const inputs = gradient ? [velocity, gradient] : [velocity];
  return make("decay", "float32", velocity.shape, inputs, NO_NUMBERS, [factor, tiny]);
}

/** `x − rate · direction`: a parameter's next value. Not differentiable. */
export function descend(x: Node, direction: Node, rate: number): Node {
  return make("descend", "float32", x.shape, [x, direction], NO_NUMBERS, [rate]);
}
