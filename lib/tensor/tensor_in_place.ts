/** Methods of tensors that write in place. */
import { checkOptions } from "../device/check_options.ts";
import type { Node } from "../graph/node.ts";
import { binary, cast, unary } from "../ops/pointwise.ts";
import { drawn, full, number } from "../ops/sources.ts";
import { alias, detach } from "../ops/views.ts";
import { checkElement, checkNumber, nodeOf } from "./expect.ts";
import type { TensorHandle } from "./handle.ts";
import { GENERATOR, type Operand, VALUE } from "./options.ts";
import { addQuotient, addScaled, inPlace, withOperand } from "./pointwise.ts";
import { type Generator, generatorOr } from "./random.ts";
import { TensorViews } from "./tensor_views.ts";
import { drawnData, ownPlace } from "./torch_random/fill.ts";

/**
 * The part of {@linkcode Tensor} that writes in place, and gives the tensor back.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const x = tensor([1, 2]);
 * console.log(await x.add_(1).mul_(2).array()); // [ 4, 6 ]
 * ```
 */
export class TensorInPlace extends TensorViews {
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
    checkElement("fill_", "the value", value);
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
  /**
   * Fills with normal random numbers.
   *
   * @throws {RangeError} unless the deviation is 0 or more, as in PyTorch
   */
  normal_(mean = 0, std = 1, options: { generator?: Generator } = {}): this {
    checkOptions("normal_", options, GENERATOR);
    checkNumber("run normal_", "the mean", mean);
    checkNumber("run normal_", "the deviation", std);
    if (!(std >= 0)) throw new RangeError(`Cannot draw normal numbers of deviation ${std}: it must be 0 or more`);
    return this.#in("normal_", (x) => {
      const generator = generatorOr(options.generator), { torch } = generator;
      if (torch) return drawnData(ownPlace(this), (n, inOrder) => torch.normal(n, mean, std, inOrder));
      const z = drawn(x.device, "normal", this.shape, generator.next());
      return binary("add", binary("mul", z, number(z, std)), number(z, mean));
    });
  }
  /**
   * Fills with uniform random numbers from [low, high).
   *
   * @throws {RangeError} unless `low` is at most `high`, and both and their difference finite in 32 bits, as in PyTorch
   */
  uniform_(low = 0, high = 1, options: { generator?: Generator } = {}): this {
    checkOptions("uniform_", options, GENERATOR);
    checkNumber("run uniform_", "the least", low);
    checkNumber("run uniform_", "the greatest", high);
    if (!(low <= high) || ![low, high, high - low].every((n) => Number.isFinite(Math.fround(n)))) {
      throw new RangeError(
        `Cannot draw from [${low}, ${high}): the first must not be above the second, and both and their difference must be ` +
          "finite in 32 bits",
      );
    }
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
}
