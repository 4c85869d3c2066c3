/** Operations that users define: each is an operation of its own. */
import { Attributes } from "../device/attributes.ts";
import type { CustomKernel } from "../device/custom_kernel.ts";
import { Calling } from "../device/steps/custom.ts";
import { dense, result } from "../graph/emission.ts";
import { type Node, Operation, type Rule } from "../graph/node.ts";
import { expectFloat, record } from "../graph/record.ts";
import type { Shape } from "../graph/shape.ts";

/** The operation of a user's kernel. It stays known for as long as the program runs. */
export function customOperation(kernel: CustomKernel, gradient: Rule<Invocations>): Operation<Invocations> {
  return new Operation<Invocations>(kernel.name, {
    gradient,
    emptyGivesZeros: false,
    emit(to, node, { count }) {
      const inputs = kernel.inputs.map((name, i) => [name, to.operand(dense(to, to.ref(node.inputs[i]!)))]);
      const numbers = kernel.numbers.map((name, i) => [name, to.scalar(node, i)]);
      to.push({
        kernel: "custom",
        inputs: Object.fromEntries(inputs),
        output: result(to, node),
        attributes: new Calling(kernel, count),
        numbers: Object.fromEntries(numbers),
      });
    },
  });
}

/** How often the WGSL is called. */
export class Invocations extends Attributes {
  readonly key: readonly number[];

  constructor(readonly count: number) {
    super();
    this.key = [count];
  }
}

/**
 * Records a user's operation.
 *
 * @param shape of the result
 * @param invocations how often the WGSL is called
 * @param numbers in the order in which the kernel names them
 */
export function custom(
  operation: Operation<Invocations>,
  inputs: readonly Node[],
  shape: Shape,
  invocations: number,
  numbers: readonly number[],
): Node {
  expectFloat(operation.name, ...inputs);
  return record(operation, "float32", shape, inputs, new Invocations(invocations), numbers);
}
