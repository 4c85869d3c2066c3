/**
 * Layers and losses as functions, PyTorch's `nn.functional`. Each stands with its layer; this lists them.
 *
 * @module
 */
export { maxPool2d, type MaxPoolOptions } from "../tensor/max_pool.ts";
export { generalRelu, type GeneralReluOptions, leakyRelu, relu } from "./activations.ts";
export { conv1d, type Conv1dFunctionOptions } from "./conv1d.ts";
export { conv2d, type ConvOptions } from "./conv2d.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
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
export { linear } from "./linear.ts";
export { crossEntropy, type LossOptions, mseLoss, nllLoss, type Reduction } from "./losses.ts";
export { adaptiveAvgPool2d, avgPool2d, type AvgPool2dOptions } from "./pooling.ts";
export { gelu, type GeluOptions, sigmoid, silu, tanh } from "./smooth.ts";
export { logSoftmax, softmax } from "./softmax.ts";
