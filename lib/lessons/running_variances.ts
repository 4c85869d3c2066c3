/**
 * What the running averages of a norm do to images that the last training batches were not like.
 *
 * @module
 */
import { wrongKind } from "../device/expect.ts";
import { findModules, Hooks, isInstance } from "../learner/hooks.ts";
import { saveModes } from "../learner/modes.ts";
import { Module } from "../nn/module.ts";
import { RunningNorm } from "../nn/running_norm.ts";
import { checkTensor } from "../tensor/expect.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BatchNorm } from "./norms/batch.ts";
import { RunningBatchNorm } from "./norms/running.ts";

/** One channel of a norm: the variance that evaluation divides by, beside the one that its inputs have. */
export interface RunningVariance {
  /** The norm's path in the model: `3.2`. */
  readonly layer: string;
  /** The channel, from 0. */
  readonly channel: number;
  /** The variance that the norm has averaged, and by which it normalises in evaluation; without `eps`. */
  readonly running: number;
  /** The variance that the channel's input has over these images and their pixels, biased. */
  readonly measured: number;
  /** √(measured / (running + eps)): the standard deviation that normalising leaves. It is 1 where the average is right. */
  readonly spread: number;
  /** The largest output, by its absolute value, at any pixel of any image. */
  readonly largest: number;
  /** Which image it belongs to, from 0. */
  readonly image: number;
}

/** Images that go through the model at a time. */
const AT_ONCE = 1000;

/** What a hook gathers of one norm: on the device for a slice of images, then in doubles. */
interface Gathered {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly largest: Float64Array;
  readonly image: Int32Array;
  count: number;
}

/** What a norm sees and gives of one slice: per channel sums and sums of squares of the input, per image and channel the largest output. */
interface Slice {
  readonly sum: Tensor;
  readonly square: Tensor;
  readonly most: Tensor;
  readonly pixels: number;
}

/**
 * For each channel of each norm with running averages (`lessons.BatchNorm`, `lessons.RunningBatchNorm`, `nn.BatchNorm2d`): the variance
 * by which it normalises in evaluation, beside the variance that its input has over these images, and the largest output. Channels are
 * sorted by `spread`, the largest first.
 *
 * Where `spread` is far above 1, evaluation multiplies what the channel finds by far too much: its average has forgotten the images in
 * which the channel is active. An average over batches of two with a momentum of 0.1 remembers some twenty images. What one norm blows up,
 * the norms after it are given: their channels come first in the list, but the earliest layer with a large `spread` is where it begins.
 *
 * The model runs in evaluation mode, without gradients, and is left as it was.
 *
 * @param model any module
 * @param images [n, c, h, w], as the model takes them: normalised, and on its device
 * @throws {TypeError} for what is no module or no tensor
 * @throws {RangeError} for a model without such a norm, and for no images
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const model = lessons.getCnnModel({ norm: (channels) => new lessons.RunningBatchNorm(channels) });
 * for (let step = 0; step < 10; step++) model.call(randn([2, 1, 28, 28]));
 * const [worst] = await lessons.runningVariances(model, randn([100, 1, 28, 28]));
 * console.log(worst!.measured > worst!.running); // true
 * ```
 */
export async function runningVariances(model: Module, images: Tensor): Promise<RunningVariance[]> {
  if (!(model instanceof Module)) throw wrongKind("runningVariances", "the model", "a module", model);
  checkTensor("runningVariances", "the images", images);
  if (images.ndim !== 4 || images.size(0) === 0) {
    throw new RangeError(
      `Cannot compare running variances over [${images.shape.join(", ")}]: give at least one image, [n, c, h, w]`,
    );
  }
  const norms = findModules(model, isInstance(BatchNorm, RunningBatchNorm, RunningNorm));
  if (norms.length === 0) {
    throw new RangeError("Cannot compare running variances: the model has no norm that keeps running averages");
  }
  const gathered = new Map<Module, Gathered>();
  const restoreModes = saveModes(model);
  model.eval();
  try {
    for (let start = 0; start < images.size(0); start += AT_ONCE) {
      await gather(model, norms, images.slice(0, start, start + AT_ONCE), start, gathered);
    }
  } finally {
    restoreModes();
  }
  const paths = new Map([...model.namedModules()].map(([path, module]) => [module, path]));
  const rows = await Promise.all([...gathered].map(([norm, found]) => rowsOf(paths.get(norm)!, norm, found)));
  return rows.flat().sort((a, b) => b.spread - a.spread);
}

/** Lets a slice of the images through the model, and adds what its norms saw. */
async function gather(
  model: Module,
  norms: readonly Module[],
  images: Tensor,
  first: number,
  into: Map<Module, Gathered>,
): Promise<void> {
  using hooks = new Hooks<Slice>(norms, (hook, _module, [input], output) => {
    const x = input!;
    hook.value = {
      sum: x.sum([0, 2, 3]).keep(),
      square: x.square().sum([0, 2, 3]).keep(),
      most: output.abs().max([2, 3]).keep(),
      pixels: x.numel / x.size(1),
    };
  });
  noGrad(() => model.call(images));
  for (const { module, value } of hooks) {
    if (!value) continue; // a norm that the forward does not use
    const { sum, square, most, pixels } = value;
    const [sums, squares, largest] = await Promise.all([sum, square, most].map((t) => t.toTypedArray()));
    for (const t of [sum, square, most]) t.dispose();
    let found = into.get(module);
    if (!found) into.set(module, found = nothing(sums!.length));
    found.count += pixels;
    for (let c = 0; c < sums!.length; c++) {
      found.sums[c]! += Number(sums![c]);
      found.squares[c]! += Number(squares![c]);
    }
    largest!.forEach((value, i) => {
      const c = i % sums!.length;
      if (!(Number(value) > found.largest[c]!)) return;
      found.largest[c] = Number(value);
      found.image[c] = first + Math.floor(i / sums!.length);
    });
  }
}

const nothing = (channels: number): Gathered => ({
  sums: new Float64Array(channels),
  squares: new Float64Array(channels),
  largest: new Float64Array(channels),
  image: new Int32Array(channels),
  count: 0,
});

async function rowsOf(layer: string, norm: Module, found: Gathered): Promise<RunningVariance[]> {
  const average = await runningVarianceOf(norm);
  if (!average) return [];
  return [...average.running].map((value, channel) => {
    const mean = found.sums[channel]! / found.count, running = Number(value);
    const measured = Math.max(0, found.squares[channel]! / found.count - mean * mean);
    return {
      layer,
      channel,
      running,
      measured,
      spread: Math.sqrt(measured / (Math.max(0, running) + average.eps)),
      largest: found.largest[channel]!,
      image: found.image[channel]!,
    };
  });
}

/** By which variance a norm normalises in evaluation, for each channel, and its eps; undefined for one that keeps no averages. */
async function runningVarianceOf(norm: Module) {
  if (norm instanceof BatchNorm) return { running: await norm.vars.toTypedArray(), eps: norm.eps };
  if (norm instanceof RunningNorm) {
    return norm.running_var ? { running: await norm.running_var.toTypedArray(), eps: norm.eps } : undefined;
  }
  if (!(norm instanceof RunningBatchNorm)) return undefined;
  const [sums, squares, [count]] = await Promise.all([norm.sums, norm.sqrs, norm.count].map((t) => t.toTypedArray()));
  const running = [...sums!].map((sum, c) => Number(squares![c]) / Number(count) - (Number(sum) / Number(count)) ** 2);
  return { running, eps: norm.eps };
}
