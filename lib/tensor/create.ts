/** Functions that make tensors. Each takes a trailing options object. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkTensor } from "./expect.ts";
import { type DType, dtypeNamed, type HostArray } from "../device/dtype.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import { whole } from "../device/whole.ts";
import { checkSizes, type Shape } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { arange as arangeNode, drawn, drawnWhole, full as fullNode } from "../ops/sources.ts";
import { type DataOptions, fromData, type NestedInput } from "./from_data.ts";
import type { TensorHandle } from "./handle.ts";
import { type Generator, generatorOr } from "./random.ts";
import { Tensor } from "./tensor.ts";
import { drawnData } from "./torch_random/fill.ts";

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

const CREATE = optionNames<CreateOptions>({ dtype: 1, device: 1, requiresGrad: 1 });
const RANDOM = optionNames<RandomOptions>({ ...CREATE, generator: 1 });
const TENSOR = optionNames<CreateOptions & DataOptions>({ ...CREATE, shape: 1 });

function finish(made: Tensor, options: CreateOptions): Tensor {
  return options.requiresGrad ? made.requiresGrad_() : made;
}

function checkShape(shape: Shape): number[] {
  checkSizes("make a tensor", shape);
  return [...shape];
}

/**
 * A tensor of the given numbers.
 *
 * @throws {ShapeError} for uneven arrays, or another shape than the data has; {@linkcode TypeError} for other elements;
 *   {@linkcode RangeError} for numbers that int32 or uint8 cannot hold (fractions are cut off)
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const t = tensor([[1, 2], [3, 4]]);
 * console.log(t.shape, await t.sum().item()); // [2, 2] 10
 * ```
 */
export function tensor(data: NestedInput | HostArray, options: CreateOptions & DataOptions = {}): Tensor {
  checkOptions("tensor", options, TENSOR);
  return finish(new Tensor(fromData(data, options)), options);
}

/**
 * `value` everywhere.
 *
 * @param value a run-time number: no plan depends on it; int32 takes the whole part
 * @throws {ShapeError} unless the sizes are whole numbers from 0; {@linkcode RangeError} for a value that int32 cannot hold
 *
 * @example
 * ```ts
 * import { full } from "./mod.ts";
 * console.log(await full([2, 2], 7).array()); // [ [ 7, 7 ], [ 7, 7 ] ]
 * ```
 */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  return filled("full", shape, value, options);
}

/** The type in which numbers of a type are made. */
const madeAs = (dtype: DType): DType => dtype === "float16" ? "float32" : dtype;

function filled(what: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  checkOptions(what, options, CREATE);
  const { dtype = "float32" } = options, device = deviceOr(options.device);
  const made = fullNode(device, madeAs(dtypeNamed(dtype)), checkShape(shape), value);
  return finish(new Tensor(cast(made, dtype)), options);
}

/**
 * Zeros of the given shape, float32 unless told otherwise.
 *
 * @example
 * ```ts
 * import { zeros } from "./mod.ts";
 * console.log(await zeros([3], { dtype: "int32" }).array()); // [ 0, 0, 0 ]
 * ```
 */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("zeros", shape, 0, options);
}

/**
 * Ones of the given shape, float32 unless told otherwise.
 *
 * @example
 * ```ts
 * import { ones } from "./mod.ts";
 * console.log(await ones([2, 2]).sum().item()); // 4
 * ```
 */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("ones", shape, 1, options);
}

/**
 * `start`, `start + step`, … below `end`; `arange(n)` counts from 0. float32 unless told otherwise.
 *
 * @returns [⌈(end − start) / step⌉], empty where the step leads away from the end
 * @throws {RangeError} if the step is 0, or a number is not finite; of int32, if start or step is not whole, or a number does not fit
 *
 * @example
 * ```ts
 * import { arange } from "./mod.ts";
 * console.log(await arange(3).array(), await arange(1, 2, 0.5).array()); // [ 0, 1, 2 ] [ 1, 1.5 ]
 * ```
 */
export function arange(start: number, end?: number, step = 1, options: CreateOptions = {}): Tensor {
  checkOptions("arange", options, CREATE);
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (step === 0 || !Number.isFinite((to - from) / step)) {
    throw new RangeError(
      `Cannot count from ${from} to ${to} by ${step}: all three must be finite, and the step not 0`,
    );
  }
  const { dtype = "float32" } = options, device = deviceOr(options.device);
  const length = whole("make an arange", "the number of elements", Math.max(0, Math.ceil((to - from) / step)));
  if (dtype === "int32" && length > 0) checkWhole(from, step, length);
  const made = arangeNode(device, madeAs(dtypeNamed(dtype)), length, from, step);
  return finish(new Tensor(cast(made, dtype)), options);
}

