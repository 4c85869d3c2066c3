/** Nodes of elements that satisfy something, and of where they are. */
import type { Device } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { broadcastShapes, rowMajor, type Shape, sizeOf } from "../graph/shape.ts";
import { cast, where } from "../ops/pointwise.ts";
import { data, full } from "../ops/sources.ts";
import { expand, reshape } from "../ops/views.ts";
import { TensorHandle } from "./handle.ts";
import { indexSelect } from "./index.ts";
import { type Operand, operandNode } from "./options.ts";
import { inPlace } from "./pointwise.ts";

/** `value` where `mask` holds, else `x`, whose type stays. */
export function maskedFill(what: string, x: Node, mask: Node, value: Operand): Node {
  if (value instanceof TensorHandle && value.ndim > 0) {
    throw new ShapeError(
      `Cannot ${what} with a value of shape ${showShape(value.shape)}: it has no axes. where() takes any`,
    );
  }
  const filling = x.dtype === "bool" && typeof value !== "object"
    ? full(x.device, "bool", [], Number(value))
    : operandNode(x, value);
  return cast(where(mask, inPlace(what, x.dtype, filling), x), x.dtype);
}

/** Where, in row-major order of `shape`, a mask holds that broadcasts to it. */
function placesWhere(shape: Shape, maskShape: Shape, mask: HostArray): Int32Array {
  const dense = rowMajor(maskShape), extra = shape.length - maskShape.length, places: number[] = [];
  const strides = shape.map((_, i) => i < extra || maskShape[i - extra] === 1 ? 0 : dense[i - extra]!);
  for (let place = 0, count = sizeOf(shape); place < count; place++) {
    let rest = place, at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += rest % shape[axis]! * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    if (mask[at]) places.push(place);
  }
  return Int32Array.from(places);
}

/** The elements of `x` where a mask holds that was read. */
export function kept(x: Node, maskShape: Shape, mask: HostArray): Node {
  const shape = broadcastShapes("maskedSelect", x.shape, maskShape), places = placesWhere(shape, maskShape, mask);
  return indexSelect(reshape(expand(x, shape), [sizeOf(shape)]), 0, data(x.device, "int32", [places.length], places));
}

/** The coordinates of the elements that are not zero. */
export function placesOf(device: Device, shape: Shape, values: HostArray): Node {
  const places: number[] = [];
  values.forEach((value: number, i: number) => value !== 0 && places.push(i));
  const rank = shape.length, out = new Int32Array(places.length * rank);
  places.forEach((place, row) => {
    for (let axis = rank - 1; axis >= 0; axis--) {
      out[row * rank + axis] = place % shape[axis]!;
      place = Math.floor(place / shape[axis]!);
    }
  });
  return data(device, "int32", [places.length, rank], out);
}

/** The different numbers, which of them each element is, and how often each is there. */
export interface Found {
  readonly values: Node;
  readonly inverse: Node;
  readonly counts: Node;
}

/** The different numbers of `given`; each NaN is one of its own. */
export function uniqueOf(device: Device, dtype: DType, shape: Shape, given: HostArray): Found {
  const order = Uint32Array.from(given, (_, i) => i);
  const last = (x: number) => Number.isNaN(x) ? 1 : 0;
  order.sort((a, b) => last(given[a]!) - last(given[b]!) || given[a]! - given[b]! || a - b);
  const values: number[] = [], counts: number[] = [], inverse = new Int32Array(given.length);
  for (const place of order) {
    const value = given[place]!;
    if (value !== values.at(-1)) {
      values.push(value);
      counts.push(0);
    }
    counts[counts.length - 1]!++;
    inverse[place] = counts.length - 1;
  }
  const kinds = {
    float32: Float32Array,
    float16: Float32Array,
    int32: Int32Array,
    bool: Uint8Array,
    uint8: Uint8Array,
  };
  return {
    values: data(device, dtype, [values.length], kinds[dtype].from(values)),
    inverse: data(device, "int32", shape, inverse),
    counts: data(device, "int32", [counts.length], Int32Array.from(counts)),
  };
}
