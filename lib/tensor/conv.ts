/** Convolutions as functions of tensors. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { nodeOf } from "./expect.ts";
import { type Convolution, convolution } from "../device/steps/conv.ts";
import { conv2d as convolve } from "../ops/conv.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { type Pair, pair } from "./windows.ts";

export type { Pair } from "./windows.ts";

const OPTIONS = optionNames<{ stride?: Pair; padding?: Pair }>({ stride: 1, padding: 1 });

/** Geometries that were made, as a network has few and uses each at every step; making one costs as much as recording a node. */
const geometries: Convolution[] = [];
const MOST_GEOMETRIES = 64;

function geometryOf(stride: readonly [number, number], padding: readonly [number, number]): Convolution {
  const same = (a: readonly [number, number], b: readonly [number, number]) => a[0] === b[0] && a[1] === b[1];
  const known = geometries.find((one) => same(one.stride, stride) && same(one.padding, padding));
  if (known) return known;
  const made = convolution({ stride, padding });
  if (geometries.length < MOST_GEOMETRIES) geometries.push(made);
  return made;
}

/**
 * 2-D cross-correlation of `x` [n, in, h, w] with `weights` [out, in, kh, kw], without bias.
 *
 * @param options `stride` (default 1) and zero `padding` (default 0), each a number or [vertical, horizontal]
 * @returns [n, out, ⌊(h + 2·padding − kh)/stride⌋ + 1, …]
 * @throws {ShapeError} if the sizes do not fit
 *
 * @example
 * ```ts
 * import { conv2d, randn } from "./mod.ts";
 * console.log(conv2d(randn([16, 1, 28, 28]), randn([8, 1, 5, 5]), { stride: 2, padding: 2 }).shape); // [ 16, 8, 14, 14 ]
 * ```
 */
export function conv2d(
  x: TensorHandle,
  weights: TensorHandle,
  options: { stride?: Pair; padding?: Pair } = {},
): Tensor {
  checkOptions("conv2d", options, OPTIONS);
  const stride = pair("stride", options.stride ?? 1, 1), padding = pair("padding", options.padding ?? 0, 0);
  return new Tensor(
    convolve(nodeOf("conv2d", "the input", x), nodeOf("conv2d", "the weights", weights), geometryOf(stride, padding)),
  );
}
