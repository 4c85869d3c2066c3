/** Elements at places that several index tensors name together, one for each axis. */
import { showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { expectIndex } from "../graph/record.ts";
import { broadcastShapes, rowMajor, type Shape, sizeOf } from "../graph/shape.ts";
import { add, binary, mul, where } from "../ops/pointwise.ts";
import { number } from "../ops/sources.ts";
import { expand, permute, reshape } from "../ops/views.ts";
import { indexSelect, wrapped } from "./index.ts";

/** An index tensor and the axis that it goes along. */
export interface AxisIndex {
  readonly axis: number;
  readonly index: Node;
}

/**
 * `x[…, i, …, j, …]`, the indices broadcast together: their axes stand where the indexed ones were, if those are neighbours, else in front
 * (NumPy's rule). Places may count from the end of their axis; those out of range raise the fault flag.
 */
export function pickedAt(x: Node, indices: readonly AxisIndex[]): Node {
  for (const { index } of indices) expectIndex("at", index);
  const axes = indices.map(({ axis }) => axis), together = indices.map(({ index }) => index.shape).reduce(broadcast);
  const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i)), sizes = axes.map((axis) => x.shape[axis]!);
  const apart = axes.some((axis, i) => i > 0 && axis !== axes[i - 1]! + 1), before = apart ? 0 : axes[0]!;

  if (indices.length === 1) {
    const found = indexSelect(x, before, reshape(placesOf([indices[0]!.index], sizes), [sizeOf(together)]));
    return reshape(found, [...x.shape.slice(0, before), ...together, ...x.shape.slice(before + 1)]);
  }
  const order = [...axes, ...rest], isPlain = order.every((axis, i) => axis === i);
  const rows = reshape(isPlain ? x : permute(x, order), [sizeOf(sizes), ...rest.map((i) => x.shape[i]!)]);
  const places = expand(placesOf(indices.map(({ index }) => index), sizes), together);
  const found = indexSelect(rows, 0, reshape(places, [sizeOf(together)]));
  const out = reshape(found, [...together, ...rest.map((i) => x.shape[i]!)]);
  if (before === 0) return out;
  const own = together.map((_, i) => i), others = rest.map((_, i) => together.length + i);
  return permute(out, [...others.slice(0, before), ...own, ...others.slice(before)]);
}

const broadcast = (a: Shape, b: Shape): Shape => broadcastShapes("index at", a, b);

/** Where elements lie among those of `sizes`, row-major; a place beyond them all, if one of the indices is out of range. */
function placesOf(indices: readonly Node[], sizes: readonly number[]): Node {
  if (indices.length === 1) return wrapped(indices[0]!, sizes[0]!);
  const strides = rowMajor(sizes),
    inside = (i: number) => {
      const index = indices[i]!, size = sizes[i]!;
      return binary("logicalAnd", binary("ge", index, number(index, -size)), binary("lt", index, number(index, size)));
    };
  const term = (i: number) => {
    const index = where(inside(i), wrapped(indices[i]!, sizes[i]!), number(indices[i]!, 0));
    return mul(index, number(index, strides[i]!));
  };
  const all = indices.map((_, i) => inside(i)).reduce((a, b) => binary("logicalAnd", a, b));
  const place = indices.map((_, i) => term(i)).reduce(add);
  return where(all, place, number(place, sizeOf(sizes)));
}

/** Why a mask is no index. */
export function maskAsIndex(shape: Shape): TypeError {
  return new TypeError(
    `Cannot index ${showShape(shape)} with a bool index: how many elements it takes would depend on its values. ` +
      `await x.maskedSelect(mask) reads the mask; where() and maskedFill() keep the shape`,
  );
}
