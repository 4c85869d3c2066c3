/**
 * What a tensor is: a handle on a storage, directly, through a view of another handle, or detached. This file holds the semantics (views,
 * writes in place, leaves, life, reads); gradients and operations, which give other tensors, are in tensor.ts.
 */
import { type Device, deviceOr } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { read } from "../engine/read.ts";
import { Storage } from "../engine/storage.ts";
import { isGradEnabled, noGrad } from "../graph/context.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { Node } from "../graph/node.ts";
import { storageOnly } from "../graph/record.ts";
import { rowMajor, sameShape, type Shape, sizeOf } from "../graph/shape.ts";
import { widen } from "../ops/halves.ts";
import { cast } from "../ops/pointwise.ts";
import { data } from "../ops/sources.ts";
import { alias, expand } from "../ops/views.ts";
import { display, MOST_VALUES } from "./display.ts";
import { GradientEnd } from "./leaf.ts";
import { formatTensor } from "./print.ts";
import { asRead, nest, type NestedArray, type Read } from "./read.ts";
import { resolve, stepShape, stepStrides, type ViewStep, writtenBack } from "./view_step.ts";

const NONE: readonly TensorHandle[] = [];

/** A handle this one is a view of. */
export interface Parent {
  readonly handle: TensorHandle;
  readonly step: ViewStep;
}

/** What a view keeps of it. */
interface Above {
  /** Undefined where the storage itself is shown: then the handle it was taken from need not live on. */
  readonly handle: TensorHandle | undefined;
  readonly step: ViewStep;
  /** Whether there is a detach() on the way to the storage. */
  readonly cut: boolean;
}

