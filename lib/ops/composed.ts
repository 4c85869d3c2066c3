/** Functions of users that are composed of tensor operations, with a gradient of their own. */
import { type Node, Operation, type Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";

/**
 * An operation that shows its first input, which was computed without gradients from the others: gradients go to those, by the rule.
 *
 * @param name what messages call it
 * @param rule gradients of all inputs but the first
 */
export function composedOperation(name: string, rule: Rule): Operation {
  return new Operation(name, {
    gradient: (g, node, attributes) => [undefined, ...rule(g, node, attributes)],
    look: (input) => input,
    computedInputs: 1,
  });
}

/** `value`, which was computed from `inputs`. */
export function composed(op: Operation, value: Node, inputs: readonly Node[]): Node {
  return record(op, value.dtype, value.shape, [value, ...inputs]);
}
