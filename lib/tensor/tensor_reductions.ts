/** Methods of tensors that compute along axes: reductions, rows, counts and the matrix product. */
import { checkOptions } from "../device/check_options.ts";
import type { ReduceOp } from "../device/steps/reductions.ts";
import { normalAxes, normalAxis } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { cumsum } from "../ops/reductions.ts";
import { logSoftmax, softmax } from "../ops/rows.ts";
import { histogram } from "../ops/statistics.ts";
import { reshape } from "../ops/views.ts";
import { checkNumber, nodeOf } from "./expect.ts";
import { made } from "./family.ts";
import type { TensorHandle } from "./handle.ts";
import { matmul } from "./linear.ts";
import {
  type Axes,
  EXTREMES,
  type Extremes,
  REDUCE,
  type ReduceOptions,
  VARIANCE,
  type VarianceOptions,
} from "./options.ts";
import { extremeAlong } from "./order.ts";
import { alongRows, floatNode, logsumexp, mean, reduceOver, std, varMean } from "./reductions.ts";
import { checkBins } from "./bins.ts";
import { TensorPointwise } from "./tensor_pointwise.ts";

/**
 * The part of {@linkcode Tensor} that computes along axes.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await x.sum(0).array(), await x.max().item()); // [ 4, 6 ] 4
 * ```
 */
