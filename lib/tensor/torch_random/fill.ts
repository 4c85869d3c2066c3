/** Tensors of numbers that a generator of PyTorch's kind draws at the call: data, whatever computes with them and however often. */
import type { Device } from "../../device/device.ts";
import type { HostArray } from "../../device/dtype.ts";
import type { Node } from "../../graph/node.ts";
import { axesInMemory } from "../../graph/layout.ts";
import { rowMajor, type Shape, sizeOf } from "../../graph/shape.ts";
import { fromData } from "../from_data.ts";
import type { TensorHandle } from "../handle.ts";

/** What is filled. */
export interface Place {
  readonly device: Device;
  readonly shape: Shape;
  /** Strides as PyTorch has them: it fills in the order in which elements lie in memory. Default: row-major. */
  readonly order?: readonly number[];
  /** Whether they lie there row-major and without gaps. Default: if their order is that one. */
  readonly contiguous?: boolean;
}

/** The place of a tensor that is written to. */
export const ownPlace = (t: TensorHandle): Place => ({
  device: t.device,
  shape: t.shape,
  order: t.stride(),
  contiguous: t.isContiguous(),
});

/**
 * A node of `draw`'s numbers.
 *
 * @param draw makes so many numbers, which lie row-major and without gaps or do not
 */
export function drawnData(
  { device, shape, order, contiguous = true }: Place,
  draw: (length: number, contiguous: boolean) => HostArray,
): Node {
  const inMemory = order && axesInMemory(shape, order), size = sizeOf(shape);
  const ordered = !inMemory || inMemory.every((axis, i) => i === 0 || axis > inMemory[i - 1]!);
  const numbers = draw(size, ordered && contiguous);
  return fromData(ordered ? numbers : logical(numbers, shape, inMemory), { device, shape });
}

/** Numbers that were drawn along `axes`, the last one fastest, in row-major order. */
function logical(numbers: HostArray, shape: Shape, axes: readonly number[]): HostArray {
  const strides = rowMajor(shape), out = numbers.slice(), at = new Array<number>(axes.length).fill(0);
  for (let i = 0, place = 0; i < numbers.length; i++) {
    out[place] = numbers[i]!;
    for (let k = axes.length - 1; k >= 0; k--) {
      const axis = axes[k]!;
      place += strides[axis]!;
      if (++at[k]! < shape[axis]!) break;
      place -= at[k]! * strides[axis]!;
      at[k] = 0;
    }
  }
  return out;
}
