/** Losses of classes: cross-entropy and negative log-likelihood. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { isFloat, showShape, whole } from "../tensor/graph.ts";
import { crossEntropyRows } from "../tensor/rows.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameShape, type LossOptions, numberOption, reduced, type Reduction } from "./reduction.ts";

/** Options of {@linkcode nllLoss}. */
export interface NllLossOptions extends LossOptions {
  /**
   * A weight for each class: float32 [classes]. The mean then divides by the weights of the targets. No gradient goes to it, as in PyTorch.
   * Default: none.
   */
  weight?: Tensor | undefined;
  /** Targets of this number count for nothing. Default: none; PyTorch's −100 must be said. */
  ignoreIndex?: number | undefined;
}

/** Options of {@linkcode crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** How much of each target is spread evenly over all classes (https://arxiv.org/abs/1512.00567), from 0 (the default) to 1. */
  labelSmoothing?: number;
}

const NLL = optionNames<NllLossOptions>({ reduction: 1, weight: 1, ignoreIndex: 1 });
const CROSS_ENTROPY = optionNames<CrossEntropyOptions>({ reduction: 1, weight: 1, ignoreIndex: 1, labelSmoothing: 1 });

/**
 * Cross-entropy of logits and class numbers, the mean of −logSoftmax(input)[target], fused and stable; or of logits and probabilities, the mean
 * of −Σ target·logSoftmax(input) over the classes.
 *
 * @param input logits, float32: [n, classes], [n, classes, …] with a target for each place, or [classes] of one sample
 * @param target class numbers, int32, from 0 to classes − 1, of the input's shape without its classes; or probabilities, float32, of its shape
 * @returns 0-d; without reduction one number for each target
 * @throws {RangeError} if the shapes do not fit. A class number out of range is found on the device, and thrown at the next read.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = nn.functional.crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "int32" }));
 * console.log(await loss.item()); // 0.6931471824645996
 * ```
 *
 * @example Classes of unequal size, some places without a label, and labels that are not to be trusted whole:
 * ```ts
 * import { F, randn, tensor } from "./mod.ts";
 * const logits = randn([1, 3, 2, 2]), labels = tensor([[[0, 2], [1, 255]]], { dtype: "int32" });
 * const weight = tensor([1, 2, 0.5]);
 * console.log(F.crossEntropy(logits, labels, { weight, ignoreIndex: 255, labelSmoothing: 0.1 }).shape); // []
 * ```
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions("crossEntropy", options, CROSS_ENTROPY);
  checkTensor("crossEntropy", "the input", input);
  checkTensor("crossEntropy", "the target", target);
  const smoothing = numberOption("crossEntropy", "labelSmoothing", options.labelSmoothing ?? 0, 0, true);
  if (smoothing > 1) {
    throw new RangeError(`Cannot compute crossEntropy: labelSmoothing must be at most 1, found ${smoothing}`);
  }
  checkWeight("crossEntropy", options.weight, classesOf(input));
  if (isFloat(target.dtype) && input.ndim > 0 && target.ndim === input.ndim) {
    return ofProbabilities(input, target, smoothing, options);
  }
  checkClasses("crossEntropy", input, target);
  const { rows, labels } = inRows(input, target);
  if (options.weight === undefined && options.ignoreIndex === undefined && smoothing === 0) {
    return combined(crossEntropyRows(rows, labels), undefined, target.shape, options.reduction);
  }
  const { safe, kept, weights, counts } = weighted(labels, options);
  let losses = times(crossEntropyRows(rows, safe), weights);
  if (smoothing > 0) {
    losses = losses.mul(1 - smoothing).add(evenly(rows, options.weight).mul(smoothing / rows.shape[1]!));
  }
  return combined(only(losses, kept), counts, target.shape, options.reduction);
}

/**
 * Negative log-likelihood of log-probabilities and class numbers: the mean of −input[target].
 *
 * @param input log-probabilities, such as logSoftmax gives: [n, classes], [n, classes, …], or [classes] of one sample
 * @param target class numbers, int32, from 0 to classes − 1, of the input's shape without its classes
 * @returns 0-d; without reduction one number for each target
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
export function nllLoss(input: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  checkOptions("nllLoss", options, NLL);
  checkTensor("nllLoss", "the input", input);
  checkTensor("nllLoss", "the target", target);
  checkWeight("nllLoss", options.weight, classesOf(input));
  checkClasses("nllLoss", input, target);
  const { rows, labels } = inRows(input, target), { safe, kept, weights, counts } = weighted(labels, options);
  const losses = times(rows.gather(1, safe.unsqueeze(1)).squeeze(1).neg(), weights);
  return combined(only(losses, kept), counts, target.shape, options.reduction);
}

/** How many classes an input has scores for. */
const classesOf = (input: Tensor): number => input.shape[input.ndim === 1 ? 0 : 1] ?? 0;

