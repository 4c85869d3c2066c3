/** A module's parameters and buffers: which of its fields hold them, and what assigning to those fields means. */
import { textOf } from "../device/expect.ts";
import type { Device } from "../device/device.ts";
import { noGrad, traceOf } from "../tensor/graph.ts";
import { isOptimised, own } from "../tensor/owners.ts";
import { Tensor } from "../tensor/tensor.ts";
import { findHidden } from "./hidden.ts";
import { isParameter, type Parameter } from "./parameter.ts";

/** A buffer, and the step in which it was last used. */
interface Buffer {
  readonly tensor: Tensor;
  step: number;
}

/** A module, as far as its fields are concerned. */
interface Owner {
  readonly typeName: string;
}

/** Whether a value is a leaf that requires gradients, is no parameter, and no optimiser has it. */
function isStray(value: unknown): boolean {
  return value instanceof Tensor && value.requiresGrad && value.isLeaf && !isParameter(value) && !isOptimised(value);
}

/** Number of the device's current step. */
function stepOf(device: Device): number {
  return traceOf(device).steps;
}

/**
 * Finds parameters among a module's fields and turns them, and declared buffers, into accessors.
 *
 * A field that was seen to hold a parameter takes from then on another parameter (which replaces it), null, or any tensor of its
 * shape, whose value is copied into the parameter: the optimiser, which holds the same parameter, sees it.
 */
export class Slots {
  readonly #parameters = new Map<string, Parameter | null>();
  readonly #buffers = new Map<string, Buffer>();
  readonly #transient = new Set<string>();

  /**
   * @param module whose fields these are
   * @param isModule tells modules from other values
   */
  constructor(readonly module: Owner, readonly isModule: (value: unknown) => boolean) {}

  /** The module's own fields and their values, in definition order. */
  *fields(): Generator<[string, unknown]> {
    for (const name of Object.keys(this.module)) {
      const value: unknown = Reflect.get(this.module, name);
      if (typeof value === "object") {
        this.#refuseHidden(value, name, (item) => isParameter(item) || this.isModule(item));
      }
      if (isParameter(value) && !this.#parameters.has(name) && !this.#buffers.has(name)) this.addParameter(name, value);
      yield [name, value];
    }
  }

  /**
   * The module's own parameters, in definition order.
   *
   * @throws {TypeError} for tensors that require gradients and are no parameters, in fields or in containers in them
   */
  *parameters(): Generator<[string, Parameter]> {
    for (const [name, value] of this.fields()) {
      if (isParameter(value)) yield [name, value];
      else if (isStray(value) && !this.#buffers.has(name)) {
        throw new TypeError(
          `Cannot list the parameters of ${this.module.typeName}: its field "${name}" is a tensor that requires gradients and no ` +
            `parameter, and would not be trained. Write this.${name} = parameter(tensor), or detach() a tensor that is not to be trained`,
        );
      } else if (typeof value === "object") this.#refuseHidden(value, name, isStray);
    }
  }

  #refuseHidden(container: unknown, name: string, isHidden: (value: unknown) => boolean): void {
    const hidden = findHidden(container, name, isHidden);
    if (!hidden) return;
    const { container: kind, path, value } = hidden;
    const isTensor = value instanceof Tensor;
    const what = !isTensor
      ? `module ${(value as Owner).typeName}`
      : isParameter(value)
      ? "a parameter"
      : "a tensor that requires gradients";
    throw new TypeError(
      `Cannot find parameters in the ${kind} "${name}" of ${this.module.typeName}: they would not be trained. ` +
        `Found ${what} at ${path}. ` +
        (isTensor
          ? "Give each parameter a field of its own, by registerParameter(name, parameter(tensor)) if their number varies"
          : "Use new ModuleList([…]) or new Sequential(…) instead, or a field for each module"),
    );
  }

