/** The tensor that users see. */
import { type HostArray } from "../device/dtype.ts";
import { build, source } from "../graph/build.ts";
import type { Node } from "../graph/node.ts";
import { factory } from "./factory.ts";
import type { TensorHandle } from "./handle.ts";
import { fromData, type NestedInput } from "./from_data.ts";
import { type Operand, operandNode } from "./options.ts";
import { defaultGenerator, type Generator } from "./random.ts";
import type { ViewStep } from "./view_step.ts";
import { ViewableTensor } from "./views.ts";

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
export class Tensor extends ViewableTensor {
  /** For the library: users call {@linkcode tensor} and its relatives. */
  constructor(from: Node | { readonly handle: TensorHandle; readonly step: ViewStep }) {
    super(from);
  }

  #in(what: string, next: (x: Node) => Node): this {
    return this.assign(next(this.node()), what);
  }

  /** Adds in place. */
  add_(other: Operand): this {
    return this.#in("add_", (x) => build.binary("add", x, operandNode(x, other)));
  }
  /** Subtracts in place. */
  sub_(other: Operand): this {
    return this.#in("sub_", (x) => build.binary("sub", x, operandNode(x, other)));
  }
  /** Multiplies in place. */
  mul_(other: Operand): this {
    return this.#in("mul_", (x) => build.binary("mul", x, operandNode(x, other)));
  }
  /** Divides in place. */
  div_(other: Operand): this {
    return this.#in("div_", (x) => build.binary("div", x, operandNode(x, other)));
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
    return this.#in("addcmul_", (x) => {
      const product = build.binary("mul", a.node(), b.node());
      return build.binary("add", x, build.binary("mul", build.number(product, options.value ?? 1), product));
    });
  }
  /** `self + value · a / b` in place. */
  addcdiv_(a: TensorHandle, b: TensorHandle, options: { value?: number } = {}): this {
    return this.#in("addcdiv_", (x) => {
      const quotient = build.binary("div", a.node(), b.node());
      return build.binary("add", x, build.binary("mul", build.number(quotient, options.value ?? 1), quotient));
    });
  }
  /** Takes over the values of `other`, broadcast and converted. */
  copy_(other: TensorHandle): this {
    return this.#in("copy_", () => build.alias(other.node()));
  }
  /** Fills with a number. */
  fill_(value: number): this {
    return this.#in("fill_", (x) => source.full(x.device, x.dtype, this.shape, value));
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
    return this.#in("relu_", (x) => build.unary("relu", x));
  }
  /** √x in place. */
  sqrt_(): this {
    return this.#in("sqrt_", (x) => build.unary("sqrt", x));
  }
  /** eˣ in place. */
  exp_(): this {
    return this.#in("exp_", (x) => build.unary("exp", x));
  }
  /** −x in place. */
  neg_(): this {
    return this.#in("neg_", (x) => build.unary("neg", x));
  }
  /** Fills with normal random numbers. */
  normal_(mean = 0, std = 1, options: { generator?: Generator } = {}): this {
    return this.#in("normal_", (x) => {
      const z = source.random(x.device, "normal", this.shape, (options.generator ?? defaultGenerator).next());
      return build.binary("add", build.binary("mul", z, build.number(z, std)), build.number(z, mean));
    });
  }
  /** Fills with uniform random numbers from [low, high). */
  uniform_(low = 0, high = 1, options: { generator?: Generator } = {}): this {
    return this.#in("uniform_", (x) => {
      const u = source.random(x.device, "uniform", this.shape, (options.generator ?? defaultGenerator).next());
      return build.binary("add", build.binary("mul", u, build.number(u, high - low)), build.number(u, low));
    });
  }
  /** Cuts the tensor itself off from its history. */
  detach_(): this {
    if (this.requiresGrad) this.storage.write(build.detach(this.node()), false);
    return this;
  }

  /** A tensor of other data with this one's type and device. */
  newTensor(data: NestedInput | HostArray): Tensor {
    return new Tensor(fromData(data, { dtype: this.dtype, device: this.device }));
  }
}

factory.wrap = (node) => new Tensor(node);
factory.view = (handle, step) => new Tensor({ handle, step });
