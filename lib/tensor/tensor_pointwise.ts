/** Methods of tensors that compute an element from an element, or from one of each of two tensors. */
import type { DType } from "../device/dtype.ts";
import { dtypeNamed, isFloat } from "../device/dtype.ts";
import { binary, type BinaryOp, cast, unary, type UnaryOp, where } from "../ops/pointwise.ts";
import { nodeOf } from "./expect.ts";
import { made } from "./family.ts";
import type { TensorHandle } from "./handle.ts";
import { type Operand, operandNode } from "./options.ts";
import { clamp, isFinite, lerp, withOperand } from "./pointwise.ts";
import { floatNode } from "./reductions.ts";
import { TensorArithmetic } from "./tensor_arithmetic.ts";

/**
 * The part of {@linkcode Tensor} that computes element by element.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([1, -4]);
 * console.log(await x.mul(2).add(1).array(), await x.relu().array()); // [ 3, -7 ] [ 1, 0 ]
 * ```
 */
export class TensorPointwise extends TensorArithmetic {
  #unary(op: UnaryOp): this {
    return made(this, unary(op, this.node()));
  }

  #binary(op: BinaryOp, other: Operand): this {
    return made(this, withOperand(op, this.node(), other));
  }

  /** `self + other`, broadcast. Of bools, whether either is true. */
  add(other: Operand): this {
    return this.#binary("add", other);
  }
  /**
   * `self − other`, broadcast.
   *
   * @throws {TypeError} for bools
   */
  sub(other: Operand): this {
    return this.#binary("sub", other);
  }
  /** `self · other`, broadcast. Of bools, whether both are true. */
  mul(other: Operand): this {
    return this.#binary("mul", other);
  }
  /** `self / other`, broadcast; float32 for integers too, as in PyTorch. */
  div(other: Operand): this {
    return this.#binary("div", other);
  }
  /**
   * `self` to the power `exponent`. The exponents 2 and 0.5 are a product and a square root. Of whole numbers the result is whole and exact; of a
   * negative power, given by a tensor, the whole part is left.
   *
   * @throws {RangeError} for whole numbers and a negative whole exponent
   */
  pow(exponent: Operand): this {
    if (exponent === 2) return this.square();
    if (exponent === 0.5 && isFloat(this.dtype)) return this.sqrt();
    return this.#binary("pow", exponent);
  }
  /** Remainder of the division, with the divisor's sign. */
  remainder(divisor: Operand): this {
    return this.#binary("remainder", divisor);
  }
  /** The larger of the two; NaN if either is. */
  maximum(other: Operand): this {
    return this.#binary("maximum", other);
  }
  /** The smaller of the two; NaN if either is. */
  minimum(other: Operand): this {
    return this.#binary("minimum", other);
  }

  /** Whether equal, as bool. */
  eq(other: Operand): this {
    return this.#binary("eq", other);
  }
  /** Whether unequal, as bool. */
  ne(other: Operand): this {
    return this.#binary("ne", other);
  }
  /** Whether less, as bool. */
  lt(other: Operand): this {
    return this.#binary("lt", other);
  }
  /** Whether less or equal, as bool. */
  le(other: Operand): this {
    return this.#binary("le", other);
  }
  /** Whether greater, as bool. */
  gt(other: Operand): this {
    return this.#binary("gt", other);
  }
  /** Whether greater or equal, as bool. */
  ge(other: Operand): this {
    return this.#binary("ge", other);
  }
  /** Whether both are non-zero. */
  logicalAnd(other: Operand): this {
    return this.#binary("logicalAnd", other);
  }
  /** Whether either is non-zero. */
  logicalOr(other: Operand): this {
    return this.#binary("logicalOr", other);
  }
  /** Whether exactly one is non-zero. */
  logicalXor(other: Operand): this {
    return this.#binary("logicalXor", other);
  }
  /** Whether zero. */
  logicalNot(): this {
    return this.#unary("logicalNot");
  }

  /** `−self`. */
  neg(): this {
    return this.#unary("neg");
  }
  /** `|self|`; gradient 0 at 0. */
  abs(): this {
    return this.#unary("abs");
  }
  /** −1, 0 or 1. */
  sign(): this {
    return this.#unary("sign");
  }
  /** eˣ. */
  exp(): this {
    return this.#unary("exp");
  }
  /** eˣ − 1, exact near 0. */
  expm1(): this {
    return this.#unary("expm1");
  }
  /** Natural logarithm. */
  log(): this {
    return this.#unary("log");
  }
  /** Binary logarithm; exact where x is a power of two. */
  log2(): this {
    return this.#unary("log2");
  }
  /** ln(1 + x), exact near 0. */
  log1p(): this {
    return this.#unary("log1p");
  }
  /** √x. */
  sqrt(): this {
    return this.#unary("sqrt");
  }
  /** 1/√x. */
  rsqrt(): this {
    return this.#unary("rsqrt");
  }
  /** 1/x. */
  reciprocal(): this {
    return this.#unary("reciprocal");
  }
  /** x². */
  square(): this {
    const node = this.node(), x = node.dtype === "bool" ? cast(node, "int32") : node;
    return made(this, binary("mul", x, x));
  }
  /** Sine. */
  sin(): this {
    return this.#unary("sin");
  }
  /** Cosine. */
  cos(): this {
    return this.#unary("cos");
  }
  /** Hyperbolic tangent. */
  tanh(): this {
    return this.#unary("tanh");
  }
  /** 1/(1 + e⁻ˣ). */
  sigmoid(): this {
    return this.#unary("sigmoid");
  }
  /** The error function. */
  erf(): this {
    return this.#unary("erf");
  }
  /** max(x, 0); gradient 0 at 0. */
  relu(): this {
    return this.#unary("relu");
  }
  /** `x > 0 ? x : slope · x`. */
  leakyRelu(slope = 0.01): this {
    return this.#binary("leakyRelu", slope);
  }
  /** Largest whole number not above. */
  floor(): this {
    return this.#unary("floor");
  }
  /** Smallest whole number not below. */
  ceil(): this {
    return this.#unary("ceil");
  }
  /** Nearest whole number; halves to even. */
  round(): this {
    return this.#unary("round");
  }
  /** Whether NaN. */
  isnan(): this {
    return this.#unary("isnan");
  }
  /** Whether neither NaN nor infinite. */
  isfinite(): this {
    return made(this, isFinite(this.node()));
  }

  /**
   * Bounded below by `min` and above by `max`; either may be left out.
   *
   * The gradient passes where the value was within the bounds, the bounds included (PyTorch). NaN, of the value or a bound, gives NaN, and no
   * gradient.
   */
  clamp(min?: Operand | null, max?: Operand | null): this {
    return made(this, clamp(this.node(), min, max));
  }
  /** Bounded below. */
  clampMin(min: Operand): this {
    return this.clamp(min);
  }
  /** Bounded above. */
  clampMax(max: Operand): this {
    return this.clamp(null, max);
  }
  /**
   * `self + weight · (end − self)`, reckoned from the nearer end: a weight of 1 gives `end` itself, as in PyTorch.
   *
   * @throws {TypeError} unless all are float32
   */
  lerp(end: Operand, weight: Operand): this {
    const x = floatNode("lerp", this.node());
    if (typeof weight !== "number") floatNode("lerp", operandNode(x, weight));
    return made(this, lerp(x, floatNode("lerp", operandNode(x, end)), weight));
  }
  /** `self` where `condition` is non-zero, else `other`. */
  where(condition: TensorHandle, other: Operand): this {
    const x = this.node();
    return made(this, where(nodeOf("where", "the condition", condition), x, operandNode(x, other)));
  }

  /**
   * Converted to another type; the tensor itself if it has that type. To int32 floats are truncated towards zero; NaN, and what int32 cannot hold, gives
   * a {@linkcode DeviceFaultError} at the next read. To float16 see {@linkcode half}.
   */
  to(dtype: DType): this {
    return dtype === this.dtype ? this : made(this, cast(this.node(), dtypeNamed(dtype)));
  }
  /** Converted to float32. */
  float(): this {
    return this.to("float32");
  }
  /**
   * Rounded to float16, which takes half the memory: for weights of models that are not trained. It is only read: what is computed from it is float32,
   * and of writes in place it takes `copy_` alone. Rounds as PyTorch does: to the nearest, ties to even, beyond 65504 to ±∞; subnormal numbers stay.
   *
   * @throws {Error} for a tensor that requires gradients, outside noGrad: none flows through a conversion to float16
   */
  half(): this {
    return this.to("float16");
  }
  /** Converted to int32. */
  int(): this {
    return this.to("int32");
  }
  /** Converted to bool: whether non-zero. */
  bool(): this {
    return this.to("bool");
  }
  /** A copy of its own, with history. */
  clone(): this {
    return this.dtype === "float16" ? made(this, cast(this.node(), this.dtype)) : this.#unary("copy");
  }
}
