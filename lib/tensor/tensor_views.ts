/** Methods of tensors that show the same elements in another way, or take some of them. */
import { checkList } from "../device/expect.ts";
import { isWhole, MOST } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { checkRank, normalAxis, ownAxis, sizeOf, viewStrides } from "../graph/shape.ts";
import { unary } from "../ops/pointwise.ts";
import { type AxisIndex, maskAsIndex, pickedAt } from "./advanced_index.ts";
import { checkNumber, nodeOf } from "./expect.ts";
import { made, reshaped, viewed } from "./family.ts";
import { TensorHandle } from "./handle.ts";
import { expandedShape, gather, indexSelect, placeOf, scatterAdd, shapeWith, sliceStep } from "./index.ts";
import { sizesOf } from "./options.ts";
import { TensorReductions } from "./tensor_reductions.ts";

/** One position of {@linkcode Tensor.at}: an index, a range `[start?, end?, step?]`, a new axis, or int32 indices. */
export type Index = number | null | readonly (number | undefined)[] | TensorHandle;

/**
 * The part of {@linkcode Tensor} that shows the same elements in another way, or takes some of them.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(x.t().shape, await x.at([], 1).array()); // [ 3, 2 ] [ 2, 5 ]
 * ```
 */
export class TensorViews extends TensorReductions {
  /**
   * Length of one axis; `shape` has all of them.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  size(axis: number): number {
    return this.shape[ownAxis("take the size", axis, this.ndim)]!;
  }

  /**
   * The same elements under another shape; one size may be −1. A view.
   *
   * @throws {ShapeError} if the sizes do not fit, or if it needs a copy: use reshape()
   */
  view(...sizes: (number | readonly number[])[]): this {
    const shape = shapeWith("view", this.shape, sizesOf(sizes));
    if (!viewStrides(this.shape, this.stride(), shape)) {
      throw new ShapeError(
        `Cannot view ${showShape(this.shape)} with strides ${showShape(this.stride())} as ${
          showShape(shape)
        }: the elements don't lie in that order. ` +
          `Use reshape(), which copies`,
      );
    }
    return viewed(this, { op: "reshape", shape });
  }

  /**
   * The elements in row-major order under another shape; one size may be −1. A view where possible, else a copy.
   *
   * @throws {ShapeError} if the sizes do not fit
   */
  reshape(...sizes: (number | readonly number[])[]): this {
    return reshaped(this, shapeWith("reshape", this.shape, sizesOf(sizes)));
  }

  /**
   * Axes `start` to `end` (inclusive) as one. A view where possible, else a copy.
   *
   * @param start default 0
   * @param end default −1, the last
   * @throws {ShapeError} for an axis that is not there, or the later one first
   */
  flatten(start = 0, end = -1): this {
    const from = normalAxis("flatten", start, this.ndim), to = normalAxis("flatten", end, this.ndim);
    if (from > to) {
      throw new ShapeError(`Cannot flatten ${showShape(this.shape)}: axis ${start} comes after axis ${end}`);
    }
    if (this.ndim === 0) return this.reshape(1);
    const middle = sizeOf(this.shape.slice(from, to + 1));
    return this.reshape([...this.shape.slice(0, from), middle, ...this.shape.slice(to + 1)]);
  }

  /**
   * Axes in another order. A view.
   *
   * @throws {ShapeError} unless every axis is named once
   */
  permute(...order: (number | readonly number[])[]): this {
    const axes = sizesOf(order).map((axis) => normalAxis("permute", axis, this.ndim));
    if (axes.length !== this.ndim || new Set(axes).size !== axes.length) {
      throw new ShapeError(
        `Cannot permute ${showShape(this.shape)} by ${showShape(sizesOf(order))}: every axis must be named once`,
      );
    }
    return viewed(this, { op: "permute", order: axes });
  }

