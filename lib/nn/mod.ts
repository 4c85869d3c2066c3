/**
 * Layers, initialisation and losses.
 *
 * @module
 */
export { GeneralReLU, LeakyReLU, ReLU } from "./activations.ts";
export type { Pair } from "./check.ts";
export { Conv1d, type Conv1dOptions } from "./conv1d.ts";
export { Conv2d, type Conv2dOptions } from "./conv2d.ts";
export { Dropout, type DropoutOptions } from "./dropout.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { Flatten, Identity } from "./flatten.ts";
export * as functional from "./functional.ts";
export type { ConvOptions, GeneralReluOptions, LossOptions, Reduction } from "./functional.ts";
export { type BackwardHook, type ForwardHook, HookError, type HookHandle } from "./hooks.ts";
export * as init from "./init.ts";
export type {
  FillOptions,
  KaimingOptions,
  Nonlinearity,
  OrthogonalOptions,
  TruncNormalOptions,
  XavierOptions,
} from "./init.ts";
export { Lambda } from "./lambda.ts";
export { type LayerOptions, Linear } from "./linear.ts";
export { MaxPool2d } from "./max_pool.ts";
export { Module } from "./module.ts";
export { isParameter, type Parameter, parameter } from "./parameter.ts";
export { AdaptiveAvgPool2d, AvgPool2d, type AvgPool2dOptions } from "./pooling.ts";
export { ModuleList, Sequential } from "./sequential.ts";
export { GELU, type GeluOptions, Sigmoid, SiLU, Tanh } from "./smooth.ts";
export type { LoadOptions, LoadReport, StateDict } from "./state_dict.ts";