const times = (x: Tensor, factor: Tensor | undefined): Tensor => factor ? x.mul(factor) : x;

/** One row of scores for each label. */
function inRows(input: Tensor, target: Tensor): { readonly rows: Tensor; readonly labels: Tensor } {
  if (input.ndim === 2) return { rows: input, labels: target };
  return { rows: classesLast(input), labels: target.reshape(-1) };
}

/** Scores in rows, whose columns are the classes. */
function classesLast(input: Tensor): Tensor {
  const classes = classesOf(input);
  if (input.ndim === 1) return input.unsqueeze(0);
  if (input.ndim === 2) return input;
  const order = [0, ...input.shape.keys().drop(2), 1];
  return input.permute(order).reshape(classes === 0 ? 0 : input.numel / classes, classes);
}

/** Losses of what counts, 0 elsewhere, whatever the scores are there. */
const only = (losses: Tensor, kept: Tensor | undefined): Tensor => kept ? losses.where(kept, 0) : losses;

/** Labels that are all in range, which of them are kept, and what each loss is multiplied by and counts in the mean: undefined where all are the same. */
function weighted(
  labels: Tensor,
  { weight: given, ignoreIndex }: NllLossOptions,
): { safe: Tensor; kept?: Tensor; weights: Tensor | undefined; counts: Tensor | undefined } {
  const weight = given?.detach();
  if (ignoreIndex === undefined) {
    const weights = weight?.indexSelect(0, labels);
    return { safe: labels, weights, counts: weights };
  }
  const kept = labels.ne(whole("leave targets out", "ignoreIndex", ignoreIndex, -(2 ** 31)));
  const safe = labels.where(kept, 0), weights = weight?.indexSelect(0, safe);
  return { safe, kept, weights, counts: weights?.mul(kept.float()) ?? kept.float() };
}

/** Losses of targets, each multiplied by its weight already, as one number or in the targets' shape; `counts` is what each counts in the mean. */
function combined(
  losses: Tensor,
  counts: Tensor | undefined,
  shape: readonly number[],
  reduction: Reduction | undefined,
): Tensor {
  if (counts && (reduction ?? "mean") === "mean") return losses.sum().div(counts.sum());
  return reduced(reduction === "none" && shape.length !== 1 ? losses.view(shape) : losses, reduction);
}

/** The loss of a target that is spread over all classes, times their number. */
function evenly(rows: Tensor, weight: Tensor | undefined): Tensor {
  return times(rows.logSoftmax(1), weight?.detach()).sum(1).neg();
}

/** Cross-entropy of probabilities: all options but ignoreIndex, which names a class number. */
function ofProbabilities(input: Tensor, target: Tensor, smoothing: number, options: CrossEntropyOptions): Tensor {
  checkSameShape("crossEntropy", input, target);
  const { weight, ignoreIndex, reduction } = options;
  if (ignoreIndex !== undefined) {
    throw new TypeError(
      "Cannot leave out ignoreIndex among probabilities: it is a class number. Give class numbers, int32",
    );
  }
  const classes = classesOf(input), shape = input.shape.filter((_, axis) => axis !== (input.ndim === 1 ? 0 : 1));
  let wanted = classesLast(target);
  if (smoothing > 0) wanted = wanted.mul(1 - smoothing).add(smoothing / classes);
  const losses = times(classesLast(input).logSoftmax(1).mul(wanted), weight?.detach()).sum(1).neg().view(shape);
  return reduced(losses, reduction);
}

function checkWeight(loss: string, weight: Tensor | undefined, classes: number): void {
  if (weight === undefined) return;
  checkTensor(loss, "weight", weight);
  if (weight.ndim !== 1 || weight.shape[0] !== classes || weight.dtype !== "float32") {
    throw new RangeError(
      `Cannot compute ${loss} with a weight of shape ${showShape(weight.shape)} and type ${weight.dtype}: ` +
        `it takes one float32 number for each of ${classes} classes, [${classes}]`,
    );
  }
}

function checkClasses(loss: string, input: Tensor, target: Tensor): void {
  const places = input.ndim === 1 ? [] : input.shape.filter((_, axis) => axis !== 1);
  if (
    input.ndim === 0 || !(places.length === target.ndim && places.every((size, axis) => size === target.shape[axis]))
  ) {
    throw new RangeError(
      `Cannot compute ${loss} of ${showShape(input.shape)} and ${showShape(target.shape)}: ` +
        `it takes one row of class scores [n, classes] and one class number [n] for each sample, or [n, classes, …] and [n, …]. ` +
        (input.ndim > 2 ? "Put a Flatten at the end of the model, or" : "") +
        (input.ndim > 2 ? " check the labels' shape" : "Check the shapes of predictions and labels"),
    );
  }
  if (target.dtype !== "int32") {
    throw new TypeError(
      `Cannot compute ${loss} with ${target.dtype} labels: class numbers are int32. Use target.int()`,
    );
  }
}
