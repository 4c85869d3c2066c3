/** Checks that the operations on images share. */
import { checkTensor } from "./expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { TensorHandle } from "./handle.ts";

/** A number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Both numbers of a {@linkcode Pair}, checked. */
export function pair(what: string, value: Pair, least: number): [number, number] {
  const both: readonly number[] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both)) {
    throw new TypeError(`Cannot use ${what} ${both}: it takes a number, or [vertical, horizontal]`);
  }
  if (both.length !== 2 || both.some((n) => !Number.isInteger(n) || n < least)) {
    throw new ShapeError(
      `Cannot use ${what} ${showShape(both)}: it takes whole numbers from ${least}, one or [vertical, horizontal]`,
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
  if (x.dtype !== "float32") {
    throw new TypeError(`Cannot ${what} a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
}
