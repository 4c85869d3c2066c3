/**
 * What a tensor is: a handle on a storage, directly, through a view of another handle, or detached. This file holds the semantics (views,
 * writes in place, leaves, gradients, reads); the operations are in the classes that build on it.
 */
import type { Device } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { backward } from "../graph/backward.ts";
import { build, source } from "../graph/build.ts";
import { isGradEnabled } from "../graph/context.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { read } from "../graph/flush.ts";
import type { Node } from "../graph/node.ts";
import { rowMajor, sameShape, type Shape, sizeOf } from "../graph/shape.ts";
import { Storage } from "../graph/storage.ts";
import { factory } from "./factory.ts";
import { GradientEnd } from "./leaf.ts";
import { formatTensor } from "./print.ts";
import { asRead, nest, type NestedArray, type Read } from "./read.ts";
import type { Tensor } from "./tensor.ts";
import { resolve, stepShape, stepStrides, type ViewStep } from "./view_step.ts";

/** A handle this one is a view of. */
interface Parent {
  readonly handle: TensorHandle;
  readonly step: ViewStep;
}

/**
 * What every tensor has, whatever its operations: shape and type, gradients, life and reads. Users see
 * {@linkcode Tensor}.
 *
 * @example
 * ```ts
 * import { tensor, type TensorHandle } from "./mod.ts";
 * const x: TensorHandle = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.ndim, x.numel, x.dtype); // [ 2, 2 ] 2 4 float32
 * ```
 */
export class TensorHandle {
  /**
   * What this handle shows, shared with its views and detached handles.
   *
   * @internal
   */
  storage: Storage;
  readonly #parent: Parent | undefined;
  /** The leaf of a handle that is not the whole storage (detached, or a view). */
  #ownLeaf: GradientEnd | undefined;
  #cached: Node | undefined;
  #cachedVersion = -1;
  #cachedGrad = false;
  #strides: readonly number[] | undefined;
  /** Sizes of the axes. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: DType;

  /**
   * For the library: a handle on a new storage, or a view.
   *
   * @internal
   */
  constructor(from: Node | Parent) {
    if ("handle" in from) {
      this.#parent = from;
      this.storage = from.handle.storage;
      this.dtype = from.handle.dtype;
      this.shape = stepShape(from.handle.shape, from.step);
    } else {
      this.storage = new Storage(from);
      this.dtype = from.dtype;
      this.shape = from.shape;
    }
  }

