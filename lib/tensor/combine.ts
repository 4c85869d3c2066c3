/** Functions that make a tensor of several others. */
import { nodeOf } from "./expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { ownAxis, sameShape } from "../graph/shape.ts";
import type { Node } from "../graph/node.ts";
import { cast, where as choose } from "../ops/pointwise.ts";
import { full } from "../ops/sources.ts";
import { commonType, joined, refuseBytes } from "./arrange.ts";
import { TensorHandle } from "./handle.ts";
import { type Operand, operandNode } from "./options.ts";
import { Tensor } from "./tensor.ts";

function checkTensors(what: string, tensors: readonly TensorHandle[]): void {
  if (Array.isArray(tensors) && tensors.every((t) => t instanceof Tensor)) return;
  const found = Array.isArray(tensors) ? "an array of other things" : typeof tensors;
  throw new TypeError(`Cannot ${what} ${found}: give an array of tensors, such as ${what}([a, b])`);
}

/**
 * Tensors one after the other along an existing axis.
 *
 * @param tensors at least one; all sizes but the axis's must match. One of shape [0] goes with any others
 * @param axis default 0; negative axes count from the end
 * @returns float32 if any of them is, else int32 if any is, else bool
 * @throws {ShapeError} if they do not fit, there is none, or one has no axes: use stack()
 * @throws {TypeError} for bytes
 *
 * @example
 * ```ts
 * import { cat, tensor } from "./mod.ts";
 * console.log(await cat([tensor([[1, 2]]), tensor([[3, 4], [5, 6]])]).array()); // [ [ 1, 2 ], [ 3, 4 ], [ 5, 6 ] ]
 * ```
 */
export function cat(tensors: readonly TensorHandle[], axis = 0): Tensor {
  checkTensors("cat", tensors);
  if (!tensors[0]) throw new ShapeError("Cannot cat no tensors: give at least one");
  const given = tensors.map((t) => t.node());
  // An empty list that grows begins as [0], whatever will be put into it.
  const isBlank = ({ shape }: Node) => shape.length === 1 && shape[0] === 0;
  const parts = given.filter((node) => !isBlank(node)), nodes = parts.length ? parts : given, first = nodes[0]!;
  const at = ownAxis("cat", axis, first.shape.length);
  refuseBytes("cat", given);
  for (const { shape } of nodes) {
    if (
      shape.length !== first.shape.length || shape.some((size, i) => i !== at && size !== first.shape[i])
    ) {
      throw new ShapeError(
        `Cannot cat ${showShape(first.shape)} with ${showShape(shape)} along axis ${axis}: other sizes must match`,
        [first.shape, shape],
      );
    }
  }
  // Empty ones take part in the type.
  const dtype = commonType(given);
  return new Tensor(cast(joined(nodes, at), dtype));
}

/**
 * Tensors of one shape side by side along a new axis.
 *
 * @param axis where the new axis stands in the result; default 0
 * @throws {ShapeError} if the shapes differ, or there is none
 *
 * @example
 * ```ts
 * import { stack, tensor } from "./mod.ts";
 * console.log(await stack([tensor([1, 2]), tensor([3, 4])], 1).array()); // [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export function stack(tensors: readonly TensorHandle[], axis = 0): Tensor {
  checkTensors("stack", tensors);
  const first = tensors[0];
  if (!first) throw new ShapeError("Cannot stack no tensors: give at least one");
  const odd = tensors.find(({ shape }) => !sameShape(shape, first.shape));
  if (odd) {
    throw new ShapeError(
      `Cannot stack ${showShape(first.shape)} with ${showShape(odd.shape)}: all shapes must be equal. ` +
        `cat() takes other sizes along its axis`,
      [first.shape, odd.shape],
    );
  }
  return cat(tensors.map((t) => (t as Tensor).unsqueeze(axis)), axis);
}

/**
 * Tensors one below the other: along the first axis, a vector counting as a row (PyTorch's vstack).
 *
 * @throws {ShapeError} if they do not fit, or there is none
 *
 * @example
 * ```ts
 * import { tensor, vstack } from "./mod.ts";
 * console.log(await vstack([tensor([1, 2]), tensor([3, 4])]).array()); // [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function vstack(tensors: readonly TensorHandle[]): Tensor {
  checkTensors("vstack", tensors);
  return cat(tensors.map((t) => t.ndim > 1 ? t : (t as Tensor).reshape(1, t.numel)));
}

/**
 * Tensors side by side: along the second axis, vectors and numbers along the first (PyTorch's hstack).
 *
 * @throws {ShapeError} if they do not fit, or there is none
 *
 * @example
 * ```ts
 * import { hstack, tensor } from "./mod.ts";
 * console.log(await hstack([tensor([1, 2]), tensor([3])]).array()); // [ 1, 2, 3 ]
 * ```
 */
export function hstack(tensors: readonly TensorHandle[]): Tensor {
  checkTensors("hstack", tensors);
  const parts = tensors.map((t) => t.ndim ? t : (t as Tensor).reshape(1));
  return cat(parts, parts[0] && parts[0].ndim > 1 ? 1 : 0);
}

/**
 * `a` where `condition` is non-zero, else `b`; all broadcast.
 *
 * @throws {ShapeError} if the shapes do not broadcast
 *
 * @example
 * ```ts
 * import { tensor, where } from "./mod.ts";
 * const x = tensor([-1, 2]);
 * console.log(await where(x.gt(0), x, 0.5).array()); // [ 0.5, 2 ]
 * ```
 */
export function where(condition: TensorHandle, a: Operand, b: Operand): Tensor {
  const c = nodeOf("where", "the condition", condition);
  const like = a instanceof TensorHandle
    ? a.node()
    : b instanceof TensorHandle
    ? b.node()
    : full(c.device, typeof a === "boolean" && typeof b === "boolean" ? "bool" : "float32", [], 0);
  return new Tensor(choose(c, operandNode(like, a), operandNode(like, b)));
}