  /** The module's own buffers, in the order of their declaration. */
  *buffers(): Generator<[string, Tensor]> {
    for (const name of this.#buffers.keys()) yield [name, this.#buffer(name)];
  }

  /** A buffer as this step sees it: a gradient that it got in an earlier step is gone. */
  #buffer(name: string): Tensor {
    const buffer = this.#buffers.get(name)!;
    const step = stepOf(buffer.tensor.device);
    if (buffer.step !== step && buffer.tensor.requiresGrad) buffer.tensor.detach_();
    buffer.step = step;
    return buffer.tensor;
  }

  /** The contents of a state: parameters, then persistent buffers. */
  *state(): Generator<[string, Tensor]> {
    yield* this.parameters();
    for (const [name, value] of this.buffers()) if (!this.#transient.has(name)) yield [name, value];
  }

  /** Makes the field `name` a parameter. */
  addParameter(name: string, value: Parameter | null): void {
    if (value !== null && !isParameter(value)) {
      throw new TypeError(
        `Cannot register "${
          textOf(name)
        }" of ${this.module.typeName}: it is not a parameter. Make one with parameter(tensor)`,
      );
    }
    this.#parameters.set(name, value);
    if (value) own(value);
    this.#define(name, () => this.#parameters.get(name), (to) => this.#assignParameter(name, to));
  }

  #assignParameter(name: string, to: unknown): void {
    const current = this.#parameters.get(name);
    if (to === null || isParameter(to)) {
      this.#parameters.set(name, to);
      if (to) own(to);
    } else if (current && to instanceof Tensor) {
      this.#checkShape("parameter", name, current, to);
      noGrad(() => current.copy_(to));
    } else throw this.#wrongKind("parameter", name, to);
  }

  /** Makes the field `name` a buffer. */
  addBuffer(name: string, value: Tensor, persistent: boolean): void {
    if (!(value instanceof Tensor)) throw this.#wrongKind("buffer", name, value);
    if (typeof name !== "string" || !/^[^.]+$/.test(name)) {
      throw new RangeError(`Cannot register buffer "${textOf(name)}": a name is not empty and has no dot`);
    }
    const tensor = value.detach().clone().keep();
    this.#buffers.set(name, { tensor, step: stepOf(tensor.device) });
    if (!persistent) this.#transient.add(name);
    this.#define(name, () => this.#buffer(name), (to) => this.#assignBuffer(name, to));
  }

  #assignBuffer(name: string, to: unknown): void {
    const current = this.#buffer(name);
    if (!(to instanceof Tensor)) throw this.#wrongKind("buffer", name, to);
    if (to === current) return; // `this.means = this.means.lerp_(…)`
    this.#checkShape("buffer", name, current, to);
    // The gradient that `to` may have stays with the buffer until the flush, where the step's record ends.
    current.detach_().copy_(to);
  }

  #checkShape(kind: string, name: string, current: Tensor, to: Tensor): void {
    const same = current.ndim === to.ndim && current.shape.every((size, i) => size === to.shape[i]);
    if (same && current.dtype === to.dtype) return;
    const show = (t: Tensor) => `${t.dtype} [${t.shape.join(", ")}]`;
    throw new RangeError(
      `Cannot assign to ${kind} "${textOf(name)}" of ${this.module.typeName}: it holds ${show(current)}, found ${
        show(to)
      }`,
    );
  }

  #wrongKind(kind: string, name: string, found: unknown): TypeError {
    const what = found === null ? "null" : found === undefined ? "undefined" : found.constructor?.name ?? typeof found;
    return new TypeError(
      `Cannot assign to ${kind} "${textOf(name)}" of ${this.module.typeName}: it takes a tensor, found ${what}`,
    );
  }

  #define(name: string, get: () => unknown, set: (to: unknown) => void): void {
    Object.defineProperty(this.module, name, { get, set, enumerable: true, configurable: true });
  }

  /** Moves every own tensor to `device`; it stays the same tensor, and parameters keep their gradients. */
  async move(device: Device): Promise<void> {
    for (const [, p] of [...this.parameters()]) {
      const grad = await p.grad?.toDevice(device);
      await p.toDevice_(device);
      if (grad) p.grad = grad;
    }
    for (const [, buffer] of this.buffers()) await buffer.toDevice_(device);
  }
}
