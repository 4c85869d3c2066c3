/** Reductions of tensors: sums, moments, extremes, softmax. */
import { build } from "../graph/build.ts";
import { isGradEnabled } from "../graph/context.ts";
import { ShapeError } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import type { ReduceOpName } from "../graph/ops.ts";
import { normalAxes, normalAxis, sizeOf } from "../graph/shape.ts";
import { factory } from "./factory.ts";
import type { Axes, ReduceOptions } from "./options.ts";
import { PointwiseTensor } from "./pointwise.ts";
import type { Tensor } from "./tensor.ts";

/** Options of variance and standard deviation. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor: 1 (the default) for the unbiased estimate, 0 for the biased one. */
  correction?: number;
}

/** `x` reduced over sorted axes, which stay with size 1 if `keepdim`. */
function reduceNode(op: ReduceOpName, x: Node, axes: readonly number[], keepdim: boolean): Node {
  const out = axes.length || x.shape.length === 0 ? build.reduce(op, x, axes) : reduceNothing(op, x);
  return keepdim ? build.reshape(out, x.shape.map((size, i) => axes.includes(i) ? 1 : size)) : out;
}

/** Reducing no axis at all leaves the values as they are. */
function reduceNothing(op: ReduceOpName, x: Node): Node {
  return build.reduce(op, build.reshape(x, [...x.shape, 1]), [x.shape.length]);
}

