/** Methods of tensors that put numbers in order. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import { whole } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { normalAxis, sizeOf } from "../graph/shape.ts";
import { reshape } from "../ops/views.ts";
import { joined } from "./arrange.ts";
import { checkNumbers } from "./expect.ts";
import { made } from "./family.ts";
import { EXTREMES, type Extremes, type ReduceOptions } from "./options.ts";
import {
  type Interpolation,
  INTERPOLATIONS,
  kthOf,
  median,
  medianOfAll,
  order,
  type Ordered,
  quantileOf,
  sorted,
  sortedPart,
} from "./order.ts";
import { floatNode } from "./reductions.ts";
import { TensorArrangement } from "./tensor_arrangement.ts";

/** Options of {@linkcode Tensor.sort} and {@linkcode Tensor.argsort}. */
export interface SortOptions {
  /** Whether the largest come first. Default false. */
  descending?: boolean;
  /** Whether equal numbers stay in their order, which they always do here. */
  stable?: boolean;
}

/** Options of {@linkcode Tensor.topk}. */
export interface TopkOptions {
  /** Whether the largest are asked for, else the smallest. Default true. */
  largest?: boolean;
  /** Whether they come in order, which they always do here. */
  sorted?: boolean;
}

/** Options of {@linkcode Tensor.quantile}. */
export interface QuantileOptions extends ReduceOptions {
  /** What a quantile that lies between two numbers is. Default "linear". */
  interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest";
}

const SORT = optionNames<SortOptions>({ descending: 1, stable: 1 });
const TOPK = optionNames<TopkOptions>({ largest: 1, sorted: 1 });
const QUANTILE = optionNames<QuantileOptions>({ keepdim: 1, interpolation: 1 });
const KEEPDIM = optionNames<ReduceOptions>({ keepdim: 1 });

/**
 * The part of {@linkcode Tensor} that puts numbers in order. NaN counts as the largest number, as in PyTorch, and equal numbers stay in their order.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const [values, indices] = tensor([3, 1, 2]).sort();
 * console.log(await values.array(), await indices.array()); // [ 1, 2, 3 ] [ 1, 2, 0 ]
 * ```
 */