  /** The device the tensor lives on. */
  get device(): Device {
    return this.storage.current.device;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get numel(): number {
    return sizeOf(this.shape);
  }

  /**
   * The graph node with the tensor's value now.
   *
   * @internal
   */
  node(): Node {
    if (this.storage.disposed) throw new ReferenceError(`Cannot use a tensor after dispose(): ${this}`);
    const parent = this.#parent;
    if (!parent) return this.storage.current;
    const { version } = this.storage;
    const grad = isGradEnabled();
    if (
      this.#cached && this.#cachedVersion === version && this.#cachedGrad === grad &&
      this.#cached.device === this.device
    ) return this.#cached;
    let node = resolve(parent.handle.node(), parent.step);
    if (this.#ownLeaf) {
      if (node === parent.handle.node()) node = build.alias(node);
      node.requiresGrad = true;
      node.leaf = this.#ownLeaf;
    }
    this.#cached = node;
    this.#cachedVersion = version;
    this.#cachedGrad = grad;
    return node;
  }

  // --- views -----------------------------------------------------------------------------------------------------------

  /** Strides in elements, as PyTorch counts them. */
  stride(): readonly number[] {
    return this.#strides ??= this.#parent
      ? stepStrides(this.#parent.handle.shape, this.#parent.handle.stride(), this.#parent.step)
      : rowMajor(this.shape);
  }

  /** Whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    const dense = rowMajor(this.shape), own = this.stride();
    return this.numel <= 1 || this.shape.every((size, i) => size === 1 || own[i] === dense[i]);
  }

  /**
   * A tensor that shares the elements of this one through `step`.
   *
   * @internal
   */
  protected viewBy(step: ViewStep): Tensor {
    // What is made under noGrad stays without gradient, as in PyTorch.
    const parent = !isGradEnabled() && this.requiresGrad ? factory.view(this, { op: "detach" }) : this;
    return factory.view(parent, step);
  }

  /** The same elements, cut off from the gradient record. Writes in place show in both. */
  detach(): Tensor {
    return factory.view(this, { op: "detach" });
  }

  // --- writes in place -------------------------------------------------------------------------------------------------

  /**
   * For the library: makes `next` (broadcast and converted to this tensor's shape and type) the new contents.
   *
   * @internal
   */
  assign(next: Node, what: string): this {
    if (isGradEnabled() && this.#leafOnPath()) {
      throw new Error(
        `Cannot ${what} a leaf that requires gradients: its history would be lost. Wrap the update in noGrad(() => …), or use detach()`,
      );
    }
    next = build.cast(next, this.dtype);
    if (!sameShape(next.shape, this.shape)) {
      const fits = next.shape.length <= this.ndim &&
        next.shape.every((size, i) => size === 1 || size === this.shape[this.ndim - next.shape.length + i]);
      if (!fits) {
        throw new ShapeError(
          `Cannot ${what} ${showShape(this.shape)} with a result of shape ${
            showShape(next.shape)
          }: the tensor keeps its shape`,
        );
      }
      next = build.expand(next, this.shape);
    }
    this.#writeThrough(next, what, false);
    return this;
  }

  #writeThrough(next: Node, what: string, hidden: boolean): void {
    const parent = this.#parent;
    if (!parent) return this.storage.write(next, hidden);
    const { handle, step } = parent;
    switch (step.op) {
      case "detach":
        return handle.#writeThrough(next, what, true);
      case "reshape":
        return handle.#writeThrough(build.reshape(next, handle.shape), what, hidden);
      case "permute": {
        const inverse = new Array<number>(step.order.length);
        step.order.forEach((axis, i) => inverse[axis] = i);
        return handle.#writeThrough(build.permute(next, inverse), what, hidden);
      }
      case "slice":
        return handle.#writeThrough(build.sliceWrite(handle.node(), next, step.starts, step.steps), what, hidden);
      case "expand":
        if (sizeOf(step.shape) !== handle.numel) {
          throw new Error(
            `Cannot ${what} an expanded tensor: several of its elements are one. Write to clone() instead`,
          );
        }
        return handle.#writeThrough(build.reshape(next, handle.shape), what, hidden);
    }
  }

  #leafOnPath(): boolean {
    if (this.#ownLeaf) return true;
    if (!this.#parent) return this.storage.current.leaf !== undefined;
    return this.#parent.step.op !== "detach" && this.#parent.handle.#leafOnPath();
  }

  // --- gradients -------------------------------------------------------------------------------------------------------

  /** Whether gradients flow to or through this tensor. */
  get requiresGrad(): boolean {
    if (this.#ownLeaf) return true;
    if (!this.#parent) return this.storage.current.requiresGrad;
    return this.#parent.step.op !== "detach" && this.#parent.handle.requiresGrad;
  }

  /** Whether the tensor was not computed from others that require gradients. */
  get isLeaf(): boolean {
    return !this.requiresGrad || this.#end() !== undefined;
  }

  #end(): GradientEnd | undefined {
    return this.#parent ? this.#ownLeaf : this.storage.current.leaf as GradientEnd | undefined;
  }

  /**
   * Makes the tensor a leaf whose gradient `backward` computes, or (with false) no longer one.
   *
   * @throws {TypeError} for other types than float32
   * @throws {Error} if it was computed from tensors that require gradients
   */
  requiresGrad_(flag = true): this {
    if (flag === this.requiresGrad) return this;
    if (flag && this.dtype !== "float32") {
      throw new TypeError(`Cannot require gradients of a ${this.dtype} tensor: only float32 has them`);
    }
    if (!flag && !this.isLeaf) throw new Error("Cannot switch gradients off for a computed tensor: use detach()");
    if (this.#parent) {
      this.#ownLeaf = flag ? new GradientEnd() : undefined;
      this.#cached = undefined;
      return this;
    }
    this.storage.become(flag ? new GradientEnd() : undefined);
    return this;
  }

  /**
   * The gradient that {@linkcode TensorHandle.backward} added up, or null. Set it to null to start over.
   *
   * @throws {ShapeError} if one of another shape is assigned; {@linkcode Error} if the tensor is no leaf with
   *   requiresGrad
   */
  get grad(): Tensor | null {
    const end = this.#end();
    if (!end?.gradient) return null;
    end.seen = true;
    return end.gradient as Tensor;
  }

  set grad(value: Tensor | null) {
    const end = this.#end();
    if (!end) {
      if (value === null) return;
      throw new Error("Cannot set the gradient of a tensor that is no leaf with requiresGrad");
    }
    end.clear();
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
   * The gradient for use within the step: unlike one taken by {@linkcode TensorHandle.grad}, its memory serves the next gradient once `grad` is
   * set to null. For optimisers.
   */
  borrowGrad(): Tensor | null {
    return (this.#end()?.gradient as Tensor | undefined) ?? null;
  }

  /**
   * Adds the gradient of this tensor with respect to every leaf to the leaf's {@linkcode TensorHandle.grad}. Records only: nothing runs.
   *
   * @param gradient weight of each element, of this tensor's shape; 1 for a tensor of one element
   * @param options `createGraph`: record the gradients' history too, for second derivatives
   * @throws {Error} if the tensor doesn't require gradients, or has several elements and no `gradient`
   */
  backward(gradient?: Tensor, options: { createGraph?: boolean; retainGraph?: boolean } = {}): void {
    if (!this.requiresGrad) {
      throw new Error(
        `Cannot run backward on ${this}: nothing it is computed from requires gradients. Check requiresGrad and noGrad`,
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
    if (this.numel === 1 && !this.#parent) this.storage.keepForNow();
    backward(
      node,
      gradient?.node() ?? source.full(this.device, "float32", this.shape, 1),
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
    const node = this.node();
    const call = (g: Node): Node | undefined => {
      const result: unknown = hook(factory.wrap(g));
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
    (node.gradientHooks ??= []).push(call);
    const remove = () => {
      node.gradientHooks = node.gradientHooks?.filter((other) => other !== call);
    };
    return { remove, [Symbol.dispose]: remove };
  }

  // --- life ------------------------------------------------------------------------------------------------------------

  /** Asks that the value survive the next flush; without it, an unread value is computed again when needed. */
  keep(): this {
    this.storage.keep();
    return this;
  }

  /** Gives the device memory back, after pending work. The tensor and its views are of no more use. */
  dispose(): void {
    this.storage.dispose();
  }

  /** As {@linkcode TensorHandle.dispose}, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Moves the tensor itself to another device: same handle, same leaf, copied contents. Its views stay behind.
   *
   * @throws {Error} for a view
   */
  async toDevice_(device: Device): Promise<this> {
    if (this.#parent) {
      throw new Error("Cannot move a view in place: move the tensor it is a view of, or use toDevice()");
    }
    if (this.device === device) return this;
    const data = await this.toTypedArray();
    const { leaf } = this.storage.current;
    const node = source.data(device, this.dtype, this.shape, data);
    this.storage.dispose();
    this.storage = new Storage(node);
    node.requiresGrad = leaf !== undefined;
    node.leaf = leaf as GradientEnd | undefined;
    (leaf as GradientEnd | undefined)?.clear();
    if (leaf) (leaf as GradientEnd).retired = undefined;
    return this;
  }

  /** A copy on another device, without history; the tensor itself if it is there already. */
  async toDevice(device: Device): Promise<Tensor> {
    if (this.device === device) return this as unknown as Tensor;
    const data = await this.toTypedArray();
    return factory.wrap(source.data(device, this.dtype, this.shape, data));
  }

  // --- reads -----------------------------------------------------------------------------------------------------------

  /** All elements in row-major order: Float32Array, Int32Array, or Uint8Array for bool and uint8 (Float64Array on the reference device). */
  toTypedArray(): Read<HostArray> {
    return asRead(this.#read(), "t.toTypedArray()");
  }

  #read(): Promise<HostArray> {
    try {
      const node = this.node();
      // Part of packed bytes is no value that a device can make: it comes as numbers.
      if (this.dtype === "uint8" && this.#parent) {
        return read(build.cast(node, "int32"), this.storage).then((data) => Uint8Array.from(data));
      }
      return read(node, this.storage);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The value of a tensor of one element.
   *
   * @throws {ShapeError} if it has more
   */
  item(): Read<number> {
    if (this.numel !== 1) {
      throw new ShapeError(
        `Cannot take item() of a tensor of shape ${showShape(this.shape)}: it has ${this.numel} elements. Use array()`,
        [this.shape],
      );
    }
    return asRead(this.#read().then((data) => data[0]!), "t.item()");
  }

  /** Nested arrays of numbers (booleans for bool tensors). */
  array(): Read<NestedArray> {
    const convert = this.dtype === "bool" ? (x: number) => x !== 0 : (x: number) => x;
    return asRead(this.#read().then((data) => nest(data, this.shape, convert)), "t.array()");
  }

  /** The values as text, as PyTorch prints them; see {@linkcode setPrintOptions}. */
  text(): Read<string> {
    return asRead(this.#read().then((data) => formatTensor(data, this.shape, this.dtype)), "t.text()");
  }

  /** A tensor as the last expression of a notebook cell shows its values. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    return { "text/plain": await this.text() };
  }

  /** What it is, without its values: `Tensor([2, 3], float32, cpu, not read)`. */
  toString(): string {
    return `Tensor(${showShape(this.shape)}, ${this.dtype}, ${this.storage.current.device}, not read)`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /**
   * What template strings show.
   *
   * @throws {TypeError} for arithmetic, which needs values that were not read
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError(
      "Cannot use a tensor as a number: write a.add(b) for arithmetic, and await t.item() for its value",
    );
  }
}
