/** Views, indexing and matrix products of tensors. */
import { build } from "../graph/build.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { broadcastShapes, normalAxis, sameShape, sizeOf, viewStrides } from "../graph/shape.ts";
import { factory } from "./factory.ts";
import type { TensorHandle } from "./handle.ts";
import { sizesOf } from "./options.ts";
import { ReducibleTensor } from "./reductions.ts";
import type { Tensor } from "./tensor.ts";

/** One position of {@linkcode ViewableTensor.at}: an index, a range `[start?, end?, step?]`, a new axis, or int32 indices. */
export type Index = number | null | readonly (number | undefined)[] | TensorHandle;

/**
 * Adds views, indexing and matrix products to a handle.
 *
 * @example
 * ```ts
 * import { arange } from "./mod.ts";
 * const x = arange(6).view(2, 3);
 * console.log(await x.t().array(), await x.at(0, [1]).array()); // [ [ 0, 3 ], [ 1, 4 ], [ 2, 5 ] ] [ 1, 2 ]
 * ```
 */
export class ViewableTensor extends ReducibleTensor {
  /**
   * Length of one axis; `shape` has all of them.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  size(axis: number): number {
    return this.shape[normalAxis("take the size", axis, this.ndim)]!;
  }

  #shapeWith(what: string, sizes: readonly number[]): number[] {
    const open = sizes.indexOf(-1);
    const known = sizes.reduce((n, size, i) => i === open ? n : n * size, 1);
    const shape = [...sizes];
    if (open >= 0) shape[open] = known === 0 ? 0 : this.numel / known;
    if (shape.some((size) => !Number.isInteger(size) || size < 0) || sizeOf(shape) !== this.numel) {
      throw new ShapeError(
        `Cannot ${what} ${showShape(this.shape)} as ${showShape(sizes)}: it has ${this.numel} elements`,
        [this.shape, sizes],
      );
    }
    return shape;
  }

  /**
   * The same elements under another shape; one size may be −1. A view.
   *
   * @throws {ShapeError} if the sizes do not fit, or if it needs a copy: use reshape()
   */
  view(...sizes: (number | readonly number[])[]): Tensor {
    const shape = this.#shapeWith("view", sizesOf(sizes));
    if (!viewStrides(this.shape, this.stride(), shape)) {
      throw new ShapeError(
        `Cannot view ${showShape(this.shape)} with strides ${showShape(this.stride())} as ${
          showShape(shape)
        }: the elements don't lie in that order. ` +
          `Use reshape(), which copies`,
      );
    }
    return this.viewBy({ op: "reshape", shape });
  }

  /**
   * The elements in row-major order under another shape; one size may be −1. A view where possible, else a copy.
   *
   * @throws {ShapeError} if the sizes do not fit
   */
  reshape(...sizes: (number | readonly number[])[]): Tensor {
    const shape = this.#shapeWith("reshape", sizesOf(sizes));
    if (viewStrides(this.shape, this.stride(), shape)) return this.viewBy({ op: "reshape", shape });
    return factory.wrap(build.alias(build.reshape(this.node(), shape)));
  }

  /**
   * Axes `start` to `end` (inclusive) as one. A view where possible, else a copy.
   *
   * @param start default 0
   * @param end default −1, the last
   * @throws {ShapeError} for an axis that is not there, or the later one first
   */
  flatten(start = 0, end = -1): Tensor {
    if (this.ndim === 0) return this.reshape(1);
    const from = normalAxis("flatten", start, this.ndim), to = normalAxis("flatten", end, this.ndim);
    if (from > to) {
      throw new ShapeError(`Cannot flatten ${showShape(this.shape)}: axis ${start} comes after axis ${end}`);
    }
    const middle = sizeOf(this.shape.slice(from, to + 1));
    return this.reshape([...this.shape.slice(0, from), middle, ...this.shape.slice(to + 1)]);
  }

  /**
   * Axes in another order. A view.
   *
   * @throws {ShapeError} unless every axis is named once
   */
  permute(...order: (number | readonly number[])[]): Tensor {
    const axes = sizesOf(order).map((axis) => normalAxis("permute", axis, this.ndim));
    if (axes.length !== this.ndim || new Set(axes).size !== axes.length) {
      throw new ShapeError(
        `Cannot permute ${showShape(this.shape)} by ${showShape(sizesOf(order))}: every axis must be named once`,
      );
    }
    return this.viewBy({ op: "permute", order: axes });
  }

  /**
   * Two axes exchanged. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  transpose(a: number, b: number): Tensor {
    const order = this.shape.map((_, i) => i);
    if (this.ndim === 0) return this.viewBy({ op: "permute", order });
    const p = normalAxis("transpose", a, this.ndim), q = normalAxis("transpose", b, this.ndim);
    [order[p], order[q]] = [q, p];
    return this.viewBy({ op: "permute", order });
  }

  /**
   * The transpose of a matrix; a vector or scalar as it is. A view.
   *
   * @throws {ShapeError} for more than two axes: use permute()
   */
  t(): Tensor {
    if (this.ndim > 2) {
      throw new ShapeError(
        `Cannot transpose ${showShape(this.shape)} with t(): it has more than two axes. Use permute()`,
      );
    }
    return this.viewBy({ op: "permute", order: this.ndim === 2 ? [1, 0] : this.shape.map((_, i) => i) });
  }

