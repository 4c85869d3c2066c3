/** Normalisations as functions. All follow PyTorch 1.13; variances that divide are biased, those kept as running averages unbiased. */
import { checkOptions, type OptionNames, optionNames } from "../device/check_options.ts";
import { isFloat, showShape, whole } from "../tensor/graph.ts";
import { checkList } from "../device/expect.ts";
import { checkNumber, checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { type Moments, normalize } from "../tensor/normalize.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options that every normalisation takes. */
export interface NormOptions {
  /** Factor. Default: none. */
  weight?: Tensor | null | undefined;
  /** What is added. Default: none. */
  bias?: Tensor | null | undefined;
  /** Added to the variance. Default: 1e-5. */
  eps?: number | undefined;
}

/** Options of {@linkcode batchNorm} and {@linkcode instanceNorm}. */
export interface RunningNormOptions extends NormOptions {
  /** Running average of the mean [c], changed in place while training. Default: none. */
  runningMean?: Tensor | null | undefined;
  /** Running average of the unbiased variance [c], changed in place while training. Default: none. */
  runningVar?: Tensor | null | undefined;
  /** Weight of the new value in the running averages: average += momentum · (value − average); 1 takes the value itself. A number, or a 0-d tensor. Default: 0.1. */
  momentum?: number | Tensor | undefined;
}

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions extends RunningNormOptions {
  /** Use the batch's own statistics, and update the running ones; else use the running ones. Default: false. */
  training?: boolean | undefined;
}

/** Options of {@linkcode instanceNorm}. */
export interface InstanceNormOptions extends RunningNormOptions {
  /** Use each image's own statistics, and update the running ones; else use the running ones. Default: true. */
  useInputStats?: boolean | undefined;
}

const NORM = optionNames<NormOptions>({ weight: 1, bias: 1, eps: 1 });
const RUNNING = optionNames<RunningNormOptions>({ ...NORM, runningMean: 1, runningVar: 1, momentum: 1 });
const BATCH_NORM = optionNames<BatchNormOptions>({ ...RUNNING, training: 1 });
const INSTANCE_NORM = optionNames<InstanceNormOptions>({ ...RUNNING, useInputStats: 1 });

/** Throws for options that there are not, and for an eps that is no number: a kernel would take null for 0. */
function checkNorm<O extends NormOptions>(norm: string, options: O, names: OptionNames<O>): void {
  checkOptions(norm, options, names);
  if (options.eps !== undefined) checkNumber(`run ${norm}`, "eps", options.eps);
}

/** Both running averages, or neither. */
function averages(norm: string, { runningMean, runningVar }: RunningNormOptions): [Tensor, Tensor] | undefined {
  if (!runningMean !== !runningVar) {
    const found = runningMean ? "runningMean alone" : "runningVar alone";
    throw new TypeError(`Cannot ${norm} with one running average: give runningMean and runningVar, found ${found}`);
  }
  return runningMean && runningVar ? [runningMean, runningVar] : undefined;
}

function checkFloat(norm: string, name: string, t: Tensor): void {
  if (isFloat(t.dtype)) return;
  throw new TypeError(`Cannot ${norm} with ${name} of ${t.dtype}: it must be float32. Convert with .float()`);
}

function checkChannels(norm: string, x: Tensor, tensors: Readonly<Record<string, Tensor | null | undefined>>): void {
  checkFloat(norm, "input", x);
  for (const [name, t] of Object.entries(tensors)) {
    checkTensorOrNone(norm, name, t);
    if (t) checkFloat(norm, name, t);
    if (t && (t.ndim !== 1 || t.shape[0] !== x.shape[1])) {
      throw new RangeError(
        `Cannot ${norm} ${showShape(x.shape)}: its axis 1 has ${x.shape[1]} channels, and ${name} is ${
          showShape(t.shape)
        }`,
      );
    }
  }
}

/** `values` [c] along axis 1 of `x`. */
function channels(x: Tensor, values: Tensor): Tensor {
  return values.reshape(x.shape.map((_, axis) => axis === 1 ? -1 : 1));
}

/** Normalises by given statistics. */
function byAverages(x: Tensor, [mean, variance]: [Tensor, Tensor], { weight, bias, eps = 1e-5 }: NormOptions): Tensor {
  let y = x.sub(channels(x, mean)).mul(channels(x, variance.add(eps).rsqrt()));
  if (weight) y = y.mul(channels(x, weight));
  return bias ? y.add(channels(x, bias)) : y;
}

/** What a normalisation makes of no elements: none, of which weight and bias get zeros for a gradient. */
function ofNothing(x: Tensor, { weight, bias }: NormOptions): Tensor {
  let y = x.clone();
  if (weight) y = y.mul(channels(x, weight));
  return bias ? y.add(channels(x, bias)) : y;
}

/** Moves the running averages towards the moments of a batch, or towards the mean of each image's. */
function update([mean, variance]: [Tensor, Tensor], moments: Moments, images: number, momentum: number | Tensor): void {
  if (images === 1 && typeof momentum === "number") return moments.emaUpdate_(mean, variance, momentum);
  const parts = moments.parts([images, mean.numel]);
  mean.lerp_(parts.mean.mean(0), momentum);
  variance.lerp_(parts.variance.mean(0), momentum);
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015): (x − mean) / √(var + eps) · weight + bias, for each channel over batch and pixels.
 *
 * @param x [n, c], [n, c, l] or [n, c, h, w]
 * @param options weight, bias and running averages are [c]; see {@linkcode BatchNormOptions}
 * @returns the shape of `x`
 * @throws {RangeError} if shapes do not fit, if there is only one value a channel to train on, or no statistics to use
 * @throws {TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const y = nn.functional.batchNorm(tensor([[1, 10], [3, 30]]), { training: true, eps: 0 });
 * console.log(await y.array()); // [[-1, -1], [1, 1]]
 * ```
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  checkNorm("batchNorm", options, BATCH_NORM);
  checkTensor("batchNorm", "the input", x);
  const { weight, bias, runningMean, runningVar, training = false, momentum = 0.1, eps } = options;
  if (x.ndim < 2) {
    throw new RangeError(
      `Cannot batchNorm ${showShape(x.shape)}: it takes [batch, channels, …]. Put a batch axis first`,
    );
  }
  checkChannels("batchNorm", x, { weight, bias, runningMean, runningVar });
  const running = averages("batchNorm", options);
  if (!training) {
    if (!running) {
      throw new RangeError("Cannot batchNorm without statistics: give runningMean and runningVar, or training: true");
    }
    return byAverages(x, running, options);
  }
  if (x.numel === 0) return ofNothing(x, options);
  if (x.numel === x.shape[1]) {
    throw new RangeError(
      `Cannot batchNorm ${showShape(x.shape)} in training: each channel has a single value, which has no variance. ` +
        `Use larger batches (or dropLast), or model.eval()`,
    );
  }
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const { y, moments } = normalize(x, axes, { eps, weight, bias, along: 1 });
  if (running) update(running, moments, 1, momentum);
  return y;
}

/**
 * Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016): each channel of each image by its own mean and variance over the pixels.
 *
 * @param x [n, c, h, w], or any other pixel axes after the channels
 * @param options weight, bias and running averages are [c]; see {@linkcode InstanceNormOptions}
 * @returns the shape of `x`
 * @throws {RangeError} if shapes do not fit, if an image is a single pixel, or if there are no statistics to use
 * @throws {TypeError} for other types than float32
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const y = nn.functional.instanceNorm(tensor([[[[1, 3]], [[10, 30]]]]), { eps: 0 });
 * console.log(await y.array()); // [[[[-1, 1]], [[-1, 1]]]]
 * ```
 */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  checkNorm("instanceNorm", options, INSTANCE_NORM);
  checkTensor("instanceNorm", "the input", x);
  const { weight, bias, runningMean, runningVar, useInputStats = true, momentum = 0.1, eps } = options;
  if (x.ndim < 3) {
    throw new RangeError(`Cannot instanceNorm ${showShape(x.shape)}: it takes [batch, channels, height, width]`);
  }
  checkChannels("instanceNorm", x, { weight, bias, runningMean, runningVar });
  const running = averages("instanceNorm", options), [n, c] = x.shape as [number, number];
  if (!useInputStats) {
    if (!running) {
      throw new RangeError("Cannot instanceNorm without statistics: give runningMean and runningVar, or useInputStats");
    }
    return byAverages(x, running, options);
  }
  if (x.numel === 0) return ofNothing(x, options);
  if (x.numel === n * c) {
    throw new RangeError(
      `Cannot instanceNorm ${
        showShape(x.shape)
      }: an image of one pixel has no variance. Use another norm there, or none`,
    );
  }
  const { y, moments } = normalize(x, x.shape.map((_, axis) => axis).slice(2), { eps, weight, bias, along: 1 });
  if (running && n > 0) update(running, moments, n, momentum);
  return y;
}

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016): each sample by its own mean and variance over the last axes.
 *
 * @param x [..., …normalizedShape]
 * @param normalizedShape sizes of the axes to normalise over: the last ones of `x`
 * @param options weight and bias have `normalizedShape`; see {@linkcode NormOptions}
 * @returns the shape of `x`
 * @throws {RangeError} if `x` does not end with `normalizedShape`, or weight or bias do not have it
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const y = nn.functional.layerNorm(tensor([[1, 3], [10, 30]]), [2], { eps: 0 });
 * console.log(await y.array()); // [[-1, 1], [-1, 1]]
 * ```
 */
export function layerNorm(x: Tensor, normalizedShape: readonly number[], options: NormOptions = {}): Tensor {
  checkNorm("layerNorm", options, NORM);
  checkTensor("layerNorm", "the input", x);
  checkList("layerNorm", "normalizedShape", normalizedShape, "an array of numbers");
  if (!Array.isArray(normalizedShape)) {
    throw new TypeError(`Cannot layerNorm over ${normalizedShape}: give the sizes of the last axes, such as [8]`);
  }
  const first = x.ndim - normalizedShape.length;
  const same = (shape: readonly number[]) =>
    shape.length === normalizedShape.length && shape.every((size, i) => size === normalizedShape[i]);
  if (normalizedShape.length === 0 || first < 0 || !same(x.shape.slice(first))) {
    throw new RangeError(
      `Cannot layerNorm ${showShape(x.shape)} over ${showShape(normalizedShape)}: its last axes must have these sizes`,
    );
  }
  for (const name of ["weight", "bias"] as const) {
    const t = options[name];
    checkTensorOrNone("layerNorm", name, t);
    if (t && !same(t.shape)) {
      throw new RangeError(
        `Cannot layerNorm over ${showShape(normalizedShape)}: ${name} must have that shape, found ${
          showShape(t.shape)
        }`,
      );
    }
  }
  return normalize(x, normalizedShape.map((_, i) => first + i), options).y;
}

/**
 * Group normalisation (Wu and He 2018): each sample by the mean and variance of each of `numGroups` groups of neighbouring channels.
 *
 * One group has layer normalisation's statistics, as many groups as channels have instance normalisation's.
 *
 * @param x [n, c, …]
 * @param numGroups divides c
 * @param options weight and bias are [c]; see {@linkcode NormOptions}
 * @returns the shape of `x`
 * @throws {RangeError} if the groups do not divide the channels, if shapes do not fit, or if there is one value a group in all
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const y = nn.functional.groupNorm(tensor([[1, 3, 10, 30]]), 2, { eps: 0 });
 * console.log(await y.array()); // [[-1, 1, -1, 1]]
 * ```
 */
