/** Accuracies of averaged predictions, once a training has ended: over an image and its mirror image, or over two networks. */
import type { Learner } from "../learner/learner.ts";
import { accuracy } from "../learner/metrics.ts";
import { tta } from "../learner/tta.ts";
import { flush } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The accuracy of a network's mean over each evaluation image and its mirror image. */
export async function mirroredAccuracy(learn: Learner): Promise<number> {
  const [probabilities, labels] = await tta(learn);
  return accuracy(probabilities, labels!).item();
}

/** What a network says of the evaluation images. */
export interface Said {
  /** Of each class, [images, classes]. */
  readonly probabilities: Tensor;
  /** The images' classes. */
  readonly labels: Tensor;
}

/** What a Learner's network says of its evaluation images, in their order. */
export async function saidBy(learn: Learner): Promise<Said> {
  const [outputs, labels] = await learn.getPreds();
  const probabilities = outputs.softmax(1).keep();
  flush(learn.model.device);
  return { probabilities, labels: labels! };
}

/** The accuracy of two networks' mean. */
export function pairAccuracy(one: Said, other: Said): Promise<number> {
  return accuracy(one.probabilities.add(other.probabilities).div(2), one.labels).item();
}
