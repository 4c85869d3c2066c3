/**
 * The tensor that users see: gradients, arithmetic, reductions, views, writes in place. What came on top of these is in the classes that it is
 * built on, a family each: tensor_arithmetic.ts, tensor_draws.ts, tensor_masks.ts, tensor_order.ts, tensor_arrangement.ts. Methods are one line each
 * where they can be: what several operations make up is in the files beside these, as functions of nodes.
 */
import { checkOptions } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { type DType, dtypeNamed, type HostArray, isFloat } from "../device/dtype.ts";
import { checkFunction, checkList } from "../device/expect.ts";
import type { ReduceOp } from "../device/steps/reductions.ts";
import { isWhole, MOST, whole } from "../device/whole.ts";
import { backward } from "../engine/backward.ts";
import type { Storage } from "../engine/storage.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { checkRank, normalAxes, normalAxis, ownAxis, sameShape, sizeOf, viewStrides } from "../graph/shape.ts";
import { binary, type BinaryOp, cast, unary, type UnaryOp, where } from "../ops/pointwise.ts";
import { cumsum } from "../ops/reductions.ts";
import { logSoftmax, softmax } from "../ops/rows.ts";
import { data as upload, drawn, full, number } from "../ops/sources.ts";
import { histogram } from "../ops/statistics.ts";
import { alias, detach, reshape } from "../ops/views.ts";
import { checkTensor, nodeOf } from "./expect.ts";
import { reshaped, viewed } from "./family.ts";
import { fromData, type NestedInput } from "./from_data.ts";
import { type Parent, TensorHandle } from "./handle.ts";
import { expandedShape, gather, indexSelect, placeOf, scatterAdd, shapeWith, sliceStep } from "./index.ts";
import { GradientEnd } from "./leaf.ts";
import { matmul } from "./linear.ts";
import { isOwned } from "./owners.ts";
import {
  type Axes,
  type Extremes,
  type Operand,
  operandNode,
  type ReduceOptions,
  sizesOf,
  type VarianceOptions,
} from "./options.ts";
import { BACKWARD, EXTREMES, GENERATOR, REDUCE, VALUE, VARIANCE } from "./options.ts";
import { type AxisIndex, maskAsIndex, pickedAt } from "./advanced_index.ts";
import { addQuotient, addScaled, clamp, inPlace, isFinite, lerp, withOperand } from "./pointwise.ts";
import { extremeAlong } from "./order.ts";
import { alongRows, floatNode, logsumexp, mean, reduceOver, std, varMean } from "./reductions.ts";
import { type Generator, generatorOr } from "./random.ts";
import { TensorArithmetic } from "./tensor_arithmetic.ts";
import { drawnData, ownPlace } from "./torch_random/fill.ts";
import type { ViewStep } from "./view_step.ts";

/** One position of {@linkcode Tensor.at}: an index, a range `[start?, end?, step?]`, a new axis, or int32 indices. */
export type Index = number | null | readonly (number | undefined)[] | TensorHandle;

/**
 * An n-dimensional array on a device, with gradients. Operations record; nothing runs until a value is read or at a flush.
 *
 * Names and meaning are PyTorch's in camelCase. Methods with a trailing underscore write in place and return the tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const w = tensor([1, 2, 3], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * console.log(await w.grad!.array()); // [2, 4, 6]
 * ```
 */
export class Tensor extends TensorArithmetic {
  /** For the library: users call {@linkcode tensor} and its relatives. */
  constructor(from: Node | Parent | Storage) {
    super(from);
  }

  /** A tensor of other data with this one's type and device. */
  newTensor(data: NestedInput | HostArray): Tensor {
    return new Tensor(fromData(data, { dtype: this.dtype, device: this.device }));
  }

  // --- gradients ----------------------------------------------------------------------------------------------------

  /**
   * Makes the tensor a leaf whose gradient `backward` computes, or (with false) no longer one.
   *
   * @throws {TypeError} for other types than float32
   * @throws {Error} if it was computed from tensors that require gradients
   */
  requiresGrad_(flag = true): this {
    if (!flag) this.asideEnd = undefined;
    if (flag === this.requiresGrad) return this;
    if (flag && this.dtype !== "float32") {
      const remedy = this.dtype === "float16" ? ". Convert with .float(), and a model with model.float()" : "";
      throw new TypeError(`Cannot require gradients of a ${this.dtype} tensor: only float32 has them${remedy}`);
    }
    if (!flag && !this.isLeaf) throw new Error("Cannot switch gradients off for a computed tensor: use detach()");
    this.end = flag ? new GradientEnd((storage) => new Tensor(storage), this.shape) : undefined;
    if (this.end && isOwned(this)) this.end.claim.taken = true;
    return this;
  }