export function groupNorm(x: Tensor, numGroups: number, options: NormOptions = {}): Tensor {
  checkNorm("groupNorm", options, NORM);
  checkTensor("groupNorm", "the input", x);
  const { weight, bias, eps } = options;
  const [n = 0, c = 0, ...pixels] = x.shape;
  if (x.ndim < 2) throw new RangeError(`Cannot groupNorm ${showShape(x.shape)}: it takes [batch, channels, …]`);
  checkGroups("groupNorm", numGroups, c);
  checkChannels("groupNorm", x, { weight, bias });
  if (x.numel === numGroups) {
    throw new RangeError(
      `Cannot groupNorm ${
        showShape(x.shape)
      } in ${numGroups} groups: each has a single value, which has no variance. ` +
        `Use fewer groups`,
    );
  }
  const each = c / numGroups, grouped = x.reshape(n, numGroups, each, ...pixels);
  const perChannel = (t: Tensor | null | undefined) => t?.reshape(1, numGroups, each, ...pixels.map(() => 1));
  const axes = grouped.shape.map((_, axis) => axis).slice(2);
  return normalize(grouped, axes, { eps, weight: perChannel(weight), bias: perChannel(bias) }).y.reshape(x.shape);
}

/** Throws unless groups divide channels. */
export function checkGroups(what: string, groups: number, channels: number): void {
  whole(`${what} ${channels} channels`, "the number of groups", groups, 1);
  if (channels % groups === 0) return;
  throw new RangeError(
    `Cannot ${what} ${channels} channels in ${groups} groups: the number of groups must divide them`,
  );
}
