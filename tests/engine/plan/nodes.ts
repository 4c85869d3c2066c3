/** Graphs for tests of the plan: nodes on a device on which nothing runs, and their traversal. */
import { Device } from "../../../lib/device/device.ts";
import type { DType } from "../../../lib/device/dtype.ts";
import { type Root, topologicalOrder } from "../../../lib/engine/plan/schedule.ts";
import type { Node } from "../../../lib/graph/node.ts";
import { sizeOf } from "../../../lib/graph/shape.ts";
import { data } from "../../../lib/ops/sources.ts";

/** The device of all nodes that are only looked at. */
export const device = new Device("reference");

/** A value on the device. */
export function source(shape: readonly number[], dtype: DType = "float32", on = device): Node {
  return data(on, dtype, shape, new Float32Array(sizeOf(shape)));
}

/** A root that is stored in new memory. */
export function stored(node: Node): Root {
  return { node, target: undefined, replaces: undefined };
}

/** A root that overwrites the value of `old`. */
export function effect(node: Node, old: Node): Root {
  return { node, target: old.value!.memory, replaces: old };
}

/** What the nodes need, in order and numbered. */
export function traced(...nodes: readonly Node[]): Node[] {
  return topologicalOrder(nodes.map(stored));
}
