/** Convolutions of images as functions of tensors. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import { type Convolution, convolution } from "../device/steps/conv.ts";
import { whole } from "../device/whole.ts";
import type { Node } from "../graph/node.ts";
import { conv2d as convolve, convTranspose2d as transpose } from "../ops/conv.ts";
import { reshape } from "../ops/views.ts";
import { nodeOf } from "./expect.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";
import { type Pair, pair, samePadding } from "./windows.ts";

export type { Pair } from "./windows.ts";

/** Options of {@linkcode conv2d}. */
export interface Convolution2dOptions {
  /** Step between windows. Default: 1. */
  stride?: Pair;
  /**
   * Zeros added on each side; "same" for as many as give a result of the input's size (of an odd number one more at the end), which takes stride 1;
   * "valid" for none. Default: 0.
   */
  padding?: Pair | "same" | "valid";
  /** Distance between the places that neighbouring elements of a kernel meet. Default: 1. */
  dilation?: Pair;
  /** Into how many groups the channels fall: each group of outputs sees its group of inputs alone. Default: 1. */
  groups?: number;
}

/** Options of {@linkcode convTranspose2d}. */
export interface ConvolutionTranspose2dOptions {
  /** Step between the places where the kernel is laid. Default: 1. */
  stride?: Pair;
  /** Rows and columns that are left out on each side of the result. Default: 0. */
  padding?: Pair;
  /** Rows and columns more at the end of the result; less than the stride or the dilation. Default: 0. */
  outputPadding?: Pair;
  /** Into how many groups the channels fall. Default: 1. */
  groups?: number;
  /** Distance between the places on which neighbouring elements of a kernel are laid. Default: 1. */
  dilation?: Pair;
}

const OPTIONS = optionNames<Convolution2dOptions>({ stride: 1, padding: 1, dilation: 1, groups: 1 });
const TRANSPOSED = optionNames<ConvolutionTranspose2dOptions>({
  stride: 1,
  padding: 1,
  outputPadding: 1,
  groups: 1,
  dilation: 1,
});

type Two = readonly [number, number];

/** Geometries that were made, as a network has few and uses each at every step; making one costs as much as recording a node. */
const geometries: Convolution[] = [];
const MOST_GEOMETRIES = 64;

function geometryOf(stride: Two, padding: Two, dilation: Two, groups: number): Convolution {
  const same = (a: Two, b: Two) => a[0] === b[0] && a[1] === b[1];
  const known = geometries.find((one) =>
    same(one.stride, stride) && same(one.padding, padding) && same(one.dilation, dilation) && one.groups === groups
  );
  if (known) return known;
  const made = convolution({ stride, padding, dilation, groups });
  if (geometries.length < MOST_GEOMETRIES) geometries.push(made);
  return made;
}

/** Zeros before and after the image, [vertical, horizontal] each. */
function paddingOf(
  padding: Pair | "same" | "valid",
  stride: Two,
  dilation: Two,
  weights: readonly number[],
): { readonly before: Two; readonly after: Two } {
  if (padding === "valid") return { before: [0, 0], after: [0, 0] };
  if (padding !== "same") {
    if (typeof padding === "string") {
      throw new RangeError(
        `Cannot use padding ${found(padding)}: it takes a number, [vertical, horizontal], "same" or "valid"`,
      );
    }
    const both = pair("padding", padding, 0);
    return { before: both, after: both };
  }
  if (stride[0] !== 1 || stride[1] !== 1) {
    throw new RangeError(
      `Cannot use padding "same" with stride ${stride}: it takes stride 1. Give the padding as a number`,
    );
  }
  const [top, bottom] = samePadding(weights[2]!, dilation[0]), [left, right] = samePadding(weights[3]!, dilation[1]);
  return { before: [top, left], after: [bottom, right] };
}

/** Runs an operation on images with a batch axis on those without one too. */
function batched(x: Node, run: (x: Node) => Node): Node {
  if (x.shape.length !== 3) return run(x);
  const y = run(reshape(x, [1, ...x.shape]));
  return reshape(y, y.shape.slice(1));
}

/**
 * 2-D cross-correlation of `x` [n, in, h, w] with `weights` [out, in / groups, kh, kw], without bias. An image without a batch axis, [in, h, w], gives
 * one without.
 *
 * @param options see {@linkcode Convolution2dOptions}
 * @returns [n, out, ⌊(h + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1, …]
 * @throws {ShapeError} if the sizes do not fit; {@linkcode RangeError} for padding "same" with a stride, or groups below 1; {@linkcode TypeError}
 * for other types than float32
 *
 * @example
 * ```ts
 * import { conv2d, randn } from "./mod.ts";
 * console.log(conv2d(randn([16, 1, 28, 28]), randn([8, 1, 5, 5]), { stride: 2, padding: 2 }).shape); // [ 16, 8, 14, 14 ]
 * ```
 */
export function conv2d(x: TensorHandle, weights: TensorHandle, options: Convolution2dOptions = {}): Tensor {
  checkOptions("conv2d", options, OPTIONS);
  const stride = pair("stride", options.stride ?? 1, 1), dilation = pair("dilation", options.dilation ?? 1, 1);
  const groups = whole("conv2d", "groups", options.groups ?? 1, 1);
  const w = nodeOf("conv2d", "the weights", weights), input = nodeOf("conv2d", "the input", x);
  const { before, after } = paddingOf(options.padding ?? 0, stride, dilation, w.shape);
  const geometry = geometryOf(stride, before, dilation, groups);
  return new Tensor(batched(input, (x) => convolve(x, w, geometry, after)));
}

/**
 * The transposed convolution of `x` [n, in, h, w] with `weights` [in, out / groups, kh, kw], without bias: what a convolution of the same options does,
 * turned around, as in its gradient. Each element of the input lays the kernel, times its value, on the result; where they overlap, they are added.
 * An image without a batch axis, [in, h, w], gives one without.
 *
 * @param options see {@linkcode ConvolutionTranspose2dOptions}
 * @returns [n, out, (h − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1, …]
 * @throws {ShapeError} if the sizes do not fit; {@linkcode RangeError} for an outputPadding that is not less than the stride or the dilation, or
 * groups below 1; {@linkcode TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { convTranspose2d, ones } from "./mod.ts";
 * const y = convTranspose2d(ones([1, 1, 2, 2]), ones([1, 1, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 });
 * console.log(y.shape, await y.at(0, 0, 1).array()); // [ 1, 1, 4, 4 ] [ 2, 4, 2, 2 ]
 * ```
 */
export function convTranspose2d(
  x: TensorHandle,
  weights: TensorHandle,
  options: ConvolutionTranspose2dOptions = {},
): Tensor {
  checkOptions("convTranspose2d", options, TRANSPOSED);
  const stride = pair("stride", options.stride ?? 1, 1), padding = pair("padding", options.padding ?? 0, 0);
  const outputPadding = pair("outputPadding", options.outputPadding ?? 0, 0);
  const dilation = pair("dilation", options.dilation ?? 1, 1);
  const geometry = geometryOf(stride, padding, dilation, whole("convTranspose2d", "groups", options.groups ?? 1, 1));
  const w = nodeOf("convTranspose2d", "the weights", weights);
  return new Tensor(
    batched(nodeOf("convTranspose2d", "the input", x), (x) => transpose(x, w, geometry, outputPadding)),
  );
}
