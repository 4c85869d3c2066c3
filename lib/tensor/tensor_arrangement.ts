/** Methods of tensors that put elements at other places. */
import { whole } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { checkSizes, normalAxes, normalAxis, ownAxis, sameShape, sizeOf } from "../graph/shape.ts";
import { unary } from "../ops/pointwise.ts";
import { alias, reshape } from "../ops/views.ts";
import { cumprod } from "./cumprod.ts";
import { checkNumbers } from "./expect.ts";
import { diagonalPlaces, flipped, repeated, repeatedEach, rolled, triangle, windows, windowsIn } from "./arrange.ts";
import { made, reshaped, selected, sliced, viewed } from "./family.ts";
import { TensorHandle } from "./handle.ts";
import { sizesOf } from "./options.ts";

/**
 * The part of {@linkcode Tensor} that puts elements at other places.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const [a, b] = tensor([[1, 2], [3, 4]]).unbind();
 * console.log(await a!.roll(1).array(), await b!.flip(0).array()); // [ 2, 1 ] [ 4, 3 ]
 * ```
 */
export class TensorArrangement extends TensorHandle {
  /**
   * The elements along the given axes from the last to the first. A copy, as in PyTorch.
   *
   * @throws {ShapeError} for an axis that is not there, or one that is named twice
   */
  flip(...axes: (number | readonly number[])[]): this {
    const list = sizesOf(axes), node = this.node();
    const turned = list.length ? flipped(node, normalAxes("flip", list, this.ndim)) : node;
    return made(this, turned === node ? unary("copy", node) : turned);
  }

  /**
   * The elements `shifts` places further on, along one axis or several; those that leave the end come in at the beginning. Without axes, over all
   * elements in row-major order.
   *
   * @throws {ShapeError} for an axis that is not there; {@linkcode RangeError} unless there is one whole shift for each axis
   */
  roll(shifts: number | readonly number[], axes?: number | readonly number[]): this {
    const by = checkNumbers("roll", "shifts", shifts), node = this.node();
    const along = axes === undefined ? undefined : checkNumbers("roll", "axes", axes);
    if (!by.every(Number.isInteger) || by.length !== (along?.length ?? 1)) {
      throw new RangeError(
        `Cannot roll by ${showShape(by)} along ${
          along ? showShape(along) : "all axes"
        }: give one whole number for each axis`,
      );
    }
    const out = along
      ? along.reduce((x, axis, i) => this.ndim ? rolled(x, normalAxis("roll", axis, this.ndim), by[i]!) : x, node)
      : reshape(rolled(reshape(node, [this.numel]), 0, by[0]!), this.shape);
    return made(this, out === node ? unary("copy", node) : out);
  }

  /**
   * The tensor several times over, `counts` times along each axis (PyTorch's repeat). A copy. More counts than axes make new axes in front.
   *
   * @throws {ShapeError} for fewer counts than axes, or counts that are not whole numbers from 0
   */
  repeat(...counts: (number | readonly number[])[]): this {
    const list = sizesOf(counts);
    checkSizes(`repeat ${showShape(this.shape)} to a tensor`, list);
    if (list.length < this.ndim) {
      throw new ShapeError(
        `Cannot repeat ${showShape(this.shape)} by ${showShape(list)}: give a count for each axis, or use tile()`,
      );
    }
    return made(this, unary("copy", repeated(this.node(), list)));
  }

  /**
   * As {@linkcode repeat}, but where there are fewer counts than axes, they are those of the last axes (PyTorch's tile).
   *
   * @throws {ShapeError} for counts that are not whole numbers from 0
   */
  tile(...counts: (number | readonly number[])[]): this {
    const list = sizesOf(counts);
    checkSizes(`tile ${showShape(this.shape)} to a tensor`, list);
    return this.repeat([...this.shape.slice(list.length).map(() => 1), ...list]);
  }

  /**
   * Each element along an axis `count` times in a row (PyTorch's repeat_interleave); without an axis, of all elements in row-major order.
   *
   * @throws {ShapeError} for an axis that is not there; {@linkcode RangeError} unless the count is a whole number from 0
   */
  repeatInterleave(count: number, axis?: number): this {
    if (count as unknown instanceof TensorHandle) {
      throw new TypeError("Cannot repeat elements by a tensor: the shape would depend on its values. Give a number");
    }
    whole("repeat elements", "the count", count);
    const flat = axis === undefined || this.ndim === 0, x = flat ? reshape(this.node(), [this.numel]) : this.node();
    const at = normalAxis("repeatInterleave", axis ?? 0, flat ? 1 : this.ndim);
    return made(this, unary("copy", repeatedEach(x, at, count)));
  }

  /**
   * Parts along an axis: of `size` elements each (the last one may have fewer), or of the sizes in a list. Views.
   *
   * @param axis default 0
   * @throws {ShapeError} for an axis that is not there, or sizes that do not add up to its own; {@linkcode RangeError} for a size that is no
   *   whole number, or 0 of an axis that is not empty
   */
  split(size: number | readonly number[], axis = 0): this[] {
    const at = ownAxis("split", axis, this.ndim), length = this.shape[at]!;
    if (typeof size === "number") {
      whole("split", "the size of a part", size, length ? 1 : 0);
      const parts = Math.max(1, Math.ceil(length / (size || 1)));
      return Array.from({ length: parts }, (_, i) => sliced(this, at, i * size, Math.min(size, length - i * size)));
    }
    checkSizes("split into parts", size);
    if (size.reduce((sum, n) => sum + n, 0) !== length) {
      throw new ShapeError(
        `Cannot split axis ${axis} of ${showShape(this.shape)} into ${showShape(size)}: it has ${length} elements`,
      );
    }
    let start = 0;
    return size.map((n) => sliced(this, at, (start += n) - n, n));
  }

