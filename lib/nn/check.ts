/** Checks of what layers are made with, and of what their functions are given. */
import { found } from "../device/expect.ts";
import { checkTensor } from "../tensor/expect.ts";
import { isFloat, ShapeError, showShape, whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Throws unless `value` is a whole number of at least `least`. */
export function checkCount(layer: string, name: string, value: unknown, least = 1): void {
  whole(`make ${layer}`, name, value, least);
}

/** A size along both axes of an image: one number, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/** Both numbers of a {@linkcode Pair}, checked. */
export function pair(layer: string, name: string, value: Pair, least: number): [number, number] {
  const both: readonly number[] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.length !== 2) {
    throw new TypeError(
      `Cannot make ${layer}: ${name} must be a number or [vertical, horizontal], found ${found(value)}`,
    );
  }
  for (const n of both) checkCount(layer, name, n, least);
  return [both[0]!, both[1]!];
}

/**
 * Throws unless a bias has one number, float32, for each of `out` outputs: any other that broadcasts would give outputs of another shape, or one
 * number to all of them.
 */
export function checkBias(what: string, bias: Tensor, out: number): void {
  checkTensor(what, "the bias", bias);
  if (bias.ndim !== 1 || bias.shape[0] !== out) {
    throw new ShapeError(
      `Cannot ${what} with a bias of shape ${showShape(bias.shape)}: it takes [${out}], one number for each output`,
      [bias.shape],
    );
  }
  if (!isFloat(bias.dtype)) {
    throw new TypeError(`Cannot ${what} with a ${bias.dtype} bias: it takes float32. Convert with .float()`);
  }
}
