/** Functions that make tensors of random numbers. Each takes a trailing options object. */
import { textOf } from "../device/expect.ts";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { deviceOr } from "../device/device.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import type { Shape } from "../graph/shape.ts";
import { drawn, drawnWhole } from "../ops/sources.ts";
import { tensor } from "./create.ts";
import { checkShape, CREATE, type CreateOptions, finish } from "./create_options.ts";
import { checkTensor } from "./expect.ts";
import type { TensorHandle } from "./handle.ts";
import { type Generator, generatorOr } from "./random.ts";
import { Tensor } from "./tensor.ts";
import { drawnData } from "./torch_random/fill.ts";

/** Options of random creation. */
export interface RandomOptions extends CreateOptions {
  /** Default: the generator that {@linkcode setSeed} restarts. */
  generator?: Generator;
}

const RANDOM = optionNames<RandomOptions>({ ...CREATE, generator: 1 });

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
      `Cannot draw whole numbers from ${textOf(low)} to below ${textOf(high)}: both are whole, and low is below high`,
    );
  }
  if (!fitsInt32(low) || !fitsInt32(high - 1)) {
    throw new RangeError(
      `Cannot draw whole numbers from ${textOf(low)} to below ${
        textOf(high)
      }: int32 holds those from −2147483648 to 2147483647`,
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
