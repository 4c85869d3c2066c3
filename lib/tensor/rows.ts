/** Functions of the rows of a matrix. */
import { nodeOf } from "./expect.ts";
import { crossEntropy } from "../ops/rows.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/**
 * Cross-entropy of each row: logsumexp(logits[r]) − logits[r, labels[r]]. [n, classes], int32 [n] → [n]. A bad label shows at the next read.
 *
 * @throws {ShapeError} if the shapes do not fit; {@linkcode TypeError} for labels that are not int32
 *
 * @example
 * ```ts
 * import { crossEntropyRows, tensor } from "./mod.ts";
 * const losses = crossEntropyRows(tensor([[0, 0], [1000, 0]]), tensor([1, 0], { dtype: "int32" }));
 * console.log(await losses.array()); // about [ 0.693, 0 ]
 * ```
 */
export function crossEntropyRows(logits: TensorHandle, labels: TensorHandle): Tensor {
  return new Tensor(
    crossEntropy(nodeOf("crossEntropyRows", "logits", logits), nodeOf("crossEntropyRows", "labels", labels)),
  );
}
