/** Functions that make tensors. Each takes a trailing options object. */
import { defaultDevice, type Device } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { build, source } from "../graph/build.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { normalAxis, type Shape } from "../graph/shape.ts";
import { type DataOptions, fromData, type NestedInput } from "./from_data.ts";
import type { TensorHandle } from "./handle.ts";
import { type Operand, operandNode } from "./options.ts";
import { defaultGenerator, type Generator } from "./random.ts";
import { Tensor } from "./tensor.ts";

/** Options of creation. */
export interface CreateOptions {
  /** Element type. Default float32 (bool for booleans; int32 for randint, randperm and argmax). */
  dtype?: DType;
  /** Where the tensor lives. Default: {@linkcode defaultDevice}. */
  device?: Device;
  /** Whether to make it a leaf. Default false. */
  requiresGrad?: boolean;
}

/** Options of random creation. */
export interface RandomOptions extends CreateOptions {
  /** Default: the generator that {@linkcode setSeed} restarts. */
  generator?: Generator;
}

function finish(made: Tensor, options: CreateOptions): Tensor {
  return options.requiresGrad ? made.requiresGrad_() : made;
}

function checkShape(shape: Shape): number[] {
  if (!Array.isArray(shape) || shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ShapeError(
      `Cannot make a tensor of shape ${
        Array.isArray(shape) ? showShape(shape) : shape
      }: sizes are whole numbers from 0, in an array`,
    );
  }
  return [...shape];
}

/**
 * A tensor of the given numbers.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const t = tensor([[1, 2], [3, 4]]);
 * console.log(t.shape, await t.sum().item()); // [2, 2] 10
 * ```
 */
export function tensor(data: NestedInput | HostArray, options: CreateOptions & DataOptions = {}): Tensor {
  return finish(new Tensor(fromData(data, options)), options);
}

/** `value` everywhere. */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  const { device = defaultDevice(), dtype = "float32" } = options;
  return finish(new Tensor(source.full(device, dtype, checkShape(shape), value)), options);
}

/** Zeros. */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return full(shape, 0, options);
}

/** Ones. */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** `start`, `start + step`, … below `end`; `arange(n)` counts from 0. float32 unless told otherwise. */
export function arange(start: number, end?: number, step = 1, options: CreateOptions = {}): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (step === 0 || !Number.isFinite((to - from) / step)) {
    throw new RangeError(`Cannot count from ${from} to ${to} by ${step}`);
  }
  const { device = defaultDevice(), dtype = "float32" } = options;
  return finish(
    new Tensor(source.arange(device, dtype, Math.max(0, Math.ceil((to - from) / step)), from, step)),
    options,
  );
}

/** `n` even steps from `start` to `end`, both included. */
export function linspace(start: number, end: number, n: number, options: CreateOptions = {}): Tensor {
  const data = Float64Array.from(
    { length: n },
    (_, i) => n === 1 ? start : i === n - 1 ? end : start + (end - start) * i / (n - 1),
  );
  return tensor(data, options);
}

/** The n×n identity. */
export function eye(n: number, options: CreateOptions = {}): Tensor {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return tensor(data, { ...options, shape: [n, n] });
}

function random(distribution: "uniform" | "normal", shape: Shape, options: RandomOptions): Tensor {
  const { device = defaultDevice(), generator = defaultGenerator } = options;
  return finish(new Tensor(source.random(device, distribution, checkShape(shape), generator.next())), options);
}

/** Standard normal random numbers. */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return random("normal", shape, options);
}

/** Uniform random numbers from [0, 1). */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return random("uniform", shape, options);
}

/** Whole random numbers from `low` to `high` − 1, int32. Ranges up to 2²⁴ are drawn evenly. */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
    throw new RangeError(
      `Cannot draw whole numbers from ${low} to below ${high}: both are whole, and low is below high`,
    );
  }
  const u = random("uniform", shape, { ...options, requiresGrad: false });
  const out = u.mul(high - low).floor().to("int32").add(low);
  return options.dtype ? out.to(options.dtype) : out;
}

/** The numbers 0 … n−1 in random order, int32. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { generator = defaultGenerator } = options;
  return tensor(generator.permutation(n), { dtype: "int32", ...options });
}

/** Zeros like `t`. */
export function zerosLike(t: TensorHandle, options: CreateOptions = {}): Tensor {
  return zeros(t.shape, { dtype: t.dtype, device: t.device, ...options });
}
/** Ones like `t`. */
export function onesLike(t: TensorHandle, options: CreateOptions = {}): Tensor {
  return ones(t.shape, { dtype: t.dtype, device: t.device, ...options });
}
/** `value` like `t`. */
export function fullLike(t: TensorHandle, value: number, options: CreateOptions = {}): Tensor {
  return full(t.shape, value, { dtype: t.dtype, device: t.device, ...options });
}
/** Standard normal random numbers like `t`. */
export function randnLike(t: TensorHandle, options: RandomOptions = {}): Tensor {
  return randn(t.shape, { device: t.device, ...options });
}
/** Uniform random numbers like `t`. */
export function randLike(t: TensorHandle, options: RandomOptions = {}): Tensor {
  return rand(t.shape, { device: t.device, ...options });
}

/** Tensors one after the other along an existing axis. */
export function cat(tensors: readonly TensorHandle[], axis = 0): Tensor {
  const first = tensors[0];
  if (!first) throw new ShapeError("Cannot cat no tensors: give at least one");
  const at = normalAxis("cat", axis, first.ndim);
  const nodes = tensors.map((t) => t.node());
  for (const { shape } of nodes) {
    if (
      shape.length !== first.ndim || first.ndim === 0 || shape.some((size, i) => i !== at && size !== first.shape[i])
    ) {
      throw new ShapeError(
        `Cannot cat ${showShape(first.shape)} with ${showShape(shape)} along axis ${axis}: other sizes must match`,
        [first.shape, shape],
      );
    }
  }
  const dtype = nodes.some((n) => n.dtype === "float32")
    ? "float32"
    : nodes.some((n) => n.dtype === "int32")
    ? "int32"
    : "bool";
  const shape = first.shape.map((size, i) => i === at ? nodes.reduce((n, node) => n + node.shape[at]!, 0) : size);
  let out = source.full(first.device, dtype, shape, 0);
  let start = 0;
  for (const node of nodes) {
    if (node.shape[at]) {
      out = build.sliceWrite(
        out,
        node,
        shape.map((_, i) => i === at ? start : 0),
        shape.map(() => 1),
      );
    }
    start += node.shape[at]!;
  }
  return new Tensor(out);
}

/** Tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly TensorHandle[], axis = 0): Tensor {
  return cat(tensors.map((t) => (t as Tensor).unsqueeze(axis)), axis);
}

/** `a` where `condition` is non-zero, else `b`; all broadcast. */
export function where(condition: TensorHandle, a: Operand, b: Operand): Tensor {
  const c = condition.node();
  const like = typeof a === "object"
    ? a.node()
    : typeof b === "object"
    ? b.node()
    : source.full(c.device, "float32", [], 0);
  return new Tensor(build.where(c, operandNode(like, a), operandNode(like, b)));
}