/** Devices would cut fractions off at different places. */
function checkWhole(start: number, step: number, length: number): void {
  const last = start + (length - 1) * step;
  if (Number.isInteger(start) && Number.isInteger(step) && fitsInt32(start) && fitsInt32(last)) return;
  throw new RangeError(
    `Cannot count from ${start} by ${step} to ${last} in int32: it holds whole numbers from −2147483648 to 2147483647. Use float32`,
  );
}

/**
 * `n` even steps from `start` to `end`, both included.
 *
 * @returns [n]; of n = 1, `start`
 * @throws {RangeError} unless `n` is a whole number from 0
 *
 * @example
 * ```ts
 * import { linspace } from "./mod.ts";
 * console.log(await linspace(0, 1, 5).array()); // [ 0, 0.25, 0.5, 0.75, 1 ]
 * ```
 */
export function linspace(start: number, end: number, n: number, options: CreateOptions = {}): Tensor {
  checkOptions("linspace", options, CREATE);
  whole("make a linspace", "n", n);
  const data = Float64Array.from(
    { length: n },
    (_, i) => n === 1 ? start : i === n - 1 ? end : start + (end - start) * i / (n - 1),
  );
  return tensor(data, options);
}

/**
 * The n×n identity.
 *
 * @throws {RangeError} unless `n` is a whole number from 0
 *
 * @example
 * ```ts
 * import { eye } from "./mod.ts";
 * console.log(await eye(2).array()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function eye(n: number, options: CreateOptions = {}): Tensor {
  checkOptions("eye", options, CREATE);
  whole("make an identity", "n", n);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return tensor(data, { ...options, shape: [n, n] });
}

function random(
  what: string,
  distribution: "uniform" | "normal",
  shape: Shape,
  options: RandomOptions,
  like?: TensorHandle,
): Tensor {
  checkOptions(what, options, RANDOM);
  const { dtype = "float32" } = options, device = deviceOr(options.device);
  const generator = generatorOr(options.generator);
  if (dtype !== "float32") {
    throw new TypeError(
      `Cannot draw ${distribution} numbers as ${dtype}: they are float32. Convert with .to("${dtype}")`,
    );
  }
  const { torch } = generator, sizes = checkShape(shape);
  const node = torch
    ? drawnData(
      { device, shape: sizes, ...like ? { order: like.stride() } : {} },
      (n, inOrder) => distribution === "uniform" ? torch.uniform(n) : torch.normal(n, 0, 1, inOrder),
    )
    : drawn(device, distribution, sizes, generator.next());
  return finish(new Tensor(node), options);
}

/**
 * Standard normal random numbers.
 *
 * @param options `generator`: default the default generator, which `setSeed` sets
 * @returns float32
 * @throws {TypeError} for another element type: convert the result by `to`
 *
 * @example
 * ```ts
 * import { randn, setSeed } from "./mod.ts";
 * setSeed(42);
 * const x = await randn([2, 3]).array();
 * setSeed(42);
 * console.log(String(await randn([2, 3]).array()) === String(x)); // true
 * ```
 */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return random("randn", "normal", shape, options);
}

/**
 * Uniform random numbers from [0, 1).
 *
 * @param options `generator`: default the default generator, which `setSeed` sets
 * @returns float32
 * @throws {TypeError} for another element type: convert the result by `to`
 *
 * @example
 * ```ts
 * import { rand } from "./mod.ts";
 * const x = rand([100]);
 * console.log(await x.min().item() >= 0, await x.max().item() < 1); // true true
 * ```
 */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return random("rand", "uniform", shape, options);
}

/** Whole numbers up to here are all there in float32. */
const MOST_WHOLE_FLOAT = 2 ** 24;

/** Up to so many whole numbers come from the 24 bits of a uniform number, which makes some of them at most 1/256 likelier than others. */
const FEW = 2 ** 16;

