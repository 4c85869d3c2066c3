/** What lets the classes that Tensor builds on make Tensors: tensor.ts fills it in. */
import type { Node } from "../graph/node.ts";
import type { TensorHandle } from "./handle.ts";
import type { Tensor } from "./tensor.ts";
import type { ViewStep } from "./view_step.ts";

/** Set by tensor.ts: makes the class that users see out of a node or a view. */
export const factory = {
  wrap: undefined as unknown as (node: Node) => Tensor,
  view: undefined as unknown as (parent: TensorHandle, step: ViewStep) => Tensor,
};