  /**
   * Two axes exchanged. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  transpose(a: number, b: number): this {
    const order = this.shape.map((_, i) => i);
    const p = normalAxis("transpose", a, this.ndim), q = normalAxis("transpose", b, this.ndim);
    if (this.ndim === 0) return viewed(this, { op: "permute", order });
    [order[p], order[q]] = [q, p];
    return viewed(this, { op: "permute", order });
  }

  /**
   * The transpose of a matrix; a vector or scalar as it is. A view.
   *
   * @throws {ShapeError} for more than two axes: use permute()
   */
  t(): this {
    if (this.ndim > 2) {
      throw new ShapeError(
        `Cannot transpose ${showShape(this.shape)} with t(): it has more than two axes. Use permute()`,
      );
    }
    return viewed(this, { op: "permute", order: this.ndim === 2 ? [1, 0] : this.shape.map((_, i) => i) });
  }

  /**
   * Without axes of size 1: all of them, or the named one. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  squeeze(axis?: number): this {
    if (axis === undefined) return viewed(this, { op: "reshape", shape: this.shape.filter((size) => size !== 1) });
    const at = normalAxis("squeeze", axis, this.ndim);
    return viewed(this, { op: "reshape", shape: this.shape.filter((size, i) => i !== at || size !== 1) });
  }

  /**
   * With a new axis of size 1 at `axis`. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  unsqueeze(axis: number): this {
    const at = normalAxis("unsqueeze", axis, this.ndim + 1);
    checkRank("unsqueeze to a tensor", this.ndim + 1);
    return viewed(this, { op: "reshape", shape: [...this.shape.slice(0, at), 1, ...this.shape.slice(at)] });
  }

  /**
   * Axes of size 1 repeated without copying; −1 keeps a size. A view that cannot be written to.
   *
   * @throws {ShapeError} if another axis would have to grow
   */
  expand(...sizes: (number | readonly number[])[]): this {
    return viewed(this, { op: "expand", shape: expandedShape(this.shape, sizesOf(sizes)) });
  }

  /** The same as {@linkcode expand}. */
  broadcastTo(shape: readonly number[]): this {
    return this.expand(shape);
  }

  /** The tensor itself if its elements lie in row-major order, else a copy that does. */
  contiguous(): this {
    return this.isContiguous() ? this : made(this, unary("copy", this.node()));
  }

  /**
   * `length` elements of an axis from `start` (which may count from the end). A view.
   *
   * @throws {ShapeError} if the axis has no such elements
   */
  narrow(axis: number, start: number, length: number): this {
    const at = ownAxis("narrow", axis, this.ndim), size = this.shape[at]!;
    checkNumber("narrow", "start", start);
    checkNumber("narrow", "length", length);
    const from = placeOf(start, size);
    if (!(isWhole(from, 0, size) && isWhole(length, 0, size - from))) {
      throw new ShapeError(
        `Cannot narrow axis ${axis} of ${showShape(this.shape)} to ${length} elements from ${start}: it has ${size}`,
      );
    }
    return viewed(this, sliceStep(this.shape, at, from, length, 1));
  }

  /**
   * Every `step`th element of an axis from `start` up to `end` (exclusive); both may count from the end and are
   * clipped. A view.
   *
   * @param start default 0
   * @param end default: the end of the axis
   * @param step a whole number from 1, the default
   * @throws {ShapeError} for an axis that is not there, or numbers that are not whole
   */
  slice(axis: number, start = 0, end?: number, step = 1): this {
    const at = ownAxis("slice", axis, this.ndim), size = this.shape[at]!;
    for (const [name, value] of [["start", start], ["end", end ?? size], ["step", step]] as const) {
      checkNumber("slice", name, value);
    }
    if (!isWhole(step, 1)) {
      throw new ShapeError(`Cannot slice by steps of ${step}: a step is a whole number from 1 to ${MOST}`);
    }
    if (!Number.isInteger(start) || !Number.isInteger(end ?? 0)) {
      throw new ShapeError(`Cannot slice from ${start} to ${end ?? size}: both are whole numbers`);
    }
    const clip = (i: number) => Math.min(size, Math.max(0, i < 0 ? i + size : i));
    const from = clip(start), to = clip(end ?? size);
    const length = Math.max(0, Math.ceil((to - from) / step));
    return viewed(this, sliceStep(this.shape, at, Math.min(from, size), length, step));
  }

