/** Pooling to a size that is asked for, whatever the input's: bin i of an axis covers ⌊i·h/oh⌋ to ⌈(i+1)·h/oh⌉, as in PyTorch. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { maxPooling } from "../device/steps/max_pool.ts";
import { ADAPTIVE } from "../device/steps/pool.ts";
import { maxPool2d, maxPool2dIndices } from "../ops/max_pool.ts";
import { avgPool2d as average } from "../ops/pool.ts";
import { tensor } from "./create.ts";
import type { TensorHandle } from "./handle.ts";
import type { Chosen, WithIndices } from "./max_pool.ts";
import { Tensor } from "./tensor.ts";
import { alongRow, imagesOf, type Pair, pair } from "./windows.ts";

const INDICES = optionNames<{ indices?: boolean }>({ indices: 1 });

function averaged(what: string, x: TensorHandle, axes: 1 | 2, size: readonly [number, number]): Tensor {
  const { node, restore } = imagesOf(what, x, axes);
  return restore(average(node, ADAPTIVE, [node.shape[0]!, node.shape[1]!, ...size]));
}

/**
 * Averages to a fixed length, whatever the input's: [n, c, l] → [n, c, outputSize], or without the first axis.
 *
 * @param x signals, float32
 * @param outputSize length of the result
 * @throws {ShapeError} unless x has two or three axes; {@linkcode RangeError} unless the size is a whole number from 1
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool1d, tensor } from "./mod.ts";
 * console.log(await adaptiveAvgPool1d(tensor([[1, 3, 5]]), 2).array()); // [ [ 2, 4 ] ]
 * ```
 */
export function adaptiveAvgPool1d(x: TensorHandle, outputSize: number): Tensor {
  return averaged("adaptiveAvgPool1d", x, 1, alongRow("output size", outputSize, 1));
}

/**
 * Averages to a fixed output size, whatever the input's: [n, c, h, w] → [n, c, oh, ow], or without the first axis.
 *
 * @param x images, float32
 * @param outputSize height and width of the result; a number for both
 * @returns the means of bins ⌊i·h/oh⌋ to ⌈(i+1)·h/oh⌉
 * @throws {ShapeError} unless x has three or four axes and the sizes are whole numbers from 1
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool2d, randn } from "./mod.ts";
 * console.log(adaptiveAvgPool2d(randn([16, 64, 7, 7]), [2, 3]).shape); // [ 16, 64, 2, 3 ]
 * ```
 */
export function adaptiveAvgPool2d(x: TensorHandle, outputSize: Pair): Tensor {
  return averaged("adaptiveAvgPool2d", x, 2, pair("output size", outputSize, 1));
}

/** The positions that the bins of an axis cover, all bins as long as the longest, whose last position the others repeat. */
function bins(size: number, count: number): { length: number; positions: number[] } {
  const spans = Array.from({ length: count }, (_, i) => {
    const first = Math.floor(i * size / count);
    return { first, last: Math.ceil((i + 1) * size / count) - 1 };
  });
  const length = Math.max(...spans.map(({ first, last }) => last - first + 1));
  return {
    length,
    positions: spans.flatMap(({ first, last }) => Array.from({ length }, (_, i) => Math.min(first + i, last))),
  };
}

/**
 * The largest elements of bins, as those of equal windows side by side: a position that a bin repeats changes no maximum, and comes after the
 * one that is chosen.
 */
function largest(
  what: string,
  x: TensorHandle,
  axes: 1 | 2,
  [rows, columns]: readonly [number, number],
  indices: boolean,
): Tensor | Chosen {
  const { node, restore } = imagesOf(what, x, axes), { device } = node;
  const [, , height, width] = node.shape as [number, number, number, number];
  const down = bins(height, rows), across = bins(width, columns);
  const int32 = (values: number[]) => tensor(values, { dtype: "int32", device });
  let windows = new Tensor(node);
  if (down.positions.length > height) windows = windows.indexSelect(2, int32(down.positions));
  if (across.positions.length > width) windows = windows.indexSelect(3, int32(across.positions));
  const kernelSize = [down.length, across.length] as const, shape = [node.shape[0]!, node.shape[1]!, rows, columns];
  const pooling = maxPooling({ kernelSize, stride: kernelSize, padding: [0, 0], dilation: [1, 1] });
  const values = restore(maxPool2d(windows.node(), pooling, shape));
  if (!indices) return values;
  const found = new Tensor(maxPool2dIndices(windows.node(), pooling, shape));
  const places = int32(down.positions.flatMap((y) => across.positions.map((x) => y * width + x)));
  return [values, restore(places.indexSelect(0, found.reshape(-1)).reshape(found.shape).node())];
}

/**
 * The largest elements of as many bins as asked for: [n, c, l] → [n, c, outputSize], or without the first axis.
 *
 * @param x signals, float32
 * @param outputSize length of the result
 * @param options with `indices: true` the result is a pair, with the places of the elements, int32
 * @throws {ShapeError} unless x has two or three axes; {@linkcode RangeError} unless the size is a whole number from 1
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool1d, tensor } from "./mod.ts";
 * console.log(await adaptiveMaxPool1d(tensor([[1, 5, 3]]), 2).array()); // [ [ 5, 5 ] ]
 * ```
 */
export function adaptiveMaxPool1d(x: TensorHandle, outputSize: number, options?: { indices?: false }): Tensor;
/** The same, and the place of each element. */
export function adaptiveMaxPool1d(x: TensorHandle, outputSize: number, options: WithIndices): Chosen;
/** Either. */
export function adaptiveMaxPool1d(
  x: TensorHandle,
  outputSize: number,
  options: { indices?: boolean } = {},
): Tensor | Chosen {
  checkOptions("adaptiveMaxPool1d", options, INDICES);
  const size = alongRow("output size", outputSize, 1);
  return largest("adaptiveMaxPool1d", x, 1, size, options.indices ?? false);
}

/**
 * The largest elements of as many bins as asked for: [n, c, h, w] → [n, c, oh, ow], or without the first axis.
 *
 * @param x images, float32
 * @param outputSize height and width of the result; a number for both
 * @param options with `indices: true` the result is a pair, with the places y·w + x of the elements, int32
 * @throws {ShapeError} unless x has three or four axes and the sizes are whole numbers from 1
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool2d, randn } from "./mod.ts";
 * console.log(adaptiveMaxPool2d(randn([16, 64, 7, 7]), [2, 3]).shape); // [ 16, 64, 2, 3 ]
 * ```
 */
export function adaptiveMaxPool2d(x: TensorHandle, outputSize: Pair, options?: { indices?: false }): Tensor;
/** The same, and the place of each element. */
export function adaptiveMaxPool2d(x: TensorHandle, outputSize: Pair, options: WithIndices): Chosen;
/** Either. */
export function adaptiveMaxPool2d(
  x: TensorHandle,
  outputSize: Pair,
  options: { indices?: boolean } = {},
): Tensor | Chosen {
  checkOptions("adaptiveMaxPool2d", options, INDICES);
  return largest("adaptiveMaxPool2d", x, 2, pair("output size", outputSize, 1), options.indices ?? false);
}