/**
 * Whole random numbers from `low` to `high` − 1, int32, all equally likely (within 1/256).
 *
 * @throws {RangeError} unless both are whole, `low` is below `high`, and the type (int32, unless told otherwise) holds all that may be drawn
 *
 * @example
 * ```ts
 * import { randint } from "./mod.ts";
 * const labels = randint(0, 10, [32]);
 * console.log(labels.dtype, labels.shape); // int32 [ 32 ]
 * ```
 */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
    throw new RangeError(
      `Cannot draw whole numbers from ${low} to below ${high}: both are whole, and low is below high`,
    );
  }
  if (!fitsInt32(low) || !fitsInt32(high - 1)) {
    throw new RangeError(
      `Cannot draw whole numbers from ${low} to below ${high}: int32 holds those from −2147483648 to 2147483647`,
    );
  }
  checkOptions("randint", options, RANDOM);
  const generator = generatorOr(options.generator), device = deviceOr(options.device);
  if (options.dtype === "float32" && (low < -MOST_WHOLE_FLOAT || high - 1 > MOST_WHOLE_FLOAT)) {
    throw new RangeError(
      `Cannot draw whole numbers from ${low} to below ${high} as float32: beyond ±2^24 it holds but a part of them. Use int32`,
    );
  }
  const { torch } = generator;
  const out = torch
    ? new Tensor(drawnData({ device, shape: checkShape(shape) }, (n) => torch.whole(n, low, high)))
    : high - low <= FEW
    ? random("randint", "uniform", shape, { device, generator }).mul(high - low).floor().to("int32").add(low)
    : new Tensor(drawnWhole(device, checkShape(shape), generator.next(), low, high));
  return finish(options.dtype ? out.to(options.dtype) : out, options);
}

/**
 * The numbers 0 … n−1 in random order, int32.
 *
 * @throws {RangeError} unless `n` is a whole number from 0
 *
 * @example
 * ```ts
 * import { randperm } from "./mod.ts";
 * console.log((await randperm(4).toTypedArray()).toSorted()); // Int32Array(4) [ 0, 1, 2, 3 ]
 * ```
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  checkOptions("randperm", options, RANDOM);
  const { generator, ...rest } = options;
  return tensor(generatorOr(generator).permutation(n), { dtype: "int32", ...rest });
}

/**
 * Zeros of the shape, element type and device of `t`, unless told otherwise.
 *
 * @example
 * ```ts
 * import { tensor, zerosLike } from "./mod.ts";
 * const t = tensor([3, 4], { dtype: "int32" });
 * const like = zerosLike(t);
 * console.log(like.dtype, await like.array()); // int32 [ 0, 0 ]
 * ```
 */
export function zerosLike(t: TensorHandle, options: CreateOptions = {}): Tensor {
  checkTensor("zerosLike", "t", t);
  return filled("zerosLike", t.shape, 0, { dtype: t.dtype, device: t.device, ...options });
}
/**
 * Ones of the shape, element type and device of `t`, unless told otherwise.
 *
 * @example
 * ```ts
 * import { onesLike, tensor } from "./mod.ts";
 * const t = tensor([3, 4], { dtype: "int32" });
 * const like = onesLike(t);
 * console.log(like.dtype, await like.array()); // int32 [ 1, 1 ]
 * ```
 */
export function onesLike(t: TensorHandle, options: CreateOptions = {}): Tensor {
  checkTensor("onesLike", "t", t);
  return filled("onesLike", t.shape, 1, { dtype: t.dtype, device: t.device, ...options });
}
/**
 * `value` everywhere, in the shape, element type and on the device of `t`, unless told otherwise.
 *
 * @example
 * ```ts
 * import { fullLike, tensor } from "./mod.ts";
 * const t = tensor([3, 4], { dtype: "int32" });
 * const like = fullLike(t, 7);
 * console.log(like.dtype, await like.array()); // int32 [ 7, 7 ]
 * ```
 */
export function fullLike(t: TensorHandle, value: number, options: CreateOptions = {}): Tensor {
  checkTensor("fullLike", "t", t);
  return filled("fullLike", t.shape, value, { dtype: t.dtype, device: t.device, ...options });
}
/**
 * Standard normal random numbers of the shape and on the device of `t`, float32.
 *
 * @example
 * ```ts
 * import { randnLike, zeros } from "./mod.ts";
 * console.log(randnLike(zeros([2, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function randnLike(t: TensorHandle, options: RandomOptions = {}): Tensor {
  checkTensor("randnLike", "t", t);
  return random("randnLike", "normal", t.shape, { device: t.device, ...options }, t);
}
/**
 * Uniform random numbers from [0, 1) of the shape and on the device of `t`, float32.
 *
 * @example
 * ```ts
 * import { randLike, zeros } from "./mod.ts";
 * console.log(randLike(zeros([2, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function randLike(t: TensorHandle, options: RandomOptions = {}): Tensor {
  checkTensor("randLike", "t", t);
  return random("randLike", "uniform", t.shape, { device: t.device, ...options }, t);
}
