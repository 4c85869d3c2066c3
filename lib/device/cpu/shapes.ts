/** Shapes and strides as the encoder sees them. */
import { rowMajor } from "../shape.ts";

/** Whether a view is dense row-major (strides of axes of size 1 do not matter). */
export function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  const dense = rowMajor(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
}

/** An axis of several views at once. */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Axes without those of size 1, adjacent ones merged where all views allow. Never empty: at least one axis of size 1. */
export function mergeAxes(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = merged.at(-1);
    if (last && last.strides.every((stride, i) => stride === axis.strides[i]! * axis.size)) {
      merged[merged.length - 1] = { size: last.size * axis.size, strides: axis.strides };
    } else merged.push(axis);
  }
  if (merged.length === 0) merged.push({ size: 1, strides: (axes[0]?.strides ?? [1, 1, 1, 1]).map(() => 1) });
  return merged;
}

/** How many elements (a multiple of `unit`) a chunk takes: about 64 chunks, of at least `least` elements. Depends on the shape alone. */
export function chunkSize(total: number, unit: number, least: number): number {
  return Math.max(least, Math.ceil(total / 64 / unit) * unit);
}
