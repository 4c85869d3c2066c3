/** Methods of tensors that compute with several functions at once. */
import { checkOptions } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { normalAxes } from "../graph/shape.ts";
import { binary, cast } from "../ops/pointwise.ts";
import { floorDivide, fmod, hypot, log10, logaddexp, normOf, outer, tan } from "./arithmetic.ts";
import { nodeOf } from "./expect.ts";
import { made } from "./family.ts";
import type { TensorHandle } from "./handle.ts";
import {
  type Axes,
  type Operand,
  operandNode,
  REDUCE,
  type ReduceOptions,
  VALUE,
  VARIANCE,
  type VarianceOptions,
} from "./options.ts";
import { addQuotient, addScaled } from "./pointwise.ts";
import { floatNode, mean, std } from "./reductions.ts";
import { TensorDraws } from "./tensor_draws.ts";

/**
 * The part of {@linkcode Tensor} that computes with several functions at once.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([3, -7]);
 * console.log(await x.hypot(4).array(), await x.floorDivide(2).array()); // about [ 5, 8.0623 ] [ 1, -4 ]
 * ```
 */
export class TensorArithmetic extends TensorDraws {
  #with(f: (a: Node, b: Node) => Node, other: Operand): this {
    const x = this.node();
    return made(this, f(x, operandNode(x, other)));
  }

  /** Logarithm to base 10. */
  log10(): this {
    return made(this, log10(this.node()));
  }
  /** Tangent. */
  tan(): this {
    return made(this, tan(this.node()));
  }
  /** √(self² + other²), broadcast, also where the squares are beyond float32; float32. The gradient at 0 is 0; in PyTorch it is NaN. */
  hypot(other: Operand): this {
    return this.#with(hypot, other);
  }
  /** ln(e^self + e^other), broadcast, without overflow; float32. */
  logaddexp(other: Operand): this {
    return this.#with(logaddexp, other);
  }
  /**
   * Remainder of the division that is cut off towards zero, with the sign of the tensor's element; {@linkcode Tensor.remainder} has the divisor's.
   * Whole numbers by 0 give a {@linkcode DeviceFaultError} at the next read, floats NaN.
   */
  fmod(divisor: Operand): this {
    return this.#with(fmod, divisor);
  }
  /**
   * ⌊self / divisor⌋, broadcast; the type stays. Whole numbers by 0 give a {@linkcode DeviceFaultError} at the next read. No gradient flows
   * through.
   */
  floorDivide(divisor: Operand): this {
    return this.#with(floorDivide, divisor);
  }
  /** `self + value · a · b`, broadcast. */
  addcmul(a: TensorHandle, b: TensorHandle, options: { value?: number } = {}): this {
    checkOptions("addcmul", options, VALUE);
    const product = binary("mul", nodeOf("addcmul", "a", a), nodeOf("addcmul", "b", b));
    return made(this, addScaled(this.node(), options.value ?? 1, product));
  }
  /**
   * `self + value · a / b`, broadcast; float32.
   *
   * @throws {TypeError} if neither `a` nor `b` is float32
   */
  addcdiv(a: TensorHandle, b: TensorHandle, options: { value?: number } = {}): this {
    checkOptions("addcdiv", options, VALUE);
    return made(
      this,
      addQuotient("addcdiv", this.node(), options.value ?? 1, nodeOf("addcdiv", "a", a), nodeOf("addcdiv", "b", b)),
    );
  }

  /**
   * The product of each element with each of another row.
   *
   * @returns [n, m] of [n] and [m]
   * @throws {ShapeError} for other numbers of axes
   */
  outer(other: TensorHandle): this {
    const a = this.node(), b = nodeOf("outer", "the other", other);
    if (a.shape.length === 1 && b.shape.length === 1) return made(this, outer(a, b));
    throw new ShapeError(
      `Cannot take the outer product of ${showShape(a.shape)} and ${showShape(b.shape)}: both have one axis`,
    );
  }

  /**
   * (Σ|x|ᵖ)^(1/p) over `axes`, all of them by default; of p = 0 the number of elements that are not 0, of ±∞ the largest and the smallest |x|. With
   * p = 2 it is right also where the squares are beyond float32. The gradient of zeros is 0, as in PyTorch.
   *
   * @param p default 2; "fro" is 2
   * @throws {TypeError} for another p; {@linkcode ShapeError} for an axis that is not there
   */
  norm(p: number | "fro" = 2, axes?: Axes, options: ReduceOptions = {}): this {
    checkOptions("norm", options, REDUCE);
    const order = p === "fro" ? 2 : p;
    if (typeof order !== "number" || Number.isNaN(order)) {
      throw new TypeError(`Cannot take the norm of order ${found(p)}: it is a number, or "fro"`);
    }
    const x = this.node();
    return made(this, normOf(x, order, normalAxes("norm", axes, this.ndim), options.keepdim ?? false));
  }

  /**
   * Standard deviation and mean over `axes`, in that order (PyTorch's std_mean).
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  stdMean(axes?: Axes, options: VarianceOptions = {}): [std: this, mean: this] {
    checkOptions("stdMean", options, VARIANCE);
    const x = floatNode("the deviation", this.node()), { keepdim = false, correction = 1 } = options;
    const over = normalAxes("stdMean", axes, this.ndim);
    return [made(this, std(x, over, { keepdim, correction })), made(this, mean(cast(x, "float32"), over, keepdim))];
  }
}
