/**
 * What the lessons build on, each in a few lines of plain code: statistics, the scale of deep products, softmax and its loss, callbacks.
 *
 * @module
 */
export {
  calculate,
  Calculator,
  type CalculatorCallback,
  Cancel,
  type MiniCallback,
  miniFit,
  type MiniState,
  type Phase,
  SloppyNumber,
} from "./callbacks.ts";
export {
  type LayerScale,
  products,
  type ProductsOptions,
  xavierMoments,
  type XavierMomentsOptions,
} from "./products.ts";
export { crossEntropy, logSoftmax, logSumExp, negativeLogLikelihood, sigmoid, softmax } from "./softmax.ts";
export {
  correlation,
  covariance,
  mean,
  meanAbsoluteDeviation,
  movingAverage,
  publishedCorrelation,
  variance,
} from "./statistics.ts";
