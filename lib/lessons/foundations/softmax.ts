/** From logits to probabilities and to a loss, without any library. */

/**
 * ln Σ eˣ. The greatest value is taken out first: else e¹⁰⁰⁰ is Infinity, and ln Σ e⁻¹⁰⁰⁰ is −Infinity.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.logSumExp([1000, 1000])); // about 1000.693
 * ```
 */
export function logSumExp(x: readonly number[]): number {
  const top = Math.max(...x);
  if (!Number.isFinite(top)) return top; // Infinity − Infinity is NaN
  return top + Math.log(x.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/**
 * x − ln Σ eˣ: the logarithms of {@linkcode softmax}'s probabilities.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.logSoftmax([0, 0])); // about [ -0.6931, -0.6931 ]
 * ```
 */
export function logSoftmax(x: readonly number[]): number[] {
  const total = logSumExp(x);
  return x.map((value) => value - total);
}

/**
 * eˣ / Σ eˣ: probabilities that add up to 1. They depend on differences of logits alone: an image with weak evidence for everything and one
 * with strong evidence can get the same. Where an image may show several things or nothing, {@linkcode sigmoid} of each logit is the
 * right choice; where exactly one of them comes next, as in a language model, softmax is.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const { softmax, sigmoid } = lessons.foundations;
 * const strong = [4, 2], weak = [0, -2];
 * console.log(softmax(strong), softmax(weak)); // about [ 0.8808, 0.1192 ] [ 0.8808, 0.1192 ]
 * console.log(strong.map(sigmoid), weak.map(sigmoid)); // about [ 0.982, 0.8808 ] [ 0.5, 0.1192 ]
 * ```
 */
export function softmax(x: readonly number[]): number[] {
  return logSoftmax(x).map(Math.exp);
}

/**
 * 1 / (1 + e⁻ˣ): a probability of its own for one logit.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.sigmoid(0)); // 0.5
 * ```
 */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * The mean of minus the log-probability that each row gives to its label.
 *
 * @throws {RangeError} for a label that its row does not have
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.negativeLogLikelihood([[-0.1, -2.4], [-1.6, -0.2]], [0, 1])); // about 0.15
 * ```
 */
export function negativeLogLikelihood(
  logProbabilities: readonly (readonly number[])[],
  labels: readonly number[],
): number {
  const losses = labels.map((label, i) => {
    const value = logProbabilities[i]?.[label];
    if (value === undefined) throw new RangeError(`Cannot find label ${label} in row ${i}`);
    return -value;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/**
 * Cross-entropy of logits: {@linkcode negativeLogLikelihood} of {@linkcode logSoftmax}.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.foundations.crossEntropy([[1000, 0], [0, 0]], [0, 1])); // about 0.3466
 * ```
 */
export function crossEntropy(logits: readonly (readonly number[])[], labels: readonly number[]): number {
  return negativeLogLikelihood(logits.map(logSoftmax), labels);
}
