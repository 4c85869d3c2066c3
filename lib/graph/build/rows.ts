/** Softmax and cross-entropy, row by row. */
import { ShapeError, showShape } from "../errors.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import { expectFloat, make } from "./make.ts";
import { cast } from "./pointwise.ts";

/** Softmax family over the last axis of a matrix. */
export function rows(op: "softmax" | "logSoftmax", x: Node): Node {
  return make(op, "float32", x.shape, [cast(x, "float32")], NO_NUMBERS, NO_NUMBERS);
}

export function crossEntropy(logits: Node, labels: Node): Node {
  expectFloat("take crossEntropy of", logits);
  if (labels.dtype !== "int32") {
    throw new TypeError(
      `Cannot use ${labels.dtype} labels in crossEntropy: they must be int32 class numbers. Convert with .int()`,
    );
  }
  if (logits.shape.length !== 2 || labels.shape.length !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw new ShapeError(
      `Cannot take crossEntropy of ${showShape(logits.shape)} with labels ${
        showShape(labels.shape)
      }: it takes [n, classes] and [n]`,
      [logits.shape, labels.shape],
    );
  }
  return make("crossEntropy", "float32", [logits.shape[0]!], [logits, labels], NO_NUMBERS, NO_NUMBERS);
}

export function crossEntropyGrad(logits: Node, labels: Node, g: Node): Node {
  return make("crossEntropyGrad", "float32", logits.shape, [logits, labels, g], NO_NUMBERS, NO_NUMBERS);
}