  /**
   * The gradient that {@linkcode backward} added up, or null. Set it to null to start over.
   *
   * @throws {ShapeError} if one of another shape is assigned; {@linkcode Error} if the tensor is no leaf with
   *   requiresGrad
   */
  get grad(): Tensor | null {
    const { end } = this, gradient = this.borrowGrad();
    if (end && gradient) end.seen = end.claim.taken = true;
    return gradient;
  }

  set grad(value: Tensor | null) {
    const { end } = this;
    if (!end) {
      if (value === null) return;
      throw new Error("Cannot set the gradient of a tensor that is no leaf with requiresGrad");
    }
    if (value !== null) checkTensor("set grad", "the gradient", value);
    end.clear();
    end.claim.taken = true;
    if (value === null) return;
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(
        `Cannot set a gradient of shape ${showShape(value.shape)}: the tensor has ${showShape(this.shape)}`,
      );
    }
    end.gradient = value;
    end.seen = true;
    value.keep();
  }

  /**
   * The gradient for use within the step: unlike one taken by {@linkcode grad}, its memory serves the next gradient once `grad` is
   * set to null. For optimisers.
   */
  borrowGrad(): Tensor | null {
    const { end } = this;
    if (end) end.claim.taken = true;
    const gradient = end?.gradient;
    return gradient instanceof Tensor ? gradient : null;
  }

  /**
   * Adds the gradient of this tensor with respect to every leaf to the leaf's {@linkcode grad}. Records only: nothing runs.
   *
   * @param gradient weight of each element, of this tensor's shape; 1 for a tensor of one element
   * @param options `createGraph`: record the gradients' history too, for second derivatives
   * @throws {Error} if the tensor doesn't require gradients, or has several elements and no `gradient`
   */
  backward(gradient?: Tensor, options: { createGraph?: boolean; retainGraph?: boolean } = {}): void {
    checkOptions("backward", options, BACKWARD);
    if (!this.requiresGrad) {
      throw new Error(
        `Cannot run backward on ${this}: nothing it is computed from requires gradients. Check requiresGrad and noGrad; after ` +
          "model.half() parameters require none until model.float()",
      );
    }
    if (!gradient && this.numel !== 1) {
      throw new ShapeError(
        `Cannot run backward on a tensor of shape ${
          showShape(this.shape)
        }: it is no scalar. Reduce it, e.g. with mean(), or give a gradient of its shape`,
        [this.shape],
      );
    }
    if (gradient !== undefined) checkTensor("backward", "the gradient", gradient);
    if (gradient && !sameShape(gradient.shape, this.shape)) {
      throw new ShapeError(
        `Cannot run backward on ${showShape(this.shape)} with a gradient of shape ${showShape(gradient.shape)}`,
        [
          this.shape,
          gradient.shape,
        ],
      );
    }
    const node = this.node();
    backward(
      node,
      gradient?.node() ?? full(this.device, "float32", this.shape, 1),
      options.createGraph,
      options.retainGraph,
    );
  }

  /**
   * Calls `hook` with the gradient of this tensor whenever `backward` records it; a returned tensor takes the gradient's place (PyTorch's
   * Tensor.register_hook). Writes in place after this call make another value, which the hook does not watch.
   *
   * @returns a handle that removes the hook
   * @throws {Error} if the tensor doesn't require gradients; {TypeError} or {ShapeError} from `backward` if the hook returns something else
   */
  registerHook(hook: (gradient: Tensor) => Tensor | void): { remove(): void; [Symbol.dispose](): void } {
    if (!this.requiresGrad) throw new Error(`Cannot hook the gradient of ${this}: it requires none`);
    checkFunction("registerHook", "the hook", hook);
    const node = this.node();
    const call = (g: Node): Node | undefined => {
      const result: unknown = hook(new Tensor(g));
      if (result === undefined) return undefined;
      if (!(result instanceof TensorHandle)) {
        throw new TypeError(
          `Cannot use what the gradient hook of ${this} returned: it must be a tensor or nothing, and no Promise`,
        );
      }
      if (!sameShape(result.shape, this.shape)) {
        throw new ShapeError(
          `Cannot replace a gradient of shape ${showShape(this.shape)} by one of ${showShape(result.shape)}`,
        );
      }
      return result.node();
    };
    if (this.end) this.end.claim.taken = true;
    (node.gradientHooks ??= []).push(call);
    const remove = () => {
      node.gradientHooks = node.gradientHooks?.filter((other) => other !== call);
    };
    return { remove, [Symbol.dispose]: remove };
  }

  /** The same elements, cut off from the gradient record. Writes in place show in both. */
  detach(): Tensor {
    return new Tensor({ handle: this, step: { op: "detach" } });
  }

  // --- pointwise ----------------------------------------------------------------------------------------------------

  #unary(op: UnaryOp): Tensor {
    return new Tensor(unary(op, this.node()));
  }

  #binary(op: BinaryOp, other: Operand): Tensor {
    return new Tensor(withOperand(op, this.node(), other));
  }

  /** `self + other`, broadcast. Of bools, whether either is true. */
  add(other: Operand): Tensor {
    return this.#binary("add", other);
  }
  /**
   * `self − other`, broadcast.
   *
   * @throws {TypeError} for bools
   */
  sub(other: Operand): Tensor {
    return this.#binary("sub", other);
  }
  /** `self · other`, broadcast. Of bools, whether both are true. */
  mul(other: Operand): Tensor {
    return this.#binary("mul", other);
  }
  /** `self / other`, broadcast; float32 for integers too, as in PyTorch. */
  div(other: Operand): Tensor {
    return this.#binary("div", other);
  }
  /**
   * `self` to the power `exponent`. The exponents 2 and 0.5 are a product and a square root. Of whole numbers the result is whole and exact; of a
   * negative power, given by a tensor, the whole part is left.
   *
   * @throws {RangeError} for whole numbers and a negative whole exponent
   */
  pow(exponent: Operand): Tensor {
    if (exponent === 2) return this.square();
    if (exponent === 0.5 && isFloat(this.dtype)) return this.sqrt();
    return this.#binary("pow", exponent);
  }
  /** Remainder of the division, with the divisor's sign. */
  remainder(divisor: Operand): Tensor {
    return this.#binary("remainder", divisor);
  }
  /** The larger of the two; NaN if either is. */
  maximum(other: Operand): Tensor {
    return this.#binary("maximum", other);
  }
  /** The smaller of the two; NaN if either is. */
  minimum(other: Operand): Tensor {
    return this.#binary("minimum", other);
  }

  /** Whether equal, as bool. */
  eq(other: Operand): Tensor {
    return this.#binary("eq", other);
  }
  /** Whether unequal, as bool. */
  ne(other: Operand): Tensor {
    return this.#binary("ne", other);
  }
  /** Whether less, as bool. */
  lt(other: Operand): Tensor {
    return this.#binary("lt", other);
  }
  /** Whether less or equal, as bool. */
  le(other: Operand): Tensor {
    return this.#binary("le", other);
  }
  /** Whether greater, as bool. */
  gt(other: Operand): Tensor {
    return this.#binary("gt", other);
  }
  /** Whether greater or equal, as bool. */
  ge(other: Operand): Tensor {
    return this.#binary("ge", other);
  }
  /** Whether both are non-zero. */
  logicalAnd(other: Operand): Tensor {
    return this.#binary("logicalAnd", other);
  }
  /** Whether either is non-zero. */
  logicalOr(other: Operand): Tensor {
    return this.#binary("logicalOr", other);
  }
  /** Whether exactly one is non-zero. */
  logicalXor(other: Operand): Tensor {
    return this.#binary("logicalXor", other);
  }
  /** Whether zero. */
  logicalNot(): Tensor {
    return this.#unary("logicalNot");
  }

  /** `−self`. */
  neg(): Tensor {
    return this.#unary("neg");
  }
  /** `|self|`; gradient 0 at 0. */
  abs(): Tensor {
    return this.#unary("abs");
  }
  /** −1, 0 or 1. */
  sign(): Tensor {
    return this.#unary("sign");
  }
  /** eˣ. */
  exp(): Tensor {
    return this.#unary("exp");
  }
  /** eˣ − 1, exact near 0. */
  expm1(): Tensor {
    return this.#unary("expm1");
  }
  /** Natural logarithm. */
  log(): Tensor {
    return this.#unary("log");
  }
  /** Binary logarithm; exact where x is a power of two. */
  log2(): Tensor {
    return this.#unary("log2");
  }
  /** ln(1 + x), exact near 0. */
  log1p(): Tensor {
    return this.#unary("log1p");
  }
  /** √x. */
  sqrt(): Tensor {
    return this.#unary("sqrt");
  }
  /** 1/√x. */
  rsqrt(): Tensor {
    return this.#unary("rsqrt");
  }
  /** 1/x. */
  reciprocal(): Tensor {
    return this.#unary("reciprocal");
  }
  /** x². */
  square(): Tensor {
    const node = this.node(), x = node.dtype === "bool" ? cast(node, "int32") : node;
    return new Tensor(binary("mul", x, x));
  }
  /** Sine. */
  sin(): Tensor {
    return this.#unary("sin");
  }
  /** Cosine. */
  cos(): Tensor {
    return this.#unary("cos");
  }
  /** Hyperbolic tangent. */
  tanh(): Tensor {
    return this.#unary("tanh");
  }
  /** 1/(1 + e⁻ˣ). */
  sigmoid(): Tensor {
    return this.#unary("sigmoid");
  }
  /** The error function. */
  erf(): Tensor {
    return this.#unary("erf");
  }
  /** max(x, 0); gradient 0 at 0. */
  relu(): Tensor {
    return this.#unary("relu");
  }
  /** `x > 0 ? x : slope · x`. */
  leakyRelu(slope = 0.01): Tensor {
    return this.#binary("leakyRelu", slope);
  }
  /** Largest whole number not above. */
  floor(): Tensor {
    return this.#unary("floor");
  }
  /** Smallest whole number not below. */
  ceil(): Tensor {
    return this.#unary("ceil");
  }
  /** Nearest whole number; halves to even. */
  round(): Tensor {
    return this.#unary("round");
  }
  /** Whether NaN. */
  isnan(): Tensor {
    return this.#unary("isnan");
  }
  /** Whether neither NaN nor infinite. */
  isfinite(): Tensor {
    return new Tensor(isFinite(this.node()));
  }

  /**
   * Bounded below by `min` and above by `max`; either may be left out.
   *
   * The gradient passes where the value was within the bounds, the bounds included (PyTorch). NaN, of the value or a bound, gives NaN, and no
   * gradient.
   */
  clamp(min?: Operand | null, max?: Operand | null): Tensor {
    return new Tensor(clamp(this.node(), min, max));
  }
  /** Bounded below. */
  clampMin(min: Operand): Tensor {
    return this.clamp(min);
  }
  /** Bounded above. */
  clampMax(max: Operand): Tensor {
    return this.clamp(null, max);
  }
  /**
   * `self + weight · (end − self)`, reckoned from the nearer end: a weight of 1 gives `end` itself, as in PyTorch.
   *
   * @throws {TypeError} unless all are float32
   */
  lerp(end: Operand, weight: Operand): Tensor {
    const x = floatNode("lerp", this.node());
    if (typeof weight !== "number") floatNode("lerp", operandNode(x, weight));
    return new Tensor(lerp(x, floatNode("lerp", operandNode(x, end)), weight));
  }
  /** `self` where `condition` is non-zero, else `other`. */
  where(condition: TensorHandle, other: Operand): Tensor {
    const x = this.node();
    return new Tensor(where(nodeOf("where", "the condition", condition), x, operandNode(x, other)));
  }

  /**
   * Converted to another type; the tensor itself if it has that type. To int32 floats are truncated towards zero; NaN, and what int32 cannot hold, gives
   * a {@linkcode DeviceFaultError} at the next read. To float16 see {@linkcode half}.
   */
  to(dtype: DType): Tensor {
    return dtype === this.dtype ? this : new Tensor(cast(this.node(), dtypeNamed(dtype)));
  }
  /** Converted to float32. */
  float(): Tensor {
    return this.to("float32");
  }
  /**
   * Rounded to float16, which takes half the memory: for weights of models that are not trained. It is only read: what is computed from it is float32,
   * and of writes in place it takes `copy_` alone. Rounds as PyTorch does: to the nearest, ties to even, beyond 65504 to ±∞; subnormal numbers stay.
   *
   * @throws {Error} for a tensor that requires gradients, outside noGrad: none flows through a conversion to float16
   */
  half(): Tensor {
    return this.to("float16");
  }
  /** Converted to int32. */
  int(): Tensor {
    return this.to("int32");
  }
  /** Converted to bool: whether non-zero. */
  bool(): Tensor {
    return this.to("bool");
  }
  /** A copy of its own, with history. */
  clone(): Tensor {
    return this.dtype === "float16" ? new Tensor(cast(this.node(), this.dtype)) : this.#unary("copy");
  }

  // --- reductions ---------------------------------------------------------------------------------------------------

  #reduce(op: ReduceOp, axes: Axes, options: ReduceOptions): Tensor {
    checkOptions(op, options, REDUCE);
    const x = this.node();
    return new Tensor(reduceOver(op, x, normalAxes(op, axes, this.ndim), options.keepdim ?? false));
  }

  /** Sum over `axes`. Integers and bools give int32: exact, or a {@linkcode DeviceFaultError} at the next read. */
  sum(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("sum", axes, options);
  }
  /**
   * Product over `axes`. Integers and bools give int32: exact, or a {@linkcode DeviceFaultError} at the next read. Its gradient, and that of the
   * gradient, is right beside zeros too.
   */
  prod(axes?: Axes, options: ReduceOptions = {}): Tensor {
    return this.#reduce("prod", axes, options);
  }
  /** Largest value over `axes`; bools stay bools; equal ones share the gradient evenly (PyTorch's amax). */
  max(axes?: Axes, options?: ReduceOptions): Tensor;
  /**
   * Largest value along one axis (NaN counts as largest), and where it is, int32: of equal ones the first, which has the gradient (PyTorch's
   * `max(dim)`).
   *
   * @throws {TypeError} for several axes, or none
   */
  max(axis: number, options: Extremes): [values: Tensor, indices: Tensor];
  max(axes?: Axes, options: ReduceOptions & { indices?: boolean } = {}): Tensor | [values: Tensor, indices: Tensor] {
    return this.#extreme("max", axes, options);
  }
  /** Smallest value over `axes`; bools stay bools; equal ones share the gradient evenly (PyTorch's amin). */
  min(axes?: Axes, options?: ReduceOptions): Tensor;
  /**
   * Smallest value along one axis (NaN counts as smallest), and where it is, int32: of equal ones the first, which has the gradient (PyTorch's
   * `min(dim)`).
   *
   * @throws {TypeError} for several axes, or none
   */
  min(axis: number, options: Extremes): [values: Tensor, indices: Tensor];
  min(axes?: Axes, options: ReduceOptions & { indices?: boolean } = {}): Tensor | [values: Tensor, indices: Tensor] {
    return this.#extreme("min", axes, options);
  }

  #extreme(
    op: "max" | "min",
    axes: Axes,
    options: ReduceOptions & { indices?: boolean },
  ): Tensor | [values: Tensor, indices: Tensor] {
    checkOptions(op, options, EXTREMES);
    const x = this.node();
    if (!options.indices) {
      return new Tensor(reduceOver(op, x, normalAxes(op, axes, this.ndim), options.keepdim ?? false));
    }
    if (typeof axes !== "number") {
      throw new TypeError(
        `Cannot take ${op} with indices over ${axes === undefined ? "all axes" : "a list of axes"}: give one axis`,
      );
    }
    const { values, indices } = extremeAlong(op, x, normalAxis(op, axes, this.ndim), options.keepdim ?? false);
    return [new Tensor(values), new Tensor(indices)];
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
    checkOptions("mean", options, REDUCE);
    const x = floatNode("the mean", this.node());
    return new Tensor(mean(x, normalAxes("mean", axes, this.ndim), options.keepdim ?? false));
  }
  /** Variance over `axes`: Σ(x − mean)² / (n − correction), unbiased by default as in PyTorch. Accurate wherever the mean lies. */
  var(axes?: Axes, options: VarianceOptions = {}): Tensor {
    checkOptions("var", options, VARIANCE);
    return this.varMean(axes, options)[0];
  }
  /**
   * Variance and mean over `axes`, in that order: {@linkcode var} and {@linkcode mean} at the cost of the first alone (PyTorch's var_mean).
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  varMean(axes?: Axes, options: VarianceOptions = {}): [variance: Tensor, mean: Tensor] {
    checkOptions("varMean", options, VARIANCE);
    const x = floatNode("the variance", this.node()), { keepdim = false, correction = 1 } = options;
    const [variance, middle] = varMean(x, normalAxes("var", axes, this.ndim), { keepdim, correction });
    return [new Tensor(variance), new Tensor(middle)];
  }
  /**
   * Standard deviation over `axes`: the square root of {@linkcode var}, and right where that is beyond float32. The gradient of equal elements
   * is 0, as in PyTorch.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  std(axes?: Axes, options: VarianceOptions = {}): Tensor {
    checkOptions("std", options, VARIANCE);
    const x = floatNode("the deviation", this.node()), { keepdim = false, correction = 1 } = options;
    return new Tensor(std(x, normalAxes("std", axes, this.ndim), { keepdim, correction }));
  }
  /**
   * ln Σ eˣ over `axes`, without overflow; −∞ over nothing.
   *
   * @throws {TypeError} for other types than float32; {@linkcode ShapeError} for an axis that is not there
   */
  logsumexp(axes?: Axes, options: ReduceOptions = {}): Tensor {
    checkOptions("logsumexp", options, REDUCE);
    const x = cast(this.node(), "float32");
    return new Tensor(logsumexp(x, normalAxes("logsumexp", axes, this.ndim), options.keepdim ?? false));
  }
  /**
   * The sum of the elements up to each one along `axis`, itself included; as in PyTorch, int32 for whole numbers and bools (PyTorch: int64).
   *
   * @throws {ShapeError} for an axis that is not there
   */
  cumsum(axis: number): Tensor {
    const node = this.node(), at = normalAxis("cumsum", axis, this.ndim);
    return new Tensor(this.ndim === 0 ? reshape(cumsum(reshape(node, [1]), 0), []) : cumsum(node, at));
  }
  /** eˣ / Σ eˣ along `axis`. */
  softmax(axis: number): Tensor {
    return new Tensor(alongRows("softmax", softmax, floatNode("softmax", this.node()), axis));
  }
  /** x − ln Σ eˣ along `axis`. */
  logSoftmax(axis: number): Tensor {
    return new Tensor(alongRows("logSoftmax", logSoftmax, floatNode("logSoftmax", this.node()), axis));
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
    whole("count elements", "the number of bins", bins, 1);
    if (!(min < max)) throw new RangeError(`Cannot count in [${min}, ${max}]: min must be below max`);
    return new Tensor(histogram(this.node(), bins, min, max));
  }

  // --- views --------------------------------------------------------------------------------------------------------

  /** A tensor that shares the elements of this one through `step`. */
  #view(step: ViewStep): Tensor {
    return viewed<Tensor>(this, step);
  }

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
  view(...sizes: (number | readonly number[])[]): Tensor {
    const shape = shapeWith("view", this.shape, sizesOf(sizes));
    if (!viewStrides(this.shape, this.stride(), shape)) {
      throw new ShapeError(
        `Cannot view ${showShape(this.shape)} with strides ${showShape(this.stride())} as ${
          showShape(shape)
        }: the elements don't lie in that order. ` +
          `Use reshape(), which copies`,
      );
    }
    return this.#view({ op: "reshape", shape });
  }

  /**
   * The elements in row-major order under another shape; one size may be −1. A view where possible, else a copy.
   *
   * @throws {ShapeError} if the sizes do not fit
   */
  reshape(...sizes: (number | readonly number[])[]): Tensor {
    return reshaped<Tensor>(this, shapeWith("reshape", this.shape, sizesOf(sizes)));
  }

  /**
   * Axes `start` to `end` (inclusive) as one. A view where possible, else a copy.
   *
   * @param start default 0
   * @param end default −1, the last
   * @throws {ShapeError} for an axis that is not there, or the later one first
   */
  flatten(start = 0, end = -1): Tensor {
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
  permute(...order: (number | readonly number[])[]): Tensor {
    const axes = sizesOf(order).map((axis) => normalAxis("permute", axis, this.ndim));
    if (axes.length !== this.ndim || new Set(axes).size !== axes.length) {
      throw new ShapeError(
        `Cannot permute ${showShape(this.shape)} by ${showShape(sizesOf(order))}: every axis must be named once`,
      );
    }
    return this.#view({ op: "permute", order: axes });
  }

  /**
   * Two axes exchanged. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  transpose(a: number, b: number): Tensor {
    const order = this.shape.map((_, i) => i);
    const p = normalAxis("transpose", a, this.ndim), q = normalAxis("transpose", b, this.ndim);
    if (this.ndim === 0) return this.#view({ op: "permute", order });
    [order[p], order[q]] = [q, p];
    return this.#view({ op: "permute", order });
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
    return this.#view({ op: "permute", order: this.ndim === 2 ? [1, 0] : this.shape.map((_, i) => i) });
  }

  /**
   * Without axes of size 1: all of them, or the named one. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  squeeze(axis?: number): Tensor {
    if (axis === undefined) return this.#view({ op: "reshape", shape: this.shape.filter((size) => size !== 1) });
    const at = normalAxis("squeeze", axis, this.ndim);
    return this.#view({ op: "reshape", shape: this.shape.filter((size, i) => i !== at || size !== 1) });
  }

  /**
   * With a new axis of size 1 at `axis`. A view.
   *
   * @throws {ShapeError} for an axis that is not there
   */
  unsqueeze(axis: number): Tensor {
    const at = normalAxis("unsqueeze", axis, this.ndim + 1);
    checkRank("unsqueeze to a tensor", this.ndim + 1);
    return this.#view({ op: "reshape", shape: [...this.shape.slice(0, at), 1, ...this.shape.slice(at)] });
  }

  /**
   * Axes of size 1 repeated without copying; −1 keeps a size. A view that cannot be written to.
   *
   * @throws {ShapeError} if another axis would have to grow
   */
  expand(...sizes: (number | readonly number[])[]): Tensor {
    return this.#view({ op: "expand", shape: expandedShape(this.shape, sizesOf(sizes)) });
  }

  /** The same as {@linkcode expand}. */
  broadcastTo(shape: readonly number[]): Tensor {
    return this.expand(shape);
  }

  /** The tensor itself if its elements lie in row-major order, else a copy that does. */
  contiguous(): Tensor {
    return this.isContiguous() ? this : this.#unary("copy");
  }

  /**
   * `length` elements of an axis from `start` (which may count from the end). A view.
   *
   * @throws {ShapeError} if the axis has no such elements
   */
  narrow(axis: number, start: number, length: number): Tensor {
    const at = ownAxis("narrow", axis, this.ndim), size = this.shape[at]!;
    const from = placeOf(start, size);
    if (!(isWhole(from, 0, size) && isWhole(length, 0, size - from))) {
      throw new ShapeError(
        `Cannot narrow axis ${axis} of ${showShape(this.shape)} to ${length} elements from ${start}: it has ${size}`,
      );
    }
    return this.#view(sliceStep(this.shape, at, from, length, 1));
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
    const at = ownAxis("slice", axis, this.ndim), size = this.shape[at]!;
    if (!isWhole(step, 1)) {
      throw new ShapeError(`Cannot slice by steps of ${step}: a step is a whole number from 1 to ${MOST}`);
    }
    if (!Number.isInteger(start) || !Number.isInteger(end ?? 0)) {
      throw new ShapeError(`Cannot slice from ${start} to ${end ?? size}: both are whole numbers`);
    }
    const clip = (i: number) => Math.min(size, Math.max(0, i < 0 ? i + size : i));
    const from = clip(start), to = clip(end ?? size);
    const length = Math.max(0, Math.ceil((to - from) / step));
    return this.#view(sliceStep(this.shape, at, Math.min(from, size), length, step));
  }

  /**
   * Element `index` of an axis, which disappears. A view.
   *
   * @throws {ShapeError} if there is no such element
   */
  select(axis: number, index: number): Tensor {
    const at = ownAxis("select", axis, this.ndim), size = this.shape[at]!;
    const from = placeOf(index, size);
    if (!isWhole(from, 0, size - 1)) {
      throw new ShapeError(
        `Cannot select element ${index} of axis ${axis} of ${showShape(this.shape)}: it has ${size}`,
      );
    }
    const one = this.#view(sliceStep(this.shape, at, from, 1, 1));
    return one.#view({ op: "reshape", shape: one.shape.filter((_, i) => i !== at) });
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
  at(...index: Index[]): Tensor {
    const taken = index.reduce<number>((count, position) => count + (position === null ? 0 : 1), 0);
    if (taken > this.ndim) {
      throw new ShapeError(`Cannot take ${taken} positions of ${showShape(this.shape)}: it has ${this.ndim} axes`);
    }
    // deno-lint-ignore no-this-alias
    let out: Tensor = this;
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
    if (tensors.length) return new Tensor(pickedAt(out.node(), tensors));
    return out === this ? this.#view({ op: "reshape", shape: this.shape }) : out;
  }

  /**
   * `out[i…] = self[i… with i[axis] = index[i…]]`: of the shape of `index`, int32. Tensors without axes count as having one element along one.
   *
   * @throws {ShapeError} if the shapes do not fit, or the axis is empty and the index is not; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  gather(axis: number, index: TensorHandle): Tensor {
    return new Tensor(gather(this.node(), axis, nodeOf("gather", "the index", index)));
  }

  /**
   * A copy with `source` added at `index` along `axis`; several additions to one place follow the order of `index`. A source may be larger than
   * the index, which says what of it is added: `self[i… with i[axis] = index[i…]] += source[i…]`.
   *
   * @throws {ShapeError} if the shapes do not fit, or the axis is empty and the index is not; {@linkcode DeviceFaultError} at the next read, if an index is out of
   *   range
   */
  scatterAdd(axis: number, index: TensorHandle, source: TensorHandle): Tensor {
    return new Tensor(
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
  indexSelect(axis: number, index: TensorHandle): Tensor {
    return new Tensor(indexSelect(this.node(), axis, nodeOf("indexSelect", "the index", index)));
  }

  /**
   * Matrix product, as PyTorch's matmul: vectors count as a row on the left and a column on the right; leading axes broadcast.
   *
   * @throws {ShapeError} if the inner sizes differ
   */
  matmul(other: TensorHandle): Tensor {
    return new Tensor(matmul(this.node(), nodeOf("matmul", "the other", other)));
  }

  // --- in place -----------------------------------------------------------------------------------------------------

  /** The tensor's type stays: what it cannot hold is a TypeError, as in PyTorch. Only `copy_` and `fill_` convert. */
  #in(what: string, next: (x: Node) => Node): this {
    return this.assign(inPlace(what, this.dtype, next(this.node())), what);
  }

  /** Adds in place. */
  add_(other: Operand): this {
    return this.#in("add_", (x) => withOperand("add", x, other));
  }
  /** Subtracts in place. */
  sub_(other: Operand): this {
    return this.#in("sub_", (x) => withOperand("sub", x, other));
  }
  /** Multiplies in place. */
  mul_(other: Operand): this {
    return this.#in("mul_", (x) => withOperand("mul", x, other));
  }
  /** Divides in place. Only float32 tensors hold the result. */
  div_(other: Operand): this {
    return this.#in("div_", (x) => withOperand("div", x, other));
  }
  /** Raises to a power in place. */
  pow_(exponent: Operand): this {
    return this.#in("pow_", () => this.pow(exponent).node());
  }
  /** `self + weight · (end − self)` in place. */
  lerp_(end: Operand, weight: Operand): this {
    return this.#in("lerp_", () => this.lerp(end, weight).node());
  }
  /** `self + value · a · b` in place. */
  addcmul_(a: TensorHandle, b: TensorHandle, options: { value?: number } = {}): this {
    checkOptions("addcmul_", options, VALUE);
    return this.#in("addcmul_", (x) => {
      const [p, q] = [nodeOf("addcmul_", "a", a), nodeOf("addcmul_", "b", b)];
      const factor = x.dtype === "float32" ? cast(p, "float32") : p;
      return addScaled(x, options.value ?? 1, binary("mul", factor, q));
    });
  }
  /**
   * `self + value · a / b` in place.
   *
   * @throws {TypeError} if neither `a` nor `b` is float32
   */
  addcdiv_(a: TensorHandle, b: TensorHandle, options: { value?: number } = {}): this {
    checkOptions("addcdiv_", options, VALUE);
    const [p, q] = [nodeOf("addcdiv_", "a", a), nodeOf("addcdiv_", "b", b)];
    return this.#in("addcdiv_", (x) => addQuotient("addcdiv_", x, options.value ?? 1, p, q));
  }
  /** Takes over the values of `other`, broadcast and converted as by {@linkcode to}. */
  copy_(other: TensorHandle): this {
    return this.assign(alias(nodeOf("copy_", "the other", other)), "copy_");
  }
  /**
   * Fills with a number, of which an int32 tensor takes the whole part.
   *
   * @throws {RangeError} for a number that int32 cannot hold
   */
  fill_(value: number): this {
    return this.#in("fill_", (x) => full(x.device, x.dtype, this.shape, value));
  }
  /** Fills with 0. */
  zero_(): this {
    return this.fill_(0);
  }
  /** Bounds in place. */
  clamp_(min?: Operand | null, max?: Operand | null): this {
    return this.#in("clamp_", () => this.clamp(min, max).node());
  }
  /** Bounds below in place. */
  clampMin_(min: Operand): this {
    return this.clamp_(min);
  }
  /** Bounds above in place. */
  clampMax_(max: Operand): this {
    return this.clamp_(null, max);
  }
  /** max(x, 0) in place. */
  relu_(): this {
    return this.#in("relu_", (x) => unary("relu", x));
  }
  /** √x in place. */
  sqrt_(): this {
    return this.#in("sqrt_", (x) => unary("sqrt", x));
  }
  /** eˣ in place. */
  exp_(): this {
    return this.#in("exp_", (x) => unary("exp", x));
  }
  /** −x in place. */
  neg_(): this {
    return this.#in("neg_", (x) => unary("neg", x));
  }
  /** Fills with normal random numbers. */
  normal_(mean = 0, std = 1, options: { generator?: Generator } = {}): this {
    checkOptions("normal_", options, GENERATOR);
    return this.#in("normal_", (x) => {
      const generator = generatorOr(options.generator), { torch } = generator;
      if (torch) return drawnData(ownPlace(this), (n, inOrder) => torch.normal(n, mean, std, inOrder));
      const z = drawn(x.device, "normal", this.shape, generator.next());
      return binary("add", binary("mul", z, number(z, std)), number(z, mean));
    });
  }
  /** Fills with uniform random numbers from [low, high). */
  uniform_(low = 0, high = 1, options: { generator?: Generator } = {}): this {
    checkOptions("uniform_", options, GENERATOR);
    return this.#in("uniform_", (x) => {
      const generator = generatorOr(options.generator), { torch } = generator;
      if (torch) return drawnData(ownPlace(this), (n) => torch.uniform(n, low, high));
      const u = drawn(x.device, "uniform", this.shape, generator.next());
      return binary("add", binary("mul", u, number(u, high - low)), number(u, low));
    });
  }
  /** Cuts the tensor itself off from its history. */
  detach_(): this {
    if (this.requiresGrad) this.storage.write(detach(this.node()), false, "detach_()");
    return this;
  }

  // --- devices ------------------------------------------------------------------------------------------------------

  /** A copy on another device, without history; the tensor itself if it is there already. */
  async toDevice(device: Device): Promise<Tensor> {
    if (this.device === deviceOr(device)) return this;
    return new Tensor(upload(device, this.dtype, this.shape, await this.toTypedArray()));
  }
}
