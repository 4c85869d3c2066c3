/** Checks that the operations on images share. */
import { isWhole, MOST } from "../device/whole.ts";
import { checkTensor } from "./expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { TensorHandle } from "./handle.ts";

/** A number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Both numbers of a {@linkcode Pair}, checked. */
export function pair(what: string, value: Pair, least: number): [number, number] {
  const both: readonly number[] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.some((n) => typeof n !== "number")) {
    throw new TypeError(`Cannot use ${what} ${both}: it takes a number, or [vertical, horizontal]`);
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
export function expectHalfPadding(padding: readonly number[], kernel: readonly number[]): void {
  if (padding.some((p, i) => p > kernel[i]! / 2)) {
    throw new ShapeError(`Cannot pad by ${showShape(padding)}: at most half the kernel, ${showShape(kernel)}`);
  }
}

/** Throws unless `x` is float32 [batch, channels, height, width]. */
export function expectImages(what: string, x: TensorHandle): void {
  checkTensor(what, "the input", x);
  if (x.ndim !== 4) {
    throw new ShapeError(`Cannot ${what} ${showShape(x.shape)}: it takes [batch, channels, height, width]`, [x.shape]);
  }
  if (x.shape[2] === 0 || x.shape[3] === 0) {
    throw new ShapeError(`Cannot ${what} ${showShape(x.shape)}: an image has at least one pixel`, [x.shape]);
  }
  if (x.dtype !== "float32") {
    throw new TypeError(`Cannot ${what} a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
}
