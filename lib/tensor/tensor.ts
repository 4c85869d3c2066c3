/**
 * The tensor that users see: here its gradients, and what it is copied to. Its other methods are in the classes that it is built on, a family each,
 * from the handle upwards: tensor_arrangement.ts, tensor_order.ts, tensor_masks.ts, tensor_draws.ts, tensor_arithmetic.ts, tensor_pointwise.ts,
 * tensor_reductions.ts, tensor_views.ts, tensor_in_place.ts. Methods are one line each where they can be: what several operations make up is in the
 * files beside these, as functions of nodes.
 */
import { checkOptions } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import type { HostArray } from "../device/dtype.ts";
import { checkFunction } from "../device/expect.ts";
import { backward } from "../engine/backward.ts";
import type { Storage } from "../engine/storage.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { sameShape } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { data as upload, full } from "../ops/sources.ts";
import { checkGradient, checkTensor } from "./expect.ts";
import { fromData, type NestedInput } from "./from_data.ts";
import { type Parent, TensorHandle } from "./handle.ts";
import { GradientEnd } from "./leaf.ts";
import { BACKWARD } from "./options.ts";
import { isOwned } from "./owners.ts";
import { TensorInPlace } from "./tensor_in_place.ts";

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
export class Tensor extends TensorInPlace {
  /** For the library: users call {@linkcode tensor} and its relatives. */
  constructor(from: Node | Parent | Storage) {
    super(from);
  }

  /** A tensor of other data with this one's type and device. */
  newTensor(data: NestedInput | HostArray): Tensor {
    return new Tensor(fromData(data, { dtype: this.dtype, device: this.device }));
  }

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
   * @throws {ShapeError} if one of another shape is assigned, {@linkcode TypeError} for another type or device; {@linkcode Error} if the tensor
   *   is no leaf with requiresGrad
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
    if (value !== null) {
      checkTensor("set grad", "the gradient", value);
      if (!sameShape(value.shape, this.shape)) {
        throw new ShapeError(
          `Cannot set a gradient of shape ${showShape(value.shape)}: the tensor has ${showShape(this.shape)}`,
        );
      }
      checkGradient("set a gradient", value, this);
    }
    end.clear();
    end.claim.taken = true;
    if (value === null) return;
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
      gradient ? cast(gradient.node(), "float32") : full(this.device, "float32", this.shape, 1),
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
      checkGradient("replace a gradient by one", result, this);
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

  /** A copy on another device, without history; the tensor itself if it is there already. */
  async toDevice(device: Device): Promise<Tensor> {
    if (this.device === deviceOr(device)) return this;
    return new Tensor(upload(device, this.dtype, this.shape, await this.toTypedArray()));
  }
}