  /**
   * At most `chunks` parts of equal size along an axis; the last one may be smaller. Views.
   *
   * @param axis default 0
   * @throws {ShapeError} for an axis that is not there; {@linkcode RangeError} unless `chunks` is a whole number from 1
   */
  chunk(chunks: number, axis = 0): this[] {
    whole("split into chunks", "their number", chunks, 1);
    const length = this.shape[ownAxis("chunk", axis, this.ndim)]!;
    return length ? this.split(Math.ceil(length / chunks), axis) : this.split(new Array<number>(chunks).fill(0), axis);
  }

  /**
   * The elements of an axis, which disappears, one by one. Views.
   *
   * @param axis default 0
   * @throws {ShapeError} for an axis that is not there
   */
  unbind(axis = 0): this[] {
    const at = ownAxis("unbind", axis, this.ndim);
    return Array.from({ length: this.shape[at]! }, (_, i) => selected(this, at, i));
  }

  /**
   * The elements on a diagonal of two axes, along a new last axis in their place. A view where those axes lie densely, as in a tensor that was
   * just made; else a copy.
   *
   * @param offset which diagonal: 0 the main one, positive ones above it. Default 0
   * @param first the axis of rows, default 0
   * @param second the axis of columns, default 1
   * @throws {ShapeError} for axes that are not there, or the same one twice; {@linkcode RangeError} for an offset that is not whole
   */
  diagonal(offset = 0, first = 0, second = 1): this {
    const a = ownAxis("diagonal", first, this.ndim), b = ownAxis("diagonal", second, this.ndim);
    if (a === b) throw new ShapeError(`Cannot take a diagonal of axes ${first} and ${second}: they are the same`);
    whole("take a diagonal", "the offset", typeof offset === "number" ? Math.abs(offset) : offset);
    if (a > b) return this.diagonal(-offset, b, a);
    const others = this.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
    const turned = viewed(this, { op: "permute", order: [...others, a, b] });
    const matrix = [this.shape[a]!, this.shape[b]!], { start, length, step } = diagonalPlaces(matrix, offset);
    const flat = reshaped(turned, [...others.map((i) => this.shape[i]!), sizeOf(matrix)]);
    return sliced(flat, others.length, start, length, step);
  }

  /**
   * The lower triangle of the last two axes: elements up to diagonal `diagonal`, and 0 above it.
   *
   * @param diagonal default 0, the main one; positive ones lie above it
   * @throws {ShapeError} for fewer than two axes; {@linkcode RangeError} for a diagonal that is not whole
   */
  tril(diagonal = 0): this {
    return this.#triangle("tril", "le", diagonal);
  }

  /**
   * The upper triangle of the last two axes: elements from diagonal `diagonal` on, and 0 below it.
   *
   * @param diagonal default 0, the main one; positive ones lie above it
   * @throws {ShapeError} for fewer than two axes; {@linkcode RangeError} for a diagonal that is not whole
   */
  triu(diagonal = 0): this {
    return this.#triangle("triu", "ge", diagonal);
  }

  #triangle(what: string, side: "le" | "ge", diagonal: number): this {
    if (this.ndim < 2) throw new ShapeError(`Cannot ${what} ${showShape(this.shape)}: it takes at least two axes`);
    whole(what, "the diagonal", typeof diagonal === "number" ? Math.abs(diagonal) : diagonal);
    return made(this, triangle(this.node(), side, diagonal));
  }

  /**
   * All windows of `size` elements along an axis, `step` apart; their elements are a new last axis (PyTorch's Tensor.unfold). A copy; in
   * PyTorch, a view. `F.unfold` cuts images into patches.
   *
   * @returns […, ⌊(length − size) / step⌋ + 1, …, size]
   * @throws {ShapeError} for an axis that is not there, or shorter than a window; {@linkcode RangeError} unless size and step are whole numbers,
   *   the step at least 1
   */
  unfold(axis: number, size: number, step: number): this {
    const at = normalAxis("unfold", axis, this.ndim), x = this.ndim ? this.node() : reshape(this.node(), [1]);
    whole("unfold", "the size of a window", size);
    whole("unfold", "the step", step, 1);
    if (size > x.shape[at]!) {
      throw new ShapeError(
        `Cannot unfold axis ${axis} of ${showShape(this.shape)} in windows of ${size}: it has ${x.shape[at]}`,
      );
    }
    const out = windows(x, at, size, step);
    return made(this, this.ndim ? out : reshape(out, [windowsIn(1, size, step), size].slice(-1)));
  }

  /**
   * The product of the elements up to each one along `axis`, itself included; int32 for whole numbers and bools (PyTorch: int64). A product
   * of elements in the middle that is beyond float32 spoils none that is not. Its gradient is right beside zeros too.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  cumprod(axis: number): this {
    const at = normalAxis("cumprod", axis, this.ndim), x = this.node();
    const out = reshape(cumprod(this.ndim ? x : reshape(x, [1]), at), this.shape);
    return made(this, sameShape(out.shape, x.shape) && out === x ? alias(x) : out);
  }
}
