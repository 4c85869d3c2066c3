/** Operations that users define. */
import type { Node } from "../node.ts";
import type { Shape } from "../shape.ts";
import { expectFloat, make } from "./make.ts";

/**
 * @param operation its number
 * @param invocations how often the WGSL is called
 */
export function own(
  operation: number,
  name: string,
  inputs: readonly Node[],
  shape: Shape,
  invocations: number,
  numbers: readonly number[],
): Node {
  expectFloat(name, ...inputs);
  return make("own", "float32", shape, inputs, [operation, invocations], numbers);
}