  /**
   * Element `index` of an axis, which disappears. A view.
   *
   * @throws {ShapeError} if there is no such element
   */
  select(axis: number, index: number): this {
    const at = ownAxis("select", axis, this.ndim), size = this.shape[at]!;
    checkNumber("select", "index", index);
    const from = placeOf(index, size);
    if (!isWhole(from, 0, size - 1)) {
      throw new ShapeError(
        `Cannot select element ${index} of axis ${axis} of ${showShape(this.shape)}: it has ${size}`,
      );
    }
    const one = viewed(this, sliceStep(this.shape, at, from, 1, 1));
    return viewed(one, { op: "reshape", shape: one.shape.filter((_, i) => i !== at) });
  }

  /**
   * Python's square brackets: numbers select, `[start?, end?, step?]` slices, `[]` takes a whole axis, null adds one, and an int32 tensor picks
   * elements (a copy; the others are views). Numbers may count from the end, and those in a tensor too. Several tensors name an axis each of
   * the same elements: they broadcast, and `x.at(i, j)` has element x[i[k], j[k]] at k. Their axes stand in the place of those that they index, or
   * in front if others are between them. How many elements a bool tensor picks depends on its values: `await x.maskedSelect(mask)`.
   *
   * @throws {ShapeError} for more positions than axes, an element that is not there, or any element of an empty axis;
   *   {@linkcode DeviceFaultError} at the next read, if one in a tensor is out of range; {@linkcode TypeError} for tensors that are not int32
   */
  at(...index: Index[]): this {
    const taken = index.reduce<number>((count, position) => count + (position === null ? 0 : 1), 0);
    if (taken > this.ndim) {
      throw new ShapeError(`Cannot take ${taken} positions of ${showShape(this.shape)}: it has ${this.ndim} axes`);
    }
    // deno-lint-ignore no-this-alias
    let out = this;
    let axis = 0;
    const tensors: AxisIndex[] = [];
    for (const position of index) {
      if (position === null) out = out.unsqueeze(axis++);
      else if (typeof position === "number") out = out.select(axis, position);
      else if (position instanceof TensorHandle) {
        if (position.dtype === "bool") throw maskAsIndex(this.shape);
        tensors.push({ axis: axis++, index: position.node() });
      } else {
        checkList("at", "a position", position, "a number, [start, end, step], null or a tensor");
        const [start, end, step] = position;
        out = out.slice(axis++, start ?? 0, end, step ?? 1);
      }
    }
    if (tensors.length) return made(this, pickedAt(out.node(), tensors));
    return out === this ? viewed(this, { op: "reshape", shape: this.shape }) : out;
  }

  /**
   * `out[i…] = self[i… with i[axis] = index[i…]]`: of the shape of `index`, int32. Tensors without axes count as having one element along one.
   *
   * @throws {ShapeError} if the shapes do not fit, or the axis is empty and the index is not; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  gather(axis: number, index: TensorHandle): this {
    return made(this, gather(this.node(), axis, nodeOf("gather", "the index", index)));
  }

  /**
   * A copy with `source` added at `index` along `axis`; several additions to one place follow the order of `index`. A source may be larger than
   * the index, which says what of it is added: `self[i… with i[axis] = index[i…]] += source[i…]`.
   *
   * @throws {ShapeError} if the shapes do not fit, or the axis is empty and the index is not; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  scatterAdd(axis: number, index: TensorHandle, source: TensorHandle): this {
    return made(
      this,
      scatterAdd(
        this.node(),
        axis,
        nodeOf("scatterAdd", "the index", index),
        nodeOf("scatterAdd", "the source", source),
      ),
    );
  }

  /**
   * Elements `index` (int32, of one axis, or one number) of an axis, as a copy.
   *
   * @throws {ShapeError} if `index` has several axes, or picks from an empty axis, or not one element of a tensor without axes; {@linkcode DeviceFaultError} at the next read, if one is out of
   *   range
   */
  indexSelect(axis: number, index: TensorHandle): this {
    return made(this, indexSelect(this.node(), axis, nodeOf("indexSelect", "the index", index)));
  }
}
