/** Average pooling as functions of tensors. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { ADAPTIVE, avgPooling } from "../device/steps/pool.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { avgPool2d as average } from "../ops/pool.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { expectHalfPadding, expectImages, type Pair, pair } from "./windows.ts";

/** Options of {@linkcode avgPool2d}. */
export interface AvgPoolOptions {
  /** Default: the kernel size. */
  stride?: Pair;
  /** Zero padding, at most half the kernel size. Default 0. */
  padding?: Pair;
  /** Whether padding counts in the divisor. Default true (PyTorch). */
  countIncludePad?: boolean;
}

const OPTIONS = optionNames<AvgPoolOptions>({ stride: 1, padding: 1, countIncludePad: 1 });

/**
 * Averages over windows of `kernelSize`: [n, c, h, w] → [n, c, oh, ow].
 *
 * @param options see {@linkcode AvgPoolOptions}
 * @throws {ShapeError} if a setting is too small, the padding exceeds half the kernel, or no window fits
 * @throws {TypeError} if `x` is not float32
 *
 * @example
 * ```ts
 * import { avgPool2d, tensor } from "./mod.ts";
 * console.log(await avgPool2d(tensor([[[[1, 2], [3, 6]]]]), 2).item()); // 3
 * ```
 */
export function avgPool2d(x: TensorHandle, kernelSize: Pair, options: AvgPoolOptions = {}): Tensor {
  checkOptions("avgPool2d", options, OPTIONS);
  expectImages("avgPool2d", x);
  const kernel = pair("kernel size", kernelSize, 1), stride = pair("stride", options.stride ?? kernelSize, 1);
  const padding = pair("padding", options.padding ?? 0, 0);
  expectHalfPadding(padding, kernel);
  const out = (i: 0 | 1) => Math.floor((x.shape[2 + i]! + 2 * padding[i] - kernel[i]) / stride[i]) + 1;
  if (out(0) < 1 || out(1) < 1) {
    throw new ShapeError(
      `Cannot avgPool2d ${showShape(x.shape)}: the window ${showShape(kernel)} is larger than the image`,
    );
  }
  const { countIncludePad = true } = options;
  const pooling = avgPooling({ adaptive: false, kernelSize: kernel, stride, padding, countIncludePad });
  return new Tensor(average(x.node(), pooling, [x.shape[0]!, x.shape[1]!, out(0), out(1)]));
}

/**
 * Averages to a fixed output size, whatever the input's: bin i covers ⌊i·h/oh⌋ to ⌈(i+1)·h/oh⌉.
 *
 * @param x [n, c, h, w], float32
 * @param outputSize height and width of the result; a number for both
 * @returns [n, c, oh, ow]
 * @throws {ShapeError} unless x has four axes and the sizes are whole numbers from 1
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool2d, randn } from "./mod.ts";
 * console.log(adaptiveAvgPool2d(randn([16, 64, 7, 7]), [2, 3]).shape); // [ 16, 64, 2, 3 ]
 * ```
 */
export function adaptiveAvgPool2d(x: TensorHandle, outputSize: Pair): Tensor {
  expectImages("adaptiveAvgPool2d", x);
  const [oh, ow] = pair("output size", outputSize, 1);
  return new Tensor(average(x.node(), ADAPTIVE, [x.shape[0]!, x.shape[1]!, oh, ow]));
}