function floatNode(what: string, x: Node): Node {
  if (x.dtype !== "float32") {
    throw new TypeError(`Cannot take ${what} of a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
  return x;
}

function meanNode(x: Node, axes: readonly number[], keepdim: boolean): Node {
  const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
  return build.binary("div", reduceNode("sum", x, axes, keepdim), build.number(x, count));
}

/**
 * Adds reductions to a handle.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([[1, 2], [3, 5]]);
 * console.log(await x.sum().item(), await x.mean(0).array(), x.max(1, { keepdim: true }).shape); // 11 [ 2, 3.5 ] [ 2, 1 ]
 * ```
 */
export class ReducibleTensor extends PointwiseTensor {
  #reduce(op: ReduceOpName, axes: Axes, options: ReduceOptions): Tensor {
    const x = this.node();
    return factory.wrap(reduceNode(op, x, normalAxes(op, axes, this.ndim), options.keepdim ?? false));
  }

  /** Sum over `axes`. Integers and bools give int32. */
  sum(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("sum", axes, options);
  }
  /** Product over `axes`. */
  prod(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("prod", axes, options);
  }
  /** Largest value over `axes`; equal ones share the gradient evenly (PyTorch's amax). */
  max(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("max", axes, options);
  }
  /** Smallest value over `axes`; equal ones share the gradient evenly (PyTorch's amin). */
  min(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("min", axes, options);
  }
  /** Whether any element over `axes` is non-zero. */
  any(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("any", axes, options);
  }
  /** Whether all elements over `axes` are non-zero. */
  all(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("all", axes, options);
  }
  /** Index of the first largest value along `axis` (NaN counts as largest), or in the flattened tensor. int32. */
  argmax(axis?: number, options: ReduceOptions = {}): Tensor {
    return this.#reduce("argmax", axis, options);
  }
  /** Index of the first smallest value along `axis` (NaN counts as smallest), or in the flattened tensor. int32. */
  argmin(axis?: number, options: ReduceOptions = {}): Tensor {
    return this.#reduce("argmin", axis, options);
  }
  /**
   * Arithmetic mean over `axes`; NaN over nothing.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  mean(axes?: Axes, options: ReduceOptions = {}): Tensor {
    const x = floatNode("the mean", this.node());
    return factory.wrap(meanNode(x, normalAxes("mean", axes, this.ndim), options.keepdim ?? false));
  }
  /** Variance over `axes`: Σ(x − mean)² / (n − correction), unbiased by default as in PyTorch. Accurate wherever the mean lies. */
  var(axes?: Axes, options: VarianceOptions = {}): Tensor {
    return this.varMean(axes, options)[0];
  }
  /**
   * Variance and mean over `axes`, in that order: {@linkcode var} and {@linkcode mean} at the cost of the first alone (PyTorch's var_mean).
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  varMean(axes?: Axes, options: VarianceOptions = {}): [variance: Tensor, mean: Tensor] {
    const x = floatNode("the variance", this.node());
    const { keepdim = false, correction = 1 } = options;
    const list = normalAxes("var", axes, this.ndim);
    const count = list.reduce((n, axis) => n * x.shape[axis]!, 1), divisor = Math.max(0, count - correction);
    const shape = x.shape.flatMap((size, i) => list.includes(i) ? keepdim ? [1] : [] : [size]);
    if (count > 0 && !(x.requiresGrad && isGradEnabled())) {
      const moments = build.moments(x, list, 1);
      const variance = build.binary("mul", build.part(moments, 1, shape), build.number(x, count / divisor));
      return [factory.wrap(variance), factory.wrap(build.part(moments, 0, shape))];
    }
    // Two passes: the gradient then makes up for what a rounded mean is off.
    const mean = meanNode(x, list, true);
    const centred = build.binary("sub", x, mean);
    const sum = reduceNode("sum", build.binary("mul", centred, centred), list, keepdim);
    const variance = build.binary("div", sum, build.number(x, divisor));
    return [factory.wrap(variance), factory.wrap(build.reshape(mean, shape))];
  }
  /** Standard deviation over `axes`: the square root of {@linkcode var}. */
  std(axes?: Axes, options: VarianceOptions = {}): Tensor {
    return this.var(axes, options).sqrt();
  }
  /** √Σx² of all elements. */
  norm(): Tensor {
    return this.square().sum().sqrt();
  }
  /**
   * ln Σ eˣ over `axes`, without overflow.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  logsumexp(axes?: Axes, options: ReduceOptions = {}): Tensor {
    const x = floatNode("logsumexp", this.node());
    const list = normalAxes("logsumexp", axes, this.ndim);
    const top = build.detach(reduceNode("max", x, list, true));
    // An infinite maximum would turn x − max into NaN.
    const zero = build.number(x, 0);
    const finite = build.binary("eq", build.binary("sub", top, top), zero);
    const shift = build.where(finite, top, zero);
    const sum = reduceNode("sum", build.unary("exp", build.binary("sub", x, shift)), list, true);
    const out = build.binary("add", build.unary("log", sum), shift);
    return factory.wrap(options.keepdim ? out : build.reshape(out, x.shape.filter((_, i) => !list.includes(i))));
  }
  /** eˣ / Σ eˣ along `axis`. */
  softmax(axis: number): Tensor {
    return this.#rows("softmax", axis);
  }
  /** x − ln Σ eˣ along `axis`. */
  logSoftmax(axis: number): Tensor {
    return this.#rows("logSoftmax", axis);
  }

  #rows(op: "softmax" | "logSoftmax", axis: number): Tensor {
    const x = floatNode(op, this.node());
    if (x.shape.length === 0) return factory.wrap(build.reshape(build.rows(op, build.reshape(x, [1, 1])), []));
    const at = normalAxis(op, axis, this.ndim);
    const order = x.shape.map((_, i) => i).filter((i) => i !== at);
    order.push(at);
    const turned = build.permute(x, order);
    const columns = x.shape[at]!;
    const rows = columns ? sizeOf(x.shape) / columns : 0;
    const out = build.reshape(build.rows(op, build.reshape(turned, [rows, columns])), turned.shape);
    const back = new Array<number>(order.length);
    order.forEach((from, i) => back[from] = i);
    return factory.wrap(build.permute(out, back));
  }

  /**
   * Counts of the elements in `bins` equal bins over [min, max], float32; the last bin includes `max`. Others are not counted. (PyTorch's
   * histc, whose range is that of the data by default; here it is [0, 1], as the range must be known before the data is.)
   *
   * @param bins default 100
   * @param min default 0
   * @param max default 1
   * @returns [bins]
   * @throws {RangeError} if there is no bin, or `min` is not below `max`
   */
  histc(bins = 100, min = 0, max = 1): Tensor {
    if (!(Number.isInteger(bins) && bins >= 1)) {
      throw new ShapeError(`Cannot count in ${bins} bins: there must be at least one`);
    }
    if (!(min < max)) throw new RangeError(`Cannot count in [${min}, ${max}]: min must be below max`);
    return factory.wrap(build.histogram(this.node(), bins, min, max));
  }
}
