/** Methods of tensors that ask which elements satisfy something. */
import { checkTensor, nodeOf } from "./expect.ts";
import { broadcastShapes } from "../graph/shape.ts";
import { made } from "./family.ts";
import type { TensorHandle } from "./handle.ts";
import { type Found, kept, maskedFill, placesOf, uniqueOf } from "./masks.ts";
import type { Operand } from "./options.ts";
import { asRead, type Read } from "./read.ts";
import { TensorOrder } from "./tensor_order.ts";

/** What {@linkcode Tensor.unique} finds. */
export interface Unique<T> {
  /** Each number once, the smallest first: [count]. */
  readonly values: T;
  /** Which of the values each element is: int32, of the tensor's shape. */
  readonly inverse: T;
  /** How often each value is there: int32, [count]. */
  readonly counts: T;
}

/**
 * The part of {@linkcode Tensor} that asks which elements satisfy something. Where the answer's shape depends on values, they are read first: the
 * result is a promise of a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([3, -1, 2]), negative = x.lt(0);
 * console.log(await x.maskedFill(negative, 0).array()); // [ 3, 0, 2 ]
 * console.log(await (await x.maskedSelect(negative.logicalNot())).array()); // [ 3, 2 ]
 * ```
 */
export class TensorMasks extends TensorOrder {
  /**
   * `value` where `mask` is non-zero, else the tensor's elements; both broadcast. The type stays.
   *
   * @param value a number, or a tensor without axes
   * @throws {TypeError} for a value that the type cannot hold; {@linkcode ShapeError} if the shapes do not broadcast, or the value has axes
   */
  maskedFill(mask: TensorHandle, value: Operand): this {
    return made(this, maskedFill("maskedFill", this.node(), nodeOf("maskedFill", "the mask", mask), value));
  }

  /** {@linkcode maskedFill} in place. */
  maskedFill_(mask: TensorHandle, value: Operand): this {
    return this.assign(
      maskedFill("maskedFill_", this.node(), nodeOf("maskedFill_", "the mask", mask), value),
      "maskedFill_",
    );
  }

  /**
   * The elements where `mask` is non-zero, in row-major order; both broadcast (PyTorch's masked_select, and `x[mask]` for a mask of x's shape).
   * The mask is read from the device, as the shape depends on it; the elements are not, and gradients flow to them.
   *
   * @returns a promise of [count]
   * @throws {ShapeError} if the shapes do not broadcast
   */
  maskedSelect(mask: TensorHandle): Read<this> {
    checkTensor("maskedSelect", "the mask", mask);
    broadcastShapes("maskedSelect", this.shape, mask.shape);
    const x = this.node(), chosen = mask.toTypedArray().then((holds) => made(this, kept(x, mask.shape, holds)));
    return asRead(chosen, "x.maskedSelect(mask)");
  }

  /**
   * Where the elements are that are not zero, in row-major order: int32 [count, ndim], the coordinates of one a row. The tensor is read from the
   * device, as the shape depends on it. `unbind(1)` of the result gives an index tensor for each axis: `x.at(...places.unbind(1))`.
   *
   * @returns a promise of [count, ndim]
   */
  nonzero(): Read<this> {
    const places = this.toTypedArray().then((values) => made(this, placesOf(this.device, this.shape, values)));
    return asRead(places, "x.nonzero()");
  }

  /**
   * The different numbers, in order; which of them each element is; and how often each is there. The tensor is read from the device, as the shapes
   * depend on it. Each NaN is a number of its own, as in PyTorch. No gradient flows through.
   *
   * @returns a promise of {@linkcode Unique}
   */
  unique(): Read<Unique<this>> {
    const { dtype, device, shape } = this;
    const all = this.toTypedArray().then((values) => {
      const found: Found = uniqueOf(device, dtype, shape, values);
      return { values: made(this, found.values), inverse: made(this, found.inverse), counts: made(this, found.counts) };
    });
    return asRead(all, "x.unique()");
  }
}