export class TensorOrder extends TensorArrangement {
  /** The pair that a method gives; `dropped`: without the axis, of size 1. */
  #pair({ values, indices }: Ordered, dropped?: number): [values: this, indices: this] {
    const out = (x: Node) =>
      made(this, dropped === undefined ? x : reshape(x, x.shape.filter((_, i) => i !== dropped)));
    return [out(values), out(indices)];
  }

  /**
   * The numbers along an axis in their order, and where they were (int32). The gradient goes to where they were.
   *
   * @param axis default −1, the last
   * @throws {ShapeError} for an axis that is not there
   */
  sort(axis = -1, options: SortOptions = {}): [values: this, indices: this] {
    checkOptions("sort", options, SORT);
    return this.#pair(sorted("sort", this.node(), normalAxis("sort", axis, this.ndim), options.descending ?? false));
  }

  /**
   * Where the numbers along an axis were before {@linkcode sort}: int32.
   *
   * @param axis default −1, the last
   * @throws {ShapeError} for an axis that is not there
   */
  argsort(axis = -1, options: SortOptions = {}): this {
    checkOptions("argsort", options, SORT);
    const at = normalAxis("argsort", axis, this.ndim);
    return made(this, order("argsort", this.node(), at, options.descending ?? false));
  }

  /**
   * The `k` largest numbers along an axis, the largest first, and where they were (int32); with `largest: false` the smallest, the smallest first.
   * Of equal numbers the first are taken. The gradient goes to where they were.
   *
   * @param axis default −1, the last
   * @throws {ShapeError} for an axis that is not there; {@linkcode RangeError} unless `k` is a whole number, and at most the size of the axis
   */
  topk(k: number, axis = -1, options: TopkOptions = {}): [values: this, indices: this] {
    checkOptions("topk", options, TOPK);
    const at = normalAxis("topk", axis, this.ndim), length = whole("take topk", "k", k, 0, this.shape[at] ?? 1);
    if (this.ndim === 0 && k === 0) {
      throw new RangeError("Cannot take topk of a tensor without axes: k must be 1, found 0");
    }
    const descending = options.largest ?? true;
    return this.#pair(sortedPart("topk", this.node(), at, { start: 0, length, descending }));
  }

  /**
   * The `k`-th smallest number along an axis, counted from 1, and where it was (int32): of equal ones the first, which has the gradient.
   *
   * @param axis default −1, the last
   * @throws {ShapeError} for an axis that is not there; {@linkcode RangeError} unless `k` is a whole number from 1 to the size of the axis
   */
  kthvalue(k: number, axis = -1, options: ReduceOptions = {}): [values: this, indices: this] {
    checkOptions("kthvalue", options, KEEPDIM);
    const at = normalAxis("kthvalue", axis, this.ndim);
    const found = kthOf(this.node(), at, whole("take kthvalue", "k", k, 1, this.shape[at] ?? 1));
    return this.#pair(found, options.keepdim || this.ndim === 0 ? undefined : at);
  }

  /**
   * The median of all elements, or along an axis: of an even number of them the lower one in the middle, as in PyTorch; NaN beside any NaN.
   *
   * @throws {ShapeError} for an axis that is not there, or an empty one
   */
  median(axis?: number, options?: ReduceOptions): this;
  /**
   * The median along an axis, and where it was (int32): of equal ones the first, which has the gradient.
   *
   * @throws {ShapeError} for an axis that is not there, or an empty one; {@linkcode TypeError} without an axis
   */
  median(axis: number, options: Extremes): [values: this, indices: this];
  median(axis?: number, options: ReduceOptions & { indices?: boolean } = {}): this | [values: this, indices: this] {
    checkOptions("median", options, EXTREMES);
    if (axis === undefined) {
      if (options.indices) throw new TypeError("Cannot take the median of all elements with indices: give an axis");
      this.#expectSome("the median", this.numel);
      const out = medianOfAll(this.node());
      return made(this, options.keepdim ? reshape(out, this.shape.map(() => 1)) : out);
    }
    const at = normalAxis("median", axis, this.ndim);
    this.#expectSome("the median", this.shape[at] ?? 1);
    const pair = this.#pair(median(this.node(), at), options.keepdim || this.ndim === 0 ? undefined : at);
    return options.indices ? pair : pair[0];
  }

  /**
   * Quantiles from 0 to 1: of all elements, or along an axis; NaN beside any NaN. Between two numbers it interpolates.
   *
   * @param q one, or several, which are the first axis of the result
   * @throws {TypeError} for other types than float32; {@linkcode RangeError} for a quantile outside [0, 1]; {@linkcode ShapeError} for an axis that is not
   *   there, or an empty one
   */
  quantile(q: number | readonly number[], axis?: number, options: QuantileOptions = {}): this {
    checkOptions("quantile", options, QUANTILE);
    const x = floatNode("a quantile", this.node()), list = checkNumbers("quantile", "q", q);
    const { keepdim = false, interpolation = "linear" } = options;
    const bad = list.find((p) => !(p >= 0 && p <= 1));
    if (bad !== undefined) throw new RangeError(`Cannot take quantile ${bad}: it must be from 0 to 1`);
    checkInterpolation(interpolation);
    const at = axis === undefined ? 0 : normalAxis("quantile", axis, this.ndim);
    const lines = axis === undefined || this.ndim === 0 ? reshape(x, [this.numel]) : x;
    this.#expectSome("a quantile", lines.shape[at]!);
    const ordered = sorted("quantile", lines, at, false).values;
    const shape = axis === undefined
      ? this.shape.map(() => 1).slice(0, keepdim ? this.ndim : 0)
      : this.shape.flatMap((size, i) => i === at ? keepdim ? [1] : [] : [size]);
    const each = list.map((p) => reshape(quantileOf(ordered, at, p, interpolation), [1, ...shape]));
    if (typeof q === "number") return made(this, reshape(each[0]!, shape));
    if (each.length === 0) throw new RangeError("Cannot take no quantiles: give at least one");
    return made(this, joined(each, 0));
  }

  #expectSome(what: string, count: number): void {
    if (count > 0 && sizeOf(this.shape) >= 0) return;
    throw new ShapeError(`Cannot take ${what} of ${showShape(this.shape)}: there is nothing to choose from`);
  }
}

function checkInterpolation(value: unknown): asserts value is Interpolation {
  if ((INTERPOLATIONS as readonly unknown[]).includes(value)) return;
  throw new RangeError(`Cannot interpolate quantiles by ${found(value)}: it is one of ${INTERPOLATIONS.join(", ")}`);
}
