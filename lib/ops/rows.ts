/** Softmax and cross-entropy, row by row. */
import { dense, kernelOperation } from "../graph/emission.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node, Operation } from "../graph/node.ts";
import { expectFloat, expectPlaces, record } from "../graph/record.ts";
import { cast, mul, sub, unary } from "./pointwise.ts";
import { full } from "./sources.ts";
import { reshape, sum } from "./views.ts";

/** A number a row, as a column. */
const column = (x: Node): Node => reshape(x, [x.shape[0]!, 1]);

/** Sums of rows, as a column. */
const rowSums = (x: Node): Node => column(sum(x, [1]));

const SOFTMAX = kernelOperation("softmax", {
  operands: [dense],
  gradient: (g, _, __, p) => [mul(p, sub(g, rowSums(mul(g, p))))],
});

const LOG_SOFTMAX = kernelOperation("logSoftmax", {
  operands: [dense],
  gradient: (g, _, __, out) => [sub(g, mul(unary("exp", out), rowSums(g)))],
});

const CROSS_ENTROPY = kernelOperation("crossEntropy", {
  operands: [dense],
  gradient: (g, [logits, labels]) => [crossEntropyGrad(logits, labels, g), undefined],
});

const CROSS_ENTROPY_GRAD = kernelOperation("crossEntropyGrad", {
  operands: [dense],
  gradient(h, [logits, labels, g]) {
    const toLogits = () => {
      const p = softmax(logits);
      return mul(mul(p, column(g)), sub(h, rowSums(mul(h, p))));
    };
    const toG = () => {
      const ones = full(g.device, "float32", g.shape, 1);
      return sum(mul(h, crossEntropyGrad(logits, labels, ones)), [1]);
    };
    return [logits.requiresGrad ? toLogits() : undefined, undefined, g.requiresGrad ? toG() : undefined];
  },
});

const ofRows = (op: Operation) => (x: Node): Node => record(op, "float32", x.shape, [cast(x, "float32")]);

/** Softmax over the last axis of a matrix. */
export const softmax: (x: Node) => Node = ofRows(SOFTMAX);

/** The logarithm of {@linkcode softmax}. */
export const logSoftmax: (x: Node) => Node = ofRows(LOG_SOFTMAX);

/** Cross-entropy of each row of `logits [n, classes]` with `labels [n]`, int32: [n]. */
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
  expectPlaces("take crossEntropy of", logits.shape, 1, logits.shape[0]!);
  return record(CROSS_ENTROPY, "float32", [logits.shape[0]!], [logits, labels]);
}

function crossEntropyGrad(logits: Node, labels: Node, g: Node): Node {
  return record(CROSS_ENTROPY_GRAD, "float32", logits.shape, [logits, labels, g]);
}
