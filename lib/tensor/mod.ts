/**
 * Tensors: creation, arithmetic, gradients, devices.
 *
 * @module
 */
export { Tensor } from "./tensor.ts";
export type { DataOptions, NestedInput } from "./from_data.ts";
export type { TensorHandle } from "./handle.ts";
export type { TensorArrangement } from "./tensor_arrangement.ts";
export type { TensorMasks, Unique } from "./tensor_masks.ts";
export type { MultinomialOptions, TensorDraws } from "./tensor_draws.ts";
export type { TensorArithmetic } from "./tensor_arithmetic.ts";
export type { TensorPointwise } from "./tensor_pointwise.ts";
export type { TensorReductions } from "./tensor_reductions.ts";
export type { Index, TensorViews } from "./tensor_views.ts";
export type { TensorInPlace } from "./tensor_in_place.ts";
export type { QuantileOptions, SortOptions, TensorOrder, TopkOptions } from "./tensor_order.ts";
export type { Axes, Extremes, Operand, ReduceOptions, VarianceOptions } from "./options.ts";
export * from "./adaptive_pool.ts";
export * from "./combine.ts";
export * from "./create.ts";
export type { CreateOptions } from "./create_options.ts";
export * from "./create_random.ts";
export * from "./bytes.ts";
export * from "./conv.ts";
export * from "./einsum.ts";
export * from "./max_pool.ts";
export * from "./pool.ts";
export * from "./rows.ts";
export * from "./statistics.ts";
export * as autograd from "./autograd.ts";
export { defineOperation } from "./define_operation.ts";
export type {
  BackwardValues,
  Floats,
  HostValues,
  Operation,
  OperationDefinition,
  OperationSizes,
} from "./operation.ts";
export { checkOperation, type CheckOptions, OperationReport } from "./check_operation.ts";
export { defaultGenerator, Generator, type GeneratorOptions, type GeneratorState, setSeed } from "./random.ts";
export type { TorchState } from "./torch_random/torch_random.ts";
export { describe, type DescribedFigures, TensorDescription } from "./description.ts";
export { type PrintOptions, setPrintOptions } from "./print.ts";
export {
  encodeSafetensors,
  loadSafetensors,
  type NamedTensors,
  SafetensorsError,
  type SafetensorsLoadOptions,
  safetensorsMetadata,
  type SafetensorsSaveOptions,
  type SafetensorsSource,
  saveSafetensors,
} from "./safetensors.ts";
export { cleanMem, MemoryReport } from "./clean_mem.ts";
export type { NestedArray, Read } from "./read.ts";
export { enableGrad, isGradEnabled, noGrad } from "../graph/context.ts";
export { OverwrittenError, ShapeError } from "../graph/errors.ts";
export { flush } from "../engine/flush.ts";
export { planStatistics } from "../engine/plan/cache.ts";
export type { PlanStatistics } from "../engine/plan/cache.ts";
export type { Shape } from "../graph/shape.ts";
export type { BackendCounters } from "../device/backend.ts";
export type { Fault } from "../device/faults.ts";
export { defaultDevice, Device, device, setDefaultDevice } from "../device/device.ts";
export type { DeviceName, DeviceOptions } from "../device/names.ts";
export type { DType, HostArray } from "../device/dtype.ts";
export * from "../device/errors.ts";