  /**
   * Without axes of size 1: all of them, or the named one. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  squeeze(axis?: number): Tensor {
    if (axis === undefined) return this.viewBy({ op: "reshape", shape: this.shape.filter((size) => size !== 1) });
    if (this.ndim === 0) return this.viewBy({ op: "reshape", shape: [] });
    const at = normalAxis("squeeze", axis, this.ndim);
    return this.viewBy({ op: "reshape", shape: this.shape.filter((size, i) => i !== at || size !== 1) });
  }

  /**
   * With a new axis of size 1 at `axis`. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  unsqueeze(axis: number): Tensor {
    const at = normalAxis("unsqueeze", axis, this.ndim + 1);
    return this.viewBy({ op: "reshape", shape: [...this.shape.slice(0, at), 1, ...this.shape.slice(at)] });
  }

  /**
   * Axes of size 1 repeated without copying; −1 keeps a size. A view that cannot be written to.
   *
   * @throws {ShapeError} if another axis would have to grow
   */
  expand(...sizes: (number | readonly number[])[]): Tensor {
    const wanted = sizesOf(sizes);
    const extra = wanted.length - this.ndim;
    const shape = wanted.map((size, i) => size === -1 && i >= extra ? this.shape[i - extra]! : size);
    const fits = extra >= 0 && this.shape.every((size, i) => size === 1 || size === shape[i + extra]) &&
      shape.every((size) => size >= 0);
    if (!fits) {
      throw new ShapeError(`Cannot expand ${showShape(this.shape)} to ${showShape(wanted)}: only axes of size 1 grow`, [
        this.shape,
        wanted,
      ]);
    }
    return this.viewBy({ op: "expand", shape });
  }

  /** The same as {@linkcode expand}. */
  broadcastTo(shape: readonly number[]): Tensor {
    return this.expand(shape);
  }

  /** The tensor itself if its elements lie in row-major order, else a copy that does. */
  contiguous(): Tensor {
    return this.isContiguous() ? this as unknown as Tensor : factory.wrap(build.unary("copy", this.node()));
  }

