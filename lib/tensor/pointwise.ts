/** Pointwise operations of tensors: broadcasting arithmetic, comparisons, elementary functions. */
import { type DType, dtypeNamed } from "../device/dtype.ts";
import type { PointwiseOp } from "../device/pointwise.ts";
import { build } from "../graph/build.ts";
import type { Node } from "../graph/node.ts";
import { factory } from "./factory.ts";
import { TensorHandle } from "./handle.ts";
import { type Operand, operandNode } from "./options.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Adds pointwise operations to a handle.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * console.log(await tensor([[1], [2]]).mul(tensor([10, 20])).add(1).array()); // [ [ 11, 21 ], [ 21, 41 ] ]
 * ```
 */
export class PointwiseTensor extends TensorHandle {
  #unary(op: PointwiseOp): Tensor {
    return factory.wrap(build.unary(op, this.node()));
  }

  #binary(op: PointwiseOp, other: Operand): Tensor {
    const node = this.node();
    return factory.wrap(build.binary(op, node, operandNode(node, other)));
  }

  /** `self + other`, broadcast. */
  add(other: Operand): Tensor {
    return this.#binary("add", other);
  }
  /** `self − other`, broadcast. */
  sub(other: Operand): Tensor {
    return this.#binary("sub", other);
  }
  /** `self · other`, broadcast. */
  mul(other: Operand): Tensor {
    return this.#binary("mul", other);
  }
  /** `self / other`, broadcast; float32 for integers too, as in PyTorch. */
  div(other: Operand): Tensor {
    return this.#binary("div", other);
  }
  /** `self` to the power `exponent`. The exponents 2 and 0.5 are a product and a square root. */
  pow(exponent: Operand): Tensor {
    if (exponent === 2) return this.square();
    if (exponent === 0.5 && this.dtype === "float32") return this.sqrt();
    const out = this.#binary("pow", exponent);
    const integral = this.dtype !== "float32" &&
      (typeof exponent === "object" ? exponent.dtype !== "float32" : Number.isInteger(exponent));
    return integral ? out.to("int32") : out;
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
    const node = this.node();
    return factory.wrap(build.binary("mul", node, node));
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
    const node = this.node();
    return factory.wrap(build.binary("eq", build.binary("sub", node, node), build.number(node, 0)));
  }

  /**
   * Bounded below by `min` and above by `max`; either may be left out.
   *
   * The gradient passes where the value was within the bounds, the bounds included (PyTorch).
   */
  clamp(min?: Operand | null, max?: Operand | null): Tensor {
    const x = this.node();
    let out = x;
    if (min !== undefined && min !== null) out = bound("atLeast", out, min);
    if (max !== undefined && max !== null) out = bound("atMost", out, max);
    return factory.wrap(out === x ? build.unary("copy", x) : out);
  }
  /** Bounded below. */
  clampMin(min: Operand): Tensor {
    return this.clamp(min);
  }
  /** Bounded above. */
  clampMax(max: Operand): Tensor {
    return this.clamp(null, max);
  }
  /** `self + weight · (end − self)`. */
  lerp(end: Operand, weight: Operand): Tensor {
    const x = this.node(), to = operandNode(x, end);
    if (typeof weight === "number" && x.dtype === "float32" && to.dtype === "float32") {
      return factory.wrap(build.lerp(x, to, weight));
    }
    const step = build.binary("mul", operandNode(x, weight), build.binary("sub", to, x));
    return factory.wrap(build.binary("add", x, step));
  }
  /** `self` where `condition` is non-zero, else `other`. */
  where(condition: TensorHandle, other: Operand): Tensor {
    const x = this.node();
    return factory.wrap(build.where(condition.node(), x, operandNode(x, other)));
  }

  /** Converted to another type; the tensor itself if it has that type. Floats are truncated towards zero. */
  to(dtype: DType): Tensor {
    return dtype === this.dtype ? this as unknown as Tensor : factory.wrap(build.cast(this.node(), dtypeNamed(dtype)));
  }
  /** Converted to float32. */
  float(): Tensor {
    return this.to("float32");
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
    return this.#unary("copy");
  }
}

/** A bound whose gradient goes to the value on ties. NaN passes through, without gradient. */
function bound(op: "atLeast" | "atMost", x: Node, by: Operand): Node {
  if (typeof by !== "object" && x.dtype === "float32") return build.bounded(op, x, Number(by));
  const b = operandNode(x, by), least = op === "atLeast";
  if (!x.requiresGrad && !b.requiresGrad) return build.binary(least ? "maximum" : "minimum", x, b);
  const bounded = build.where(build.binary(least ? "ge" : "le", x, b), x, b);
  return build.where(build.binary("ne", x, x), build.detach(x), bounded);
}