/** Of all that shows a storage whole and detached: losses that are kept for a chart may be very many. */
const DETACHED: Above = { handle: undefined, step: { op: "detach" }, cut: true };

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
  readonly #parent: Above | undefined;
  /** The leaf of a handle that is not the whole storage (detached, or a view). */
  #ownLeaf: GradientEnd<TensorHandle> | undefined;
  /**
   * The leaf's end, while what it was is stored as float16.
   *
   * @internal
   */
  asideEnd: GradientEnd<TensorHandle> | undefined;
  #cached: Node | undefined;
  #cachedVersion = -1;
  #cachedGrad = false;
  #strides: readonly number[] | undefined;
  /**
   * What it was described as, of which version of its contents.
   *
   * @internal
   */
  described: { readonly version: number; readonly line: string } | undefined;
  /** Sizes of the axes. */
  readonly shape: Shape;

  /**
   * For the library: a handle on a new storage, or a view.
   *
   * @internal
   */
  constructor(from: Node | Parent | Storage) {
    if (from instanceof Node) {
      this.storage = new Storage(from);
      this.shape = from.shape;
    } else if (from instanceof Storage) {
      this.storage = from;
      this.shape = from.current.shape;
    } else {
      // What is detached is so once: x = x.detach() in a loop keeps no chain.
      const { handle, step } = from, outer = handle.#parent, detaches = step.op === "detach";
      this.#parent = !detaches
        ? { handle, step, cut: outer?.cut === true }
        : !outer
        ? DETACHED
        : outer.step.op === "detach"
        ? outer
        : { handle, step, cut: true };
      this.storage = from.handle.storage;
      this.shape = stepShape(from.handle.shape, from.step);
    }
  }

  /** Element type. What is computed from float16 is float32. */
  get dtype(): DType {
    return this.storage.current.dtype;
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
   * The graph node with the tensor's value now, as operations read it: float16 as float32.
   *
   * @internal
   */
  node(): Node {
    const node = this.stored();
    return node.dtype === "float16" ? widen(node) : node;
  }

  /**
   * The graph node with the tensor's value now, in the type that it is stored in.
   *
   * @internal
   */
  stored(): Node {
    if (this.storage.disposed) throw new ReferenceError(`Cannot use a tensor after dispose(): ${this}`);
    const parent = this.#parent;
    if (!parent) return this.storage.current;
    const grad = isGradEnabled();
    if (this.#isCurrent(grad)) return this.#cached!;
    // Loops such as x = x.view(…) make chains of any length, which recursion would not survive.
    const above = this.#stale(parent.handle, grad);
    for (let i = above.length - 1; i >= 0; i--) above[i]!.#resolve(grad);
    return this.#resolve(grad);
  }

  /** Whether the node made last still shows the contents. */
  #isCurrent(grad: boolean): boolean {
    return this.#cached !== undefined && this.#cachedVersion === this.storage.version && this.#cachedGrad === grad &&
      this.#cached.device === this.device;
  }

  /** The handles from `handle` upwards whose nodes have to be made first. */
  #stale(handle: TensorHandle | undefined, grad: boolean): readonly TensorHandle[] {
    if (!handle || !handle.#parent || handle.#isCurrent(grad)) return NONE;
    const found: TensorHandle[] = [];
    for (; handle && handle.#parent && !handle.#isCurrent(grad); handle = handle.#parent.handle) found.push(handle);
    return found;
  }

  /** Makes the node of a view whose parent's is up to date. */
  #resolve(grad: boolean): Node {
    const { handle, step } = this.#parent!, from = handle && handle.#parent ? handle.#cached! : this.storage.current;
    let node = resolve(from, step);
    if (this.#ownLeaf) {
      if (node === from) node = alias(node);
      node.requiresGrad = true;
      node.leaf = this.#ownLeaf;
    }
    this.#cached = node;
    this.#cachedVersion = this.storage.version;
    this.#cachedGrad = grad;
    return node;
  }

  // --- views -----------------------------------------------------------------------------------------------------------

  /** Strides in elements, as PyTorch counts them. */
  stride(): readonly number[] {
    if (this.#strides) return this.#strides;
    // deno-lint-ignore no-this-alias
    let top: TensorHandle = this;
    const below: TensorHandle[] = [];
    for (; top.#parent?.handle && !top.#strides; top = top.#parent.handle) below.push(top);
    let strides = top.#strides ??= rowMajor(top.shape);
    for (let i = below.length - 1; i >= 0; i--) {
      const { handle, step } = below[i]!.#parent!;
      strides = below[i]!.#strides = stepStrides(handle!.shape, strides, step);
    }
    return strides;
  }

  /** Whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    const dense = rowMajor(this.shape), own = this.stride();
    return this.numel <= 1 || this.shape.every((size, i) => size === 1 || own[i] === dense[i]);
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
    if (this.dtype === "float16" && (what !== "copy_" || this.#parent)) throw this.#readOnly(what);
    if (this.dtype === "uint8") throw storageOnly(what);
    if (next.device !== this.device) {
      throw new TypeError(
        `Cannot ${what} a tensor on ${this.device} with one on ${next.device}: a tensor keeps its device. ` +
          `Move the other first, e.g. await t.toDevice(device("${this.device.name}"))`,
      );
    }
    next = cast(next, this.dtype);
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
      next = expand(next, this.shape);
    }
    this.#writeThrough(next, what, false);
    return this;
  }

  #readOnly(what: string): TypeError {
    const part = what === "copy_" ? "a part or a view of a float16 tensor" : "a float16 tensor";
    return new TypeError(
      `Cannot ${what} ${part}: its elements are stored for reading, and only copy_() replaces them, all at once. ` +
        "Compute in float32, with .float(), and convert the result with .half()",
    );
  }

  #writeThrough(next: Node, what: string, hidden: boolean): void {
    // deno-lint-ignore no-this-alias
    let to: TensorHandle = this;
    for (; to.#parent?.handle; to = to.#parent.handle) {
      const { handle, step } = to.#parent, back = writtenBack(handle.shape, () => handle.node(), next, step);
      if (!back) {
        throw new Error(`Cannot ${what} an expanded tensor: several of its elements are one. Write to clone() instead`);
      }
      next = back;
      hidden ||= step.op === "detach";
    }
    hidden ||= to.#parent === DETACHED;
    to.storage.write(next, hidden, `${what}()`);
  }

  /** The handle that says whether gradients flow: a leaf, or the storage's own; undefined below a detach(). */
  #gradientHandle(): TensorHandle | undefined {
    if (!this.storage.hasOwnLeaves) return this.#parent?.cut ? undefined : this;
    // deno-lint-ignore no-this-alias
    let handle: TensorHandle = this;
    while (handle.#parent && !handle.#ownLeaf) {
      if (handle.#parent.step.op === "detach") return undefined;
      handle = handle.#parent.handle!;
    }
    return handle;
  }

  #leafOnPath(): boolean {
    const handle = this.#gradientHandle();
    return handle !== undefined && (handle.#ownLeaf ?? handle.storage.current.leaf) !== undefined;
  }

  // --- gradients -------------------------------------------------------------------------------------------------------

  /** Whether gradients flow to or through this tensor. */
  get requiresGrad(): boolean {
    const handle = this.#gradientHandle();
    return handle !== undefined && (handle.#ownLeaf !== undefined || handle.storage.current.requiresGrad);
  }

  /** Whether the tensor was not computed from others that require gradients. */
  get isLeaf(): boolean {
    return !this.requiresGrad || this.end !== undefined;
  }

  /**
   * Where the gradients of a leaf end.
   *
   * @internal
   */
  get end(): GradientEnd<TensorHandle> | undefined {
    if (this.#parent) return this.#ownLeaf;
    const { leaf } = this.storage.current;
    return leaf instanceof GradientEnd ? leaf : undefined;
  }

  set end(end: GradientEnd<TensorHandle> | undefined) {
    if (this.#parent) {
      this.#ownLeaf = end;
      this.storage.hasOwnLeaves ||= end !== undefined;
      this.#cached = undefined;
    } else this.storage.become(end);
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
    if (this.device === deviceOr(device)) return this;
    const values = await this.toTypedArray(), { end } = this;
    end?.leave();
    this.storage.dispose();
    this.storage = new Storage(data(device, this.dtype, this.shape, values));
    this.storage.become(end);
    return this;
  }

  /**
   * For `storeAs`: the same handle on a storage of another type. A leaf keeps its end for the time when it is float32 again.
   *
   * @returns the storage until now, whose memory is needed until the next flush; undefined if it has that type
   * @internal
   */
  storeAs(dtype: "float32" | "float16"): Storage | undefined {
    const { storage: before, end } = this;
    if (this.dtype === dtype) return undefined;
    if (this.#parent) throw new Error("Cannot store a view in another type: convert it with to()");
    const node = noGrad(() => cast(before.current, dtype));
    end?.leave();
    this.storage = new Storage(node);
    this.storage.keep();
    if (dtype === "float32") this.storage.become(this.asideEnd);
    this.asideEnd = end;
    return before;
  }

  // --- reads -----------------------------------------------------------------------------------------------------------

  /** All elements in row-major order: Float32Array (of float16 too), Int32Array, or Uint8Array for bool and uint8 (Float64Array on the reference device). */
  toTypedArray(): Read<HostArray> {
    return asRead(this.#read(), "t.toTypedArray()");
  }

  #read(): Promise<HostArray> {
    try {
      const node = this.stored();
      if (this.dtype === "float16") {
        const whole = !this.#parent || this.#parent === DETACHED;
        return read(whole ? this.storage.current : widen(node), this.storage);
      }
      // Part of packed bytes is no value that a device can make: it comes as numbers.
      if (this.dtype === "uint8" && this.#parent) {
        return read(cast(node, "int32"), this.storage).then((data) => Uint8Array.from(data));
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

  /** A tensor as the last expression of a notebook cell shows its values; one of more than 100 its figures, and a picture. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    if (this.numel > MOST_VALUES && display.tensor) return await display.tensor(this);
    return { "text/plain": await this.text() };
  }

  /** What it is, without its values: `Tensor([2, 3], float32, cpu, not read)`; with their figures where {@linkcode describe} has read them since they were written. */
  toString(): string {
    const { storage, described } = this;
    if (described?.version === storage.version && !storage.disposed) return described.line;
    return `Tensor(${showShape(this.shape)}, ${this.dtype}, ${storage.current.device}, not read)`;
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
