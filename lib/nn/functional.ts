/**
 * Layers and losses as functions, PyTorch's `nn.functional`. Each stands with its layer; this lists them.
 *
 * @module
 */
export { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d } from "../tensor/adaptive_pool.ts";
export {
  type Chosen,
  maxPool1d,
  type MaxPool1dOptions,
  maxPool2d,
  type MaxPoolOptions,
  type WithIndices,
} from "../tensor/max_pool.ts";
export { avgPool1d, type AvgPool1dOptions, avgPool2d, type AvgPool2dOptions } from "../tensor/pool.ts";
export { pad, type PadMode, type PadOptions } from "../tensor/pad.ts";
export { fold, type PatchOptions, unfold } from "../tensor/patches.ts";
export { generalRelu, type GeneralReluOptions, leakyRelu, relu } from "./activations.ts";
export { type AttentionOptions, scaledDotProductAttention } from "./attention.ts";
export { conv1d, type Conv1dFunctionOptions } from "./conv1d.ts";
export { conv2d, type ConvOptions } from "./conv2d.ts";
export { convTranspose1d, type ConvTranspose1dFunctionOptions } from "./conv_transpose1d.ts";
export { convTranspose2d, type ConvTransposeOptions } from "./conv_transpose2d.ts";
export {
  cosineEmbeddingLoss,
  type CosineEmbeddingLossOptions,
  cosineSimilarity,
  type CosineSimilarityOptions,
  pairwiseDistance,
  type PairwiseDistanceOptions,
  tripletMarginLoss,
  type TripletMarginLossOptions,
} from "./distance_losses.ts";
export { celu, elu, logSigmoid, mish, selu, softplus, softsign } from "./exponential_activations.ts";
export { hardsigmoid, hardswish, hardtanh, relu6 } from "./hard_activations.ts";
export { prelu } from "./prelu.ts";
export { dropout, dropout2d, type DropoutOptions } from "./dropout.ts";
export { embedding, type EmbeddingFunctionOptions } from "./embedding.ts";
export {
  batchNorm,
  type BatchNormOptions,
  groupNorm,
  instanceNorm,
  type InstanceNormOptions,
  layerNorm,
  type NormOptions,
  type RunningNormOptions,
} from "./functional_norms.ts";
export { interpolate, type InterpolateOptions } from "./interpolate.ts";
export { linear } from "./linear.ts";
export { crossEntropy, type CrossEntropyOptions, nllLoss, type NllLossOptions } from "./losses.ts";
export { oneHot } from "./one_hot.ts";
export {
  binaryCrossEntropy,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  type BinaryCrossEntropyWithLogitsOptions,
  klDiv,
  type KlDivOptions,
} from "./probability_losses.ts";
export type { LossOptions, Reduction } from "./reduction.ts";
export {
  huberLoss,
  type HuberLossOptions,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  type SmoothL1LossOptions,
} from "./regression_losses.ts";
export { rmsNorm, type RmsNormFunctionOptions } from "./rms_norm.ts";
export { gelu, type GeluOptions, sigmoid, silu, tanh } from "./smooth.ts";
export { logSoftmax, softmax } from "./softmax.ts";
