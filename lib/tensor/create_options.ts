/** What the functions that make tensors share. */
import { optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import type { DType } from "../device/dtype.ts";
import { checkSizes, type Shape } from "../graph/shape.ts";
import type { Tensor } from "./tensor.ts";

/** Options of creation. */
export interface CreateOptions {
  /** Element type. Default float32 (bool for booleans; int32 for randint, randperm and argmax). */
  dtype?: DType;
  /** Where the tensor lives. Default: {@linkcode defaultDevice}. */
  device?: Device;
  /** Whether to make it a leaf. Default false. */
  requiresGrad?: boolean;
}

/** Names of these options. */
export const CREATE = optionNames<CreateOptions>({ dtype: 1, device: 1, requiresGrad: 1 });

/** The tensor that was made, as a leaf if the options say so. */
export function finish(made: Tensor, options: CreateOptions): Tensor {
  return options.requiresGrad ? made.requiresGrad_() : made;
}

/** A copy of a shape, once its sizes are checked. */
export function checkShape(shape: Shape): number[] {
  checkSizes("make a tensor", shape);
  return [...shape];
}
