/** Checks that the operations on images share. */
import { textOf } from "../device/expect.ts";
import { isFloat } from "../device/dtype.ts";
import { isWhole, MOST, whole } from "../device/whole.ts";
import { checkTensor } from "./expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Shape } from "../graph/shape.ts";
import type { Node } from "../graph/node.ts";
import { reshape } from "../ops/views.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/** A number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Both numbers of a {@linkcode Pair}, checked. */
export function pair(what: string, value: Pair, least: number): [number, number] {
  const both: readonly number[] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.some((n) => typeof n !== "number")) {
    throw new TypeError(`Cannot use ${what} ${textOf(both)}: it takes a number, or [vertical, horizontal]`);
  }
  if (both.length !== 2 || !isWhole(both[0], least) || !isWhole(both[1], least)) {
    throw new ShapeError(
      `Cannot use ${what} ${
        showShape(both)
      }: it takes whole numbers from ${least} to ${MOST}, one or [vertical, horizontal]`,
    );
  }
  return [both[0]!, both[1]!];
}

/** Throws if padding is more than half the kernel. */
function expectHalfPadding({ show }: Images, { padding, kernelSize }: Windows): void {
  if (padding.some((p, i) => p > kernelSize[i]! / 2)) {
    throw new ShapeError(`Cannot pad by ${show(padding)}: at most half the kernel, ${show(kernelSize)}`);
  }
}

/** Images as pooling takes them, and the way back from them. */
export interface Images {
  /** float32 [batch, channels, height, width]. */
  readonly node: Node;
  /** The shape that was given, for messages. */
  readonly given: Shape;
  /** Settings as they were given: of a signal's [vertical, horizontal] the horizontal one alone. */
  show(pair: readonly [number, number]): string;
  /** A result [batch, channels, rows, columns] without the axes that the input had not. */
  restore(result: Node): Tensor;
}

/**
 * The node of images of `axes` axes, with or without a batch axis: a signal is an image of one row.
 *
 * @throws {ShapeError} if `x` has other axes, or no pixel
 * @throws {TypeError} unless `x` is float32
 */
export function imagesOf(what: string, x: TensorHandle, axes: 1 | 2): Images {
  checkTensor(what, "the input", x);
  const one = axes === 1 ? "channels, length" : "channels, height, width";
  if (x.ndim !== axes + 1 && x.ndim !== axes + 2) {
    throw new ShapeError(`Cannot ${what} ${showShape(x.shape)}: it takes [batch, ${one}] or [${one}]`, [x.shape]);
  }
  const pixels = x.shape.slice(-axes);
  if (pixels.includes(0)) {
    throw new ShapeError(`Cannot ${what} ${showShape(x.shape)}: an image has at least one pixel`, [x.shape]);
  }
  if (!isFloat(x.dtype)) {
    throw new TypeError(`Cannot ${what} a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
  const lead = x.shape.slice(0, -axes), [n, c] = lead.length === 2 ? lead : [1, ...lead];
  const shape = [n!, c!, ...axes === 1 ? [1] : [], ...pixels];
  const same = shape.length === x.ndim, node = x.node();
  return {
    node: same ? node : reshape(node, shape),
    given: x.shape,
    show: (pair) => showShape(pair.slice(-axes)),
    restore: (result) => new Tensor(same ? result : reshape(result, [...lead, ...result.shape.slice(-axes)])),
  };
}

/** A size along a signal, as one of an image of one row, in which a step or a window down is 1 and a padding 0. */
export function alongRow(what: string, value: number, least: 0 | 1): readonly [number, number] {
  return [least, whole(`use ${what} ${textOf(value)}`, "it", value, least)];
}

/** How the windows of a pool lie. */
export interface Windows {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Whether a last window that begins inside the image, or in the padding before it, may reach beyond the padded image. */
  readonly ceilMode: boolean;
}

/**
 * Windows over images, and the `shape` of what they give, with all four axes.
 *
 * @throws {ShapeError} if there is no channel, the padding exceeds half the kernel, or no window fits
 */
export function checkWindows(what: string, images: Images, windows: Windows): Windows & { readonly shape: Shape } {
  const { node: { shape: image }, given, show } = images, { kernelSize, dilation } = windows;
  if (image[1] === 0) throw new ShapeError(`Cannot ${what} ${showShape(given)}: an image has at least one channel`);
  expectHalfPadding(images, windows);
  const out = ([0, 1] as const).map((axis) => windowCount(image[2 + axis]!, windows, axis));
  if (out.some((count) => count < 1)) {
    throw new ShapeError(
      `Cannot ${what} ${showShape(given)}: the window ${show(kernelSize)}` +
        `${dilation.some((d) => d > 1) ? ` with dilation ${show(dilation)}` : ""} is larger than the image`,
    );
  }
  return { ...windows, shape: [image[0]!, image[1]!, ...out] };
}

/** How many windows there are along an axis; below 1 if none fits. */
function windowCount(size: number, windows: Windows, axis: 0 | 1): number {
  const stride = windows.stride[axis], padding = windows.padding[axis];
  const room = size + 2 * padding - windows.dilation[axis] * (windows.kernelSize[axis] - 1) - 1;
  const down = Math.floor(room / stride) + 1, more = Math.ceil(room / stride) + 1;
  return windows.ceilMode && (more - 1) * stride < size + padding ? more : down;
}

/** What is put before and after along an axis, so that windows give as many results as there are places. */
export function samePadding(kernel: number, dilation: number): readonly [number, number] {
  const all = dilation * (kernel - 1), before = Math.floor(all / 2);
  return [before, all - before];
}
