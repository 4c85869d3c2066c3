/** Images as bytes, resident on the device. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkList, checkObject } from "../device/expect.ts";
import { ArrivingTensor } from "../tensor/arriving.ts";
import { dequantizeGather } from "../tensor/bytes.ts";
import { tensor } from "../tensor/create.ts";
import { whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Batch, type Fetch, ResidentDataset } from "./dataset.ts";
import { bytesAt, type RawSplit } from "./raw.ts";
import { checkBytes, ResidentImages } from "./resident_images.ts";

/** Grey images and their class numbers, as bytes, in host memory. They may be drawn while they are used: see `ready`. */
export type ImageSplit = RawSplit;

/** Mean and standard deviation of pixel values between 0 and 1. */
export interface Normalization {
  /** What is subtracted. */
  readonly mean: number;
  /** What is divided by; above 0. */
  readonly std: number;
}

/** How to present images. */
export interface ImageDatasetOptions {
  /** Shape of one image without its channel. Default: 28 by 28. */
  shape?: readonly [number, number];
  /** Subtract `mean` and divide by `std`, both for pixels between 0 and 1. Default: neither. */
  normalize?: Normalization;
  /** Use only this many images, the first. Default: all. */
  limit?: number;
  /** Where the images live. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<ImageDatasetOptions>({ shape: 1, normalize: 1, limit: 1, device: 1 });

const NORMALIZATION = optionNames<Normalization>({ mean: 1, std: 1 });

/**
 * Images and class numbers: a batch is float32 [b, 1, h, w], pixels from 0 to 1 or normalised, and int32 [b].
 *
 * The bytes are sent to the device once; a batch is one gather there, which also scales. A set that is still being drawn is sent batch
 * by batch during its first epoch, so that training need not wait.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const split = { images: new Uint8Array(100 * 784).fill(51), labels: new Uint8Array(100), count: 100 };
 * const set = new data.ImageDataset(split, { normalize: { mean: 0.1, std: 0.5 } });
 * const [x, y] = await new data.DataLoader(set, { batchSize: 32 }).first();
 * console.log(x!.shape, await x!.at(0, 0, 0, 0).item(), y!.shape); // about [ 32, 1, 28, 28 ] 0.2 [ 32 ]
 * ```
 */
export class ImageDataset extends ResidentDataset {
  /** How many images there are: the split's, or the limit. */
  readonly length: number;
  /** Height and width of an image. */
  readonly shape: readonly [number, number];
  readonly #split: ImageSplit;
  readonly #scaling: { scale: number; shift: number };
  #device: Device;
  #resident: ResidentImages | undefined;
  /** Indices that are rows on the device, not positions in the split. */
  readonly #rows = new WeakSet<Tensor>();

  /**
   * Nothing is sent to the device before the first epoch.
   *
   * @throws {RangeError} if the bytes don't match the count, or a setting is out of range
   */
  constructor(split: ImageSplit, options: ImageDatasetOptions = {}) {
    super();
    checkOptions("ImageDataset", options, OPTIONS);
    checkObject("ImageDataset", "the split", split, "an object { images, labels, count }", [
      "images",
      "labels",
      "count",
    ]);
    const { shape = [28, 28], normalize, limit = split.count } = options, device = deviceOr(options.device);
    checkList("ImageDataset", "the shape", shape, "[height, width]");
    for (const size of shape) whole("use images", "each side", size);
    // Of images that are still drawn the bytes cannot be looked at yet.
    if (split.complete ?? true) checkBytes(split, split.count, shape);
    whole("limit a data set", "the number of images", limit, 1);
    this.length = Math.min(limit, split.count);
    this.shape = shape;
    this.#split = split;
    this.#scaling = scaling(normalize);
    this.#device = device;
  }

  /** Where the images live. */
  get device(): Device {
    return this.#device;
  }

