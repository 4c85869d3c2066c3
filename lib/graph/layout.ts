/** Physical layouts: how axes lie in memory, and how many loops a strided step needs. */
import { rowMajor, type Shape, sizeOf } from "./shape.ts";

/** Strides of an NCHW-shaped tensor whose channels lie innermost. */
export function channelsLast(shape: Shape): number[] {
  const [, c, h, w] = shape as [number, number, number, number];
  return [h * w * c, 1, w * c, c];
}

/** Strides of `ref` read as if it had `shape`. */
export function broadcastStrides(
  ref: { readonly shape: Shape; readonly strides: readonly number[] },
  shape: Shape,
): number[] {
  const extra = shape.length - ref.shape.length;
  return shape.map((size, i) => i < extra || (ref.shape[i - extra] === 1 && size !== 1) ? 0 : ref.strides[i - extra]!);
}

/** Whether two stride lists mean the same for `shape`: axes of size 1 don't matter. */
export function sameLayout(shape: Shape, a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1 && a[i] !== b[i]) return false;
  return true;
}

/** Axes of more than one element as they lie in memory, the outermost first: by falling stride. */
export function axesInMemory(shape: Shape, strides: readonly number[]): number[] {
  return [...shape.keys()].filter((axis) => shape[axis] !== 1).sort((a, b) => strides[b]! - strides[a]! || a - b);
}

/** Whether a layout fills its memory without gaps or repeats. */
export function isDense(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (const axis of axesInMemory(shape, strides).reverse()) {
    if (strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** The layout of a pointwise result: that of the first whole-shaped dense input which is not row-major, else row-major. */
export function naturalLayout(shape: Shape, inputs: readonly { shape: Shape; strides: readonly number[] }[]): number[] {
  const plain = rowMajor(shape);
  const size = sizeOf(shape);
  for (const input of inputs) {
    if (input.shape.length !== shape.length || sizeOf(input.shape) !== size) continue;
    if (isDense(shape, input.strides) && !sameLayout(shape, input.strides, plain)) return tidy(shape, input.strides);
  }
  return plain;
}

/** The same layout with strides of size-1 axes made regular, so that equal layouts look equal. */
function tidy(shape: Shape, strides: readonly number[]): number[] {
  const out = [...strides];
  for (let i = shape.length - 1; i >= 0; i--) if (shape[i] === 1) out[i] = 1;
  return out;
}

/** Loops over several operands at once. */
export interface Loops {
  readonly shape: number[];
  /** Strides of each operand. */
  readonly strides: number[][];
}

/**
 * Drops axes of size 1 and merges neighbours that every operand steps through evenly. With `order`, axes are first sorted by falling
 * stride of operand number `order`.
 */
export function coalesce(shape: Shape, strides: readonly (readonly number[])[], order?: number): Loops {
  let axes = shape.map((_, i) => i).filter((i) => shape[i] !== 1);
  if (order !== undefined) axes = axes.sort((a, b) => strides[order]![b]! - strides[order]![a]! || a - b);
  const outShape: number[] = [];
  const outStrides: number[][] = strides.map(() => []);
  for (const axis of axes) {
    const size = shape[axis]!;
    const last = outShape.length - 1;
    const merges = last >= 0 && strides.every((s, k) => outStrides[k]![last] === s[axis]! * size);
    if (merges) {
      outShape[last]! *= size;
      strides.forEach((s, k) => outStrides[k]![last] = s[axis]!);
    } else {
      outShape.push(size);
      strides.forEach((s, k) => outStrides[k]!.push(s[axis]!));
    }
  }
  return { shape: outShape, strides: outStrides };
}
