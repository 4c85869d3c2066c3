/**
 * How a tensor's elements lie in memory. Operations choose it, as for a weight whose gradient came transposed, and no value depends on it; but sums
 * go through memory in its order, and so do their last digits. What is to go on to the bit has to lie as it lay.
 */
import { axesInMemory } from "../graph/layout.ts";
import { noGrad } from "./graph.ts";
import { tensor } from "./create.ts";
import type { Tensor } from "./tensor.ts";

/** Axes from the outermost in memory to the innermost; undefined where that is their own order, or nothing has been computed. */
export function memoryOrder(t: Tensor): number[] | undefined {
  let node = t.node();
  // What shares another's memory has no value of its own.
  while (!node.value && node.op.name === "detach") node = node.inputs[0]!;
  const strides = node.value?.strides;
  if (!strides) return undefined;
  // Axes of one element lie anywhere, and stay.
  const sorted = axesInMemory(node.shape, strides);
  const order = node.shape.map((size, axis) => size === 1 ? axis : sorted.shift()!);
  return order.every((axis, i) => axis === i) ? undefined : order;
}

/** The same values, in memory in this order. @throws {RangeError} for what is no order of the tensor's axes */
export function inMemoryOrder(t: Tensor, order: readonly number[]): Tensor {
  const { shape, ndim, device } = t, inverse = shape.map((_, axis) => order.indexOf(axis));
  if (order.length !== ndim || inverse.includes(-1)) {
    throw new RangeError(`Cannot load a tensor [${shape.join(", ")}] in the order ${order.join(", ")} of its axes`);
  }
  return noGrad(() => {
    const yes = tensor(new Uint8Array(t.numel).fill(1), {
      shape: order.map((axis) => shape[axis]!),
      dtype: "bool",
      device,
    });
    // What is computed of it element by element lies like the condition.
    return t.where(yes.permute(inverse), t);
  });
}