  #slice(axis: number, start: number, length: number, step: number): Tensor {
    const starts = this.shape.map((_, i) => i === axis ? start : 0);
    const steps = this.shape.map((_, i) => i === axis ? step : 1);
    const shape = this.shape.map((size, i) => i === axis ? length : size);
    return this.viewBy({ op: "slice", starts, steps, shape });
  }

  /**
   * `length` elements of an axis from `start` (which may count from the end). A view.
   *
   * @throws {ShapeError} if the axis has no such elements
   */
  narrow(axis: number, start: number, length: number): Tensor {
    const at = normalAxis("narrow", axis, this.ndim);
    const size = this.shape[at] ?? 1;
    const from = start < 0 ? start + size : start;
    if (!Number.isInteger(from) || from < 0 || !Number.isInteger(length) || length < 0 || from + length > size) {
      throw new ShapeError(
        `Cannot narrow axis ${axis} of ${showShape(this.shape)} to ${length} elements from ${start}: it has ${size}`,
      );
    }
    return this.#slice(at, from, length, 1);
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
  slice(axis: number, start = 0, end?: number, step = 1): Tensor {
    const at = normalAxis("slice", axis, this.ndim);
    const size = this.shape[at]!;
    if (!(Number.isInteger(step) && step >= 1)) {
      throw new ShapeError(`Cannot slice by steps of ${step}: a step is a whole number from 1`);
    }
    if (!Number.isInteger(start) || !Number.isInteger(end ?? 0)) {
      throw new ShapeError(`Cannot slice from ${start} to ${end ?? size}: both are whole numbers`);
    }
    const clip = (i: number) => Math.min(size, Math.max(0, i < 0 ? i + size : i));
    const from = clip(start), to = clip(end ?? size);
    return this.#slice(at, Math.min(from, size), Math.max(0, Math.ceil((to - from) / step)), step);
  }

  /**
   * Element `index` of an axis, which disappears. A view.
   *
   * @throws {ShapeError} if there is no such element
   */
  select(axis: number, index: number): Tensor {
    const at = normalAxis("select", axis, this.ndim);
    const size = this.shape[at] ?? 0;
    const from = index < 0 ? index + size : index;
    if (this.ndim === 0 || !Number.isInteger(from) || from < 0 || from >= size) {
      throw new ShapeError(
        `Cannot select element ${index} of axis ${axis} of ${showShape(this.shape)}: it has ${size}`,
      );
    }
    const one = this.#slice(at, from, 1, 1);
    return one.viewBy({ op: "reshape", shape: one.shape.filter((_, i) => i !== at) });
  }

  /**
   * Python's square brackets: numbers select, `[start?, end?, step?]` slices, `[]` takes a whole axis, null adds one, and an int32 tensor of one axis
   * picks elements (a copy; the others are views).
   *
   * @throws {ShapeError} for more positions than axes, or an element that is not there
   */
  at(...index: Index[]): Tensor {
    const taken = index.reduce<number>((count, position) => count + (position === null ? 0 : 1), 0);
    if (taken > this.ndim) {
      throw new ShapeError(`Cannot take ${taken} positions of ${showShape(this.shape)}: it has ${this.ndim} axes`);
    }
    // deno-lint-ignore no-this-alias
    let out: ViewableTensor = this;
    let axis = 0;
    for (const position of index) {
      if (position === null) out = out.unsqueeze(axis++);
      else if (typeof position === "number") out = out.select(axis, position);
      else if ("storage" in position) out = out.indexSelect(axis++, position);
      else {
        const [start, end, step] = position;
        out = out.slice(axis++, start ?? 0, end, step ?? 1);
      }
    }
    return out === this ? this.viewBy({ op: "reshape", shape: this.shape }) : out as unknown as Tensor;
  }

  /**
   * `out[i…] = self[i… with i[axis] = index[i…]]`: of the shape of `index`, int32.
   *
   * @throws {ShapeError} if the shapes do not fit; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  gather(axis: number, index: TensorHandle): Tensor {
    return factory.wrap(build.gather(this.node(), normalAxis("gather", axis, this.ndim), index.node()));
  }

  /**
   * A copy with `source` added at `index` along `axis`; several additions to one place follow the order of `index`.
   *
   * @throws {ShapeError} if the shapes do not fit; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  scatterAdd(axis: number, index: TensorHandle, source: TensorHandle): Tensor {
    const at = normalAxis("scatterAdd", axis, this.ndim);
    if (!sameShape(index.shape, source.shape)) {
      throw new ShapeError(
        `Cannot scatterAdd ${showShape(source.shape)} at ${showShape(index.shape)}: both shapes must be equal`,
      );
    }
    return factory.wrap(
      build.binary("add", this.node(), build.scatterAdd(at, index.node(), source.node(), this.shape)),
    );
  }

  /**
   * Elements `index` (int32, one axis) of an axis, as a copy.
   *
   * @throws {ShapeError} if `index` has not one axis; {@linkcode DeviceFaultError} at the next read, if one is out of
   *   range
   */
  indexSelect(axis: number, index: TensorHandle): Tensor {
    const at = normalAxis("indexSelect", axis, this.ndim);
    if (index.ndim !== 1) {
      throw new ShapeError(`Cannot indexSelect with an index of shape ${showShape(index.shape)}: it has one axis`);
    }
    const shape = this.shape.map((size, i) => i === at ? index.numel : size);
    const column = build.reshape(index.node(), shape.map((_, i) => i === at ? index.numel : 1));
    return factory.wrap(build.gather(this.node(), at, build.expand(column, shape)));
  }

  /**
   * Matrix product, as PyTorch's matmul: vectors count as a row on the left and a column on the right; leading axes broadcast.
   *
   * @throws {ShapeError} if the inner sizes differ
   */
  matmul(other: TensorHandle): Tensor {
    let a = this.node(), b = other.node();
    const mismatch = () =>
      new ShapeError(
        `Cannot matmul ${showShape(this.shape)} with ${showShape(other.shape)}: inner sizes must match, found ${
          this.shape.at(-1)
        } and ${other.shape.at(other.ndim > 1 ? -2 : -1)}`,
        [this.shape, other.shape],
      );
    if (a.shape.length === 0 || b.shape.length === 0) {
      throw new ShapeError(
        `Cannot matmul ${showShape(this.shape)} with ${showShape(other.shape)}: both need at least one axis`,
        [this.shape, other.shape],
      );
    }
    const row = a.shape.length === 1, column = b.shape.length === 1;
    if (row) a = build.reshape(a, [1, a.shape[0]!]);
    if (column) b = build.reshape(b, [b.shape[0]!, 1]);
    const [m, k] = a.shape.slice(-2) as [number, number], [k2, n] = b.shape.slice(-2) as [number, number];
    if (k !== k2) throw mismatch();
    // Many matrices against one are one tall matrix against it.
    const flatten = b.shape.length === 2 && a.shape.length > 2;
    const batch = flatten
      ? a.shape.slice(0, -2)
      : broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    let out: Node;
    if (flatten) out = build.matmul(build.reshape(a, [1, sizeOf(batch) * m, k]), build.reshape(b, [1, k, n]));
    else {
      const stack = (x: Node, rows: number, columns: number) =>
        build.reshape(build.expand(x, [...batch, rows, columns]), [sizeOf(batch), rows, columns]);
      out = build.matmul(stack(a, m, k), stack(b, k, n));
    }
    const shape: number[] = [...batch];
    if (!row) shape.push(m);
    if (!column) shape.push(n);
    return factory.wrap(build.reshape(out, shape));
  }
}
