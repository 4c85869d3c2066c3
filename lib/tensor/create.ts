/** Functions that make tensors. Each takes a trailing options object. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { deviceOr } from "../device/device.ts";
import { type DType, dtypeNamed, type HostArray } from "../device/dtype.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import { MOST, whole } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Shape } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { arange as arangeNode, full as fullNode } from "../ops/sources.ts";
import { checkShape, CREATE, type CreateOptions, finish } from "./create_options.ts";
import { checkElement, checkNumber, checkTensor } from "./expect.ts";
import { type DataOptions, fromData, type NestedInput } from "./from_data.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

const TENSOR = optionNames<CreateOptions & DataOptions>({ ...CREATE, shape: 1 });

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
  checkElement(what, "the value", value);
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
  for (const [name, value] of [["the start", from], ["the end", to], ["the step", step]] as const) {
    checkNumber("run arange", name, value);
  }
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
  if (n * n > MOST) {
    throw new ShapeError(
      `Cannot make an identity of shape ${showShape([n, n])}: it would have ${
        n * n
      } elements, and devices count to ${MOST}`,
      [[n, n]],
    );
  }
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return tensor(data, { ...options, shape: [n, n] });
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