export class TensorReductions extends TensorPointwise {
  #reduce(op: ReduceOp, axes: Axes, options: ReduceOptions): this {
    checkOptions(op, options, REDUCE);
    const x = this.node();
    return made(this, reduceOver(op, x, normalAxes(op, axes, this.ndim), options.keepdim ?? false));
  }

  /** Sum over `axes`. Integers and bools give int32: exact, or a {@linkcode DeviceFaultError} at the next read. */
  sum(axes?: Axes, options: ReduceOptions = {}): this {
    return this.#reduce("sum", axes, options);
  }
  /**
   * Product over `axes`. Integers and bools give int32: exact, or a {@linkcode DeviceFaultError} at the next read. Its gradient, and that of the
   * gradient, is right beside zeros too.
   */
  prod(axes?: Axes, options: ReduceOptions = {}): this {
    return this.#reduce("prod", axes, options);
  }
  /** Largest value over `axes`; bools stay bools; equal ones share the gradient evenly (PyTorch's amax). */
  max(axes?: Axes, options?: ReduceOptions): this;
  /**
   * Largest value along one axis (NaN counts as largest), and where it is, int32: of equal ones the first, which has the gradient (PyTorch's
   * `max(dim)`).
   *
   * @throws {TypeError} for several axes, or none
   */
  max(axis: number, options: Extremes): [values: this, indices: this];
  max(axes?: Axes, options: ReduceOptions & { indices?: boolean } = {}): this | [values: this, indices: this] {
    return this.#extreme("max", axes, options);
  }
  /** Smallest value over `axes`; bools stay bools; equal ones share the gradient evenly (PyTorch's amin). */
  min(axes?: Axes, options?: ReduceOptions): this;
  /**
   * Smallest value along one axis (NaN counts as smallest), and where it is, int32: of equal ones the first, which has the gradient (PyTorch's
   * `min(dim)`).
   *
   * @throws {TypeError} for several axes, or none
   */
  min(axis: number, options: Extremes): [values: this, indices: this];
  min(axes?: Axes, options: ReduceOptions & { indices?: boolean } = {}): this | [values: this, indices: this] {
    return this.#extreme("min", axes, options);
  }

  #extreme(
    op: "max" | "min",
    axes: Axes,
    options: ReduceOptions & { indices?: boolean },
  ): this | [values: this, indices: this] {
    checkOptions(op, options, EXTREMES);
    const x = this.node();
    if (!options.indices) {
      return made(this, reduceOver(op, x, normalAxes(op, axes, this.ndim), options.keepdim ?? false));
    }
    if (typeof axes !== "number") {
      throw new TypeError(
        `Cannot take ${op} with indices over ${axes === undefined ? "all axes" : "a list of axes"}: give one axis`,
      );
    }
    const { values, indices } = extremeAlong(op, x, normalAxis(op, axes, this.ndim), options.keepdim ?? false);
    return [made(this, values), made(this, indices)];
  }
  /** Whether any element over `axes` is non-zero. */
  any(axes?: Axes, options: ReduceOptions = {}): this {
    return this.#reduce("any", axes, options);
  }
  /** Whether all elements over `axes` are non-zero. */
  all(axes?: Axes, options: ReduceOptions = {}): this {
    return this.#reduce("all", axes, options);
  }
  /** Index of the first largest value along `axis` (NaN counts as largest), or in the flattened tensor. int32. */
  argmax(axis?: number, options: ReduceOptions = {}): this {
    return this.#reduce("argmax", axis, options);
  }
  /** Index of the first smallest value along `axis` (NaN counts as smallest), or in the flattened tensor. int32. */
  argmin(axis?: number, options: ReduceOptions = {}): this {
    return this.#reduce("argmin", axis, options);
  }
  /**
   * Arithmetic mean over `axes`; NaN over nothing.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  mean(axes?: Axes, options: ReduceOptions = {}): this {
    checkOptions("mean", options, REDUCE);
    const x = floatNode("the mean", this.node());
    return made(this, mean(x, normalAxes("mean", axes, this.ndim), options.keepdim ?? false));
  }
  /** Variance over `axes`: Σ(x − mean)² / (n − correction), unbiased by default as in PyTorch. Accurate wherever the mean lies. */
  var(axes?: Axes, options: VarianceOptions = {}): this {
    checkOptions("var", options, VARIANCE);
    return this.varMean(axes, options)[0];
  }
  /**
   * Variance and mean over `axes`, in that order: {@linkcode var} and {@linkcode mean} at the cost of the first alone (PyTorch's var_mean).
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  varMean(axes?: Axes, options: VarianceOptions = {}): [variance: this, mean: this] {
    checkOptions("varMean", options, VARIANCE);
    const x = floatNode("the variance", this.node()), { keepdim = false, correction = 1 } = options;
    const [variance, middle] = varMean(x, normalAxes("var", axes, this.ndim), { keepdim, correction });
    return [made(this, variance), made(this, middle)];
  }
  /**
   * Standard deviation over `axes`: the square root of {@linkcode var}, and right where that is beyond float32. The gradient of equal elements
   * is 0, as in PyTorch.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  std(axes?: Axes, options: VarianceOptions = {}): this {
    checkOptions("std", options, VARIANCE);
    const x = floatNode("the deviation", this.node()), { keepdim = false, correction = 1 } = options;
    return made(this, std(x, normalAxes("std", axes, this.ndim), { keepdim, correction }));
  }
  /**
   * ln Σ eˣ over `axes`, without overflow; −∞ over nothing.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  logsumexp(axes?: Axes, options: ReduceOptions = {}): this {
    checkOptions("logsumexp", options, REDUCE);
    const x = cast(this.node(), "float32");
    return made(this, logsumexp(x, normalAxes("logsumexp", axes, this.ndim), options.keepdim ?? false));
  }
  /**
   * The sum of the elements up to each one along `axis`, itself included; as in PyTorch, int32 for whole numbers and bools (PyTorch: int64).
   *
   * @throws {ShapeError} for an axis that is not there
   */
  cumsum(axis: number): this {
    const node = this.node(), at = normalAxis("cumsum", axis, this.ndim);
    return made(this, this.ndim === 0 ? reshape(cumsum(reshape(node, [1]), 0), []) : cumsum(node, at));
  }
  /** eˣ / Σ eˣ along `axis`. */
  softmax(axis: number): this {
    return made(this, alongRows("softmax", softmax, floatNode("softmax", this.node()), axis));
  }
  /** x − ln Σ eˣ along `axis`. */
  logSoftmax(axis: number): this {
    return made(this, alongRows("logSoftmax", logSoftmax, floatNode("logSoftmax", this.node()), axis));
  }

  /**
   * Counts of the elements in `bins` equal bins over [min, max], float32; the last bin includes `max`. Others are not counted. (PyTorch's
   * histc, whose range is that of the data by default; here it is [0, 1], as the range must be known before the data is.)
   *
   * @param bins default 100
   * @param min default 0
   * @param max default 1
   * @returns [bins]
   * @throws {RangeError} if there is no bin, or `min` and `max` and their difference are not finite in 32 bits, and `min` below `max`
   */
  histc(bins = 100, min = 0, max = 1): this {
    checkNumber("run histc", "min", min);
    checkNumber("run histc", "max", max);
    checkBins(bins, min, max);
    return made(this, histogram(this.node(), bins, min, max));
  }
  /**
   * Matrix product, as PyTorch's matmul: vectors count as a row on the left and a column on the right; leading axes broadcast.
   *
   * @throws {ShapeError} if the inner sizes differ
   */
  matmul(other: TensorHandle): this {
    return made(this, matmul(this.node(), nodeOf("matmul", "the other", other)));
  }
}
