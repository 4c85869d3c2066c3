/** Metrics: functions of predictions and targets. */
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensor } from "../tensor/expect.ts";

/** Computes a 0-d mean over the samples of a batch; runs without gradients, and stays on the device. */
export type MetricFunction = (preds: Tensor, ...targets: Tensor[]) => Tensor;

/**
 * Fraction of samples whose largest score [n, classes] is at their class number [n]. Rows that are NaN count as class 0.
 *
 * @returns 0-d, from 0 to 1
 * @throws {RangeError} for other shapes
 * @throws {TypeError} for what is no tensor
 *
 * @example
 * ```ts
 * import { learner, tensor } from "./mod.ts";
 * const right = learner.accuracy(tensor([[1, 2], [4, 3]]), tensor([1, 1], { dtype: "int32" }));
 * console.log(await right.item()); // 0.5
 * ```
 */
export function accuracy(preds: Tensor, target: Tensor): Tensor {
  checkTensor("accuracy", "the predictions", preds);
  checkTensor("accuracy", "the target", target);
  if (preds.ndim !== 2 || target.ndim !== 1 || preds.shape[0] !== target.shape[0]) {
    const show = (t: Tensor) => `[${t.shape.join(", ")}]`;
    throw new RangeError(
      `Cannot compute accuracy of ${show(preds)} and ${
        show(target)
      }: it takes scores [n, classes] and class numbers [n]. ` +
        `Use view or squeeze on one of them`,
    );
  }
  return preds.argmax(1).eq(target).float().mean();
}
