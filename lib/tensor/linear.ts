/** Matrix products of nodes with any number of axes. */
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { broadcastShapes, sizeOf } from "../graph/shape.ts";
import { matmul as product } from "../ops/linear.ts";
import { expand, reshape } from "../ops/views.ts";

/** PyTorch's matmul: vectors count as a row on the left and a column on the right; leading axes broadcast. */
export function matmul(left: Node, right: Node): Node {
  const refuse = (reason: string) =>
    new ShapeError(`Cannot matmul ${showShape(left.shape)} with ${showShape(right.shape)}: ${reason}`, [
      left.shape,
      right.shape,
    ]);
  if (left.shape.length === 0 || right.shape.length === 0) throw refuse("both need at least one axis");
  const row = left.shape.length === 1, column = right.shape.length === 1;
  const a = row ? reshape(left, [1, left.shape[0]!]) : left;
  const b = column ? reshape(right, [right.shape[0]!, 1]) : right;
  const [m, k] = a.shape.slice(-2) as [number, number], [k2, n] = b.shape.slice(-2) as [number, number];
  if (k !== k2) {
    throw refuse(`inner sizes must match, found ${left.shape.at(-1)} and ${right.shape.at(column ? -1 : -2)}`);
  }
  // Many matrices against one are one tall matrix against it.
  const tall = b.shape.length === 2 && a.shape.length > 2;
  const batch = tall ? a.shape.slice(0, -2) : broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  const stack = (x: Node, rows: number, columns: number) =>
    reshape(expand(x, [...batch, rows, columns]), [sizeOf(batch), rows, columns]);
  const out = tall
    ? product(reshape(a, [1, sizeOf(batch) * m, k]), reshape(b, [1, k, n]))
    : product(stack(a, m, k), stack(b, k, n));
  return reshape(out, [...batch, ...(row ? [] : [m]), ...(column ? [] : [n])]);
}