  /**
   * Records the batch that `index` (int32 [b]) names: float32 [b, 1, h, w] and int32 [b]. Where images are still drawn, it waits for all of them:
   * a loader need not.
   *
   * @throws {Error} if they are still drawn, and reading them does not wait
   */
  gather(index: Tensor): Batch {
    const resident = this.#onDevice, { images, labels } = resident;
    const rows = this.#rows.has(index) ? index : resident.rowsAt(index);
    return [dequantizeGather(images, rows, this.#scaling), labels.indexSelect(0, rows)];
  }

  /** Begins an epoch. Images that are still being drawn are sent batch by batch; a batch is then a promise. */
  override open(order: Int32Array): Fetch {
    const resident = this.#onDevice;
    // Subclasses may gather in another way, so that a batch goes through gather(), which is told of rows from positions.
    const gather = (index: Tensor) => {
      this.#rows.add(index);
      return this.gather(index);
    };
    if (resident.whole) {
      const index = tensor(resident.rows(order), { dtype: "int32", device: this.#device });
      return (start, count) => gather(index.narrow(0, start, count));
    }
    const index = new ArrivingTensor("int32", [order.length], this.#device);
    return async (start, count) => {
      const positions = order.subarray(start, start + count);
      await resident.bring(positions);
      index.send(resident.rows(positions), start);
      return gather(index.tensor.narrow(0, start, count));
    };
  }

  get #onDevice(): ResidentImages {
    return this.#resident ??= new ResidentImages(this.#split, this.length, this.shape, this.#device);
  }

  /** Sends the images to another device when they are next needed. */
  to(device: Device): Promise<void> {
    if (device !== this.#device) {
      this.#device = device;
      this.#resident = undefined;
    }
    return Promise.resolve();
  }
}

function scaling(normalize: Normalization | undefined): { scale: number; shift: number } {
  if (!normalize) return { scale: 1 / 255, shift: 0 };
  checkOptions("normalize", normalize, NORMALIZATION);
  const { mean, std } = normalize;
  if (!Number.isFinite(mean) || !(std > 0 && std < Infinity)) {
    throw new RangeError(
      `Cannot normalise by mean ${mean} and deviation ${std}: a mean is finite and a deviation above 0`,
    );
  }
  return { scale: 1 / (255 * std), shift: -mean / std };
}

/**
 * Mean and unbiased standard deviation of the pixels (between 0 and 1) of the images at `positions`, all of them by default.
 *
 * @throws {RangeError} for no images, for a position that the split does not have, and for bytes or labels that are not of `count` images
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const split = { images: new Uint8Array(2 * 784).fill(51, 784), labels: new Uint8Array(2), count: 2 };
 * console.log((await data.pixelStatistics(split)).mean); // 0.1
 * ```
 */
export async function pixelStatistics(split: ImageSplit, positions?: Int32Array): Promise<Normalization> {
  checkObject("pixelStatistics", "the split", split, "an object { images, labels, count }", [
    "images",
    "labels",
    "count",
  ]);
  const chosen = positions ?? Int32Array.from({ length: split.count }, (_, i) => i);
  if (chosen.length === 0) throw new RangeError("Cannot compute the statistics of no images");
  for (const p of chosen) whole("compute the statistics of images", "each position", p, 0, split.count - 1);
  const { images, labels } = split.complete ?? true ? split : await bytesAt(split, chosen);
  const pixels = images.length / split.count;
  if (!Number.isInteger(pixels) || labels.length !== split.count) {
    throw new RangeError(
      `Cannot compute the statistics of ${images.length} bytes and ${labels.length} labels as those of ${split.count} images`,
    );
  }
  const histogram = new Float64Array(256);
  for (const p of chosen) for (let i = p * pixels; i < (p + 1) * pixels; i++) histogram[images[i]!]!++;
  const n = chosen.length * pixels;
  const mean = histogram.reduce((sum, times, byte) => sum + times * byte, 0) / n;
  const variance = histogram.reduce((sum, times, byte) => sum + times * (byte - mean) ** 2, 0) / (n - 1);
  return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
}
