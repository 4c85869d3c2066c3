/** View steps: how one handle sees another. */
import type { Node } from "../graph/node.ts";
import { rowMajor, type Shape, sizeOf, viewStrides } from "../graph/shape.ts";
import { detach, expand, permute, reshape, slice, sliceScatter } from "../ops/views.ts";

/** How a handle sees its parent. */
export type ViewStep =
  | { readonly op: "permute"; readonly order: readonly number[] }
  | { readonly op: "reshape"; readonly shape: Shape }
  | { readonly op: "expand"; readonly shape: Shape }
  | {
    readonly op: "slice";
    readonly starts: readonly number[];
    readonly steps: readonly number[];
    readonly shape: Shape;
  }
  | { readonly op: "detach" };

/** The node of a view: one step applied to the node it is a view of. */
export function resolve(node: Node, step: ViewStep): Node {
  switch (step.op) {
    case "permute":
      return permute(node, step.order);
    case "reshape":
      return reshape(node, step.shape);
    case "expand":
      return expand(node, step.shape);
    case "slice":
      return slice(node, step.starts, step.steps, step.shape);
    case "detach":
      return detach(node);
  }
}

/**
 * What the parent's contents become when a view of it becomes `next`.
 *
 * @param shape the parent's
 * @param parent the parent's contents now
 * @returns undefined for an expanded view, several of whose elements are one
 */
export function writtenBack(shape: Shape, parent: () => Node, next: Node, step: ViewStep): Node | undefined {
  switch (step.op) {
    case "detach":
      return next;
    case "reshape":
      return reshape(next, shape);
    case "permute": {
      const inverse = new Array<number>(step.order.length);
      step.order.forEach((axis, i) => inverse[axis] = i);
      return permute(next, inverse);
    }
    case "slice":
      return sliceScatter(parent(), next, step.starts, step.steps);
    case "expand":
      return sizeOf(step.shape) === sizeOf(shape) ? reshape(next, shape) : undefined;
  }
}

/** Shape of a view. */
export function stepShape(shape: Shape, step: ViewStep): Shape {
  return step.op === "permute" ? step.order.map((axis) => shape[axis]!) : step.op === "detach" ? shape : step.shape;
}

/** Strides of a view, as PyTorch counts them. */
export function stepStrides(shape: Shape, strides: readonly number[], step: ViewStep): readonly number[] {
  switch (step.op) {
    case "permute":
      return step.order.map((axis) => strides[axis]!);
    case "reshape":
      return viewStrides(shape, strides, step.shape) ?? rowMajor(step.shape);
    case "expand": {
      const extra = step.shape.length - shape.length;
      return step.shape.map((size, i) => i < extra || (shape[i - extra] === 1 && size !== 1) ? 0 : strides[i - extra]!);
    }
    case "slice":
      return strides.map((s, i) => s * step.steps[i]!);
    case "detach":
      return strides;
  }
}
