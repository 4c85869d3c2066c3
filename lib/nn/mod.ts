/**
 * Layers, initialisation and losses.
 *
 * @module
 */
export { GeneralReLU, type GeneralReluOptions, LeakyReLU, ReLU } from "./activations.ts";
export { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from "./batch_norm.ts";
export type { Pair } from "./check.ts";
export { Conv1d, type Conv1dOptions } from "./conv1d.ts";
export { Conv2d, type Conv2dOptions, type ConvOptions } from "./conv2d.ts";
export type { OutputSize, PaddingMode } from "./conv_shared.ts";
export { ConvTranspose1d, type ConvTranspose1dOptions } from "./conv_transpose1d.ts";
export { ConvTranspose2d, type ConvTranspose2dOptions } from "./conv_transpose2d.ts";
export { ModuleDict, ParameterList } from "./containers.ts";
export { Dropout, Dropout2d, type DropoutOptions } from "./dropout.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { CELU, ELU, LogSigmoid, Mish, SELU, Softplus, Softsign } from "./exponential_activations.ts";
export { Hardsigmoid, Hardswish, Hardtanh, ReLU6 } from "./hard_activations.ts";
export { PReLU, type PReLUOptions } from "./prelu.ts";
export { LogSoftmax, Softmax } from "./softmax.ts";
export { Flatten, Identity } from "./flatten.ts";
export * as functional from "./functional.ts";
export type { BatchNormOptions, InstanceNormOptions, NormOptions, RunningNormOptions } from "./functional_norms.ts";
export { GroupNorm, type GroupNormOptions } from "./group_norm.ts";
export { HookError, type HookHandle } from "./hooks.ts";
export type { FillOptions } from "./fill.ts";
export * as init from "./init.ts";
export type {
  DiracOptions,
  KaimingOptions,
  Nonlinearity,
  OrthogonalOptions,
  SparseOptions,
  TruncNormalOptions,
  XavierOptions,
} from "./init.ts";
export type { AttentionOptions } from "./attention.ts";
export type { RmsNormFunctionOptions } from "./rms_norm.ts";
export { InstanceNorm1d, InstanceNorm2d, type InstanceNormLayerOptions } from "./instance_norm.ts";
export { Lambda } from "./lambda.ts";
export { LayerNorm, type LayerNormOptions } from "./layer_norm.ts";
export type { LayerOptions } from "./layer_options.ts";
export { Linear } from "./linear.ts";
export {
  BCELoss,
  BCEWithLogitsLoss,
  CosineEmbeddingLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  type Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
  TripletMarginLoss,
} from "./loss_modules.ts";
export type {
  AvgPool1dOptions,
  AvgPool2dOptions,
  BinaryCrossEntropyOptions,
  BinaryCrossEntropyWithLogitsOptions,
  CosineEmbeddingLossOptions,
  CosineSimilarityOptions,
  CrossEntropyOptions,
  HuberLossOptions,
  KlDivOptions,
  LossOptions,
  NllLossOptions,
  PairwiseDistanceOptions,
  Reduction,
  SmoothL1LossOptions,
  TripletMarginLossOptions,
} from "./functional.ts";
export { MaxPool1d, MaxPool2d } from "./max_pool.ts";
export {
  type AnyModule,
  type BackwardHook,
  type ForwardHook,
  Module,
  type ModuleSaveOptions,
  type Outputs,
} from "./module.ts";
export { moduleNames } from "./names.ts";
export { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from "./multihead_attention.ts";
export { isParameter, type Parameter, parameter } from "./parameter.ts";
export {
  CircularPad1d,
  CircularPad2d,
  ConstantPad1d,
  ConstantPad2d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReplicationPad1d,
  ReplicationPad2d,
  ZeroPad2d,
} from "./padding.ts";
export type { Padding } from "./padding_base.ts";
export { Upsample } from "./upsample.ts";
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d } from "./adaptive_pooling.ts";
export { AvgPool1d, AvgPool2d } from "./pooling.ts";
export { Recurrent, type RecurrentOptions } from "./recurrent.ts";
export { GRU, LSTM, RNN, type RNNOptions } from "./rnn.ts";
export { RMSNorm, type RMSNormOptions } from "./rms_norm.ts";
export { RunningNorm, type RunningNormLayerOptions } from "./running_norm.ts";
export { type Indexed, ModuleList, Sequential } from "./sequential.ts";
export { GELU, type GeluOptions, Sigmoid, SiLU, Tanh } from "./smooth.ts";
export type { LoadOptions, LoadReport, StateDict } from "./state_dict.ts";
