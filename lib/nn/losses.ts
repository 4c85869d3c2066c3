/** Losses. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import { crossEntropyRows } from "../tensor/rows.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How a loss combines its samples: their mean (the default), their sum, or one number each. */
export type Reduction = "mean" | "sum" | "none";

/** Options of the losses. */
export interface LossOptions {
  /** Default: "mean". */
  reduction?: Reduction;
}

const OPTIONS = optionNames<LossOptions>({ reduction: 1 });

function reduced(losses: Tensor, { reduction = "mean" }: LossOptions): Tensor {
  switch (reduction) {
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    case "none":
      return losses;
    default:
      throw new RangeError(`Cannot use reduction "${reduction}": it is "mean", "sum" or "none"`);
  }
}

/**
 * Cross-entropy of logits and class numbers: the mean of −logSoftmax(input)[target], fused and stable.
 *
 * @param input logits [n, classes], float32
 * @param target class numbers [n], int32, from 0 to classes − 1
 * @returns 0-d, or [n] without reduction
 * @throws {RangeError} if the shapes do not fit. A class number out of range is found on the device, and thrown at the next read.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = nn.functional.crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "int32" }));
 * console.log(await loss.item()); // 0.6931471824645996
 * ```
 */
export function crossEntropy(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions("crossEntropy", options, OPTIONS);
  checkClasses("crossEntropy", input, target);
  return reduced(crossEntropyRows(input, target), options);
}

/**
 * Negative log-likelihood of log-probabilities [n, classes] and class numbers [n]: the mean of −input[target].
 *
 * @param input log-probabilities [n, classes], such as logSoftmax gives
 * @param target class numbers [n], int32, from 0 to classes − 1
 * @returns 0-d, or [n] without reduction
 * @throws {RangeError} if the shapes do not fit. A class number out of range is found on the device, and thrown at the
 *   next read.
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const loss = F.nllLoss(tensor([[-0.1, -2.4], [-1.6, -0.2]]), tensor([0, 1], { dtype: "int32" }));
 * console.log(await loss.item()); // about 0.15
 * ```
 */
export function nllLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions("nllLoss", options, OPTIONS);
  checkClasses("nllLoss", input, target);
  return reduced(input.gather(1, target.unsqueeze(1)).squeeze(1).neg(), options);
}

/**
 * Mean squared error, the mean of (input − target)².
 *
 * @throws {RangeError} if the shapes differ: broadcasting here is nearly always a mistake, such as [n] against [n, 1]
 * @returns 0-d, or the inputs' shape without reduction
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.mseLoss(tensor([1, 2]), tensor([1, 4])).item()); // 2
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions("mseLoss", options, OPTIONS);
  checkTensor("mseLoss", "the input", input);
  checkTensor("mseLoss", "the target", target);
  if (input.ndim !== target.ndim || input.shape.some((size, i) => size !== target.shape[i])) {
    throw new RangeError(
      `Cannot compute mseLoss of ${showShape(input.shape)} and ${showShape(target.shape)}: the shapes must be equal. ` +
        `Use view or squeeze on one of them`,
    );
  }
  return reduced(input.sub(target).square(), options);
}

function checkClasses(loss: string, input: Tensor, target: Tensor): void {
  checkTensor(loss, "the input", input);
  checkTensor(loss, "the target", target);
  if (input.ndim !== 2 || target.ndim !== 1 || input.shape[0] !== target.shape[0]) {
    throw new RangeError(
      `Cannot compute ${loss} of ${showShape(input.shape)} and ${showShape(target.shape)}: ` +
        `it takes one row of class scores [n, classes] and one class number [n] for each sample. ` +
        (input.ndim > 2 ? "Put a Flatten at the end of the model" : "Check the shapes of predictions and labels"),
    );
  }
  if (target.dtype !== "int32") {
    throw new TypeError(
      `Cannot compute ${loss} with ${target.dtype} labels: class numbers are int32. Use target.int()`,
    );
  }
}
