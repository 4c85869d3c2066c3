/**
 * Augmentation: each image of a batch changed at random, on the device.
 *
 * An image's pixels are taken from other places of it, by one gather over [b, c, h · w]; what lies outside is 0, which after a normalisation is
 * the mean.
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkFunction, found } from "../device/expect.ts";
import { arange } from "../tensor/create.ts";
import { rand, randint } from "../tensor/create_random.ts";
import { checkNumber } from "../tensor/expect.ts";
import { whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Batch } from "./dataset.ts";

/** Changes a batch, images [b, c, h, w] first; what else it holds stays. */
export type Augmentation = (batch: Batch) => Batch;

/** Options that all augmentations take. */
export interface AugmentOptions {
  /** Where the random numbers come from. Default: the default generator. */
  generator?: Generator;
}

/** Options of those that change some images only. */
export interface ChanceOptions extends AugmentOptions {
  /** Probability, for each image, that it is changed. Default: 0.5. */
  p?: number;
}

const ANY = optionNames<AugmentOptions>({ generator: 1 });
const CHANCE = optionNames<ChanceOptions>({ ...ANY, p: 1 });

/** A batch's images and their sizes. */
export interface Images {
  readonly x: Tensor;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
}

/** An augmentation out of what is done with the images. */
export function onImages(name: string, change: (images: Images) => Tensor): Augmentation {
  return ([x, ...rest]) => {
    if (!(x instanceof Tensor) || x.ndim !== 4 || x.dtype !== "float32") {
      const is = x instanceof Tensor ? `${x.dtype} [${x.shape.join(", ")}]` : found(x);
      throw new TypeError(
        `Cannot ${name}: the batch's first tensor must be images, float32 [b, c, h, w], found ${is}`,
      );
    }
    return [change({ x, shape: x.shape as unknown as Images["shape"] }), ...rest];
  };
}

/** Throws unless a probability is one. */
export function checkChance(call: string, name: string, p: number): void {
  checkNumber(`run ${call}`, "p", p);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot ${name} with p ${p}: a probability is from 0 to 1`);
}

/** int32 [1, h, 1] and [1, 1, w]: the row and the column of each place. */
export function places({ x, shape: [, , height, width] }: Images): { rows: Tensor; columns: Tensor } {
  const count = (size: number) => arange(0, size, 1, { dtype: "int32", device: x.device });
  return { rows: count(height).view(1, height, 1), columns: count(width).view(1, 1, width) };
}

/** For each image, int32 [b, 1, 1]: 1 with probability `p`, else 0. */
export function chosen({ x, shape: [count] }: Images, p: number, generator: Generator | undefined): Tensor {
  return rand([count, 1, 1], { generator: generatorOr(generator), device: x.device }).lt(p).to("int32");
}

/** Whole numbers from [low, high), int32 [b, 1, 1]. */
export function wholeNumbers(
  { x, shape: [count] }: Images,
  low: number,
  high: number,
  generator: Generator | undefined,
): Tensor {
  return randint(low, high, [count, 1, 1], { generator: generatorOr(generator), device: x.device });
}

/** The pixels at row `rows` and column `columns` (int32, broadcastable to [b, h, w]) of each image; 0 outside. */
export function pixelsAt({ x, shape }: Images, rows: Tensor, columns: Tensor): Tensor {
  const [count, channels, height, width] = shape;
  const inside = rows.ge(0).logicalAnd(rows.lt(height)).logicalAnd(columns.ge(0)).logicalAnd(columns.lt(width));
  const index = rows.clamp(0, height - 1).mul(width).add(columns.clamp(0, width - 1));
  const flat = index.broadcastTo([count, height, width]).reshape(count, 1, height * width);
  const taken = x.reshape(count, channels, height * width).gather(2, flat.expand(count, channels, height * width));
  // Not a product: 0 times a pixel that is not finite would be NaN.
  return taken.view(...shape).maskedFill(inside.broadcastTo([count, height, width]).unsqueeze(1).logicalNot(), 0);
}

/** Options of {@linkcode randomCrop}. */
export interface CropOptions extends AugmentOptions {
  /** By how many pixels an image may move, up or down and left or right. Default: 1. */
  padding?: number;
}

const CROP = optionNames<CropOptions>({ ...ANY, padding: 1 });

/**
 * Moves each image by up to `padding` pixels each way: what torchvision's `RandomCrop` with that padding does, but for each image of the batch
 * anew. What comes in is 0.
 *
 * @example
 * ```ts
 * import { data, learner, ones } from "./mod.ts";
 * const crop = data.randomCrop({ padding: 2 });
 * console.log(crop([ones([8, 1, 28, 28])])[0]!.shape); // [ 8, 1, 28, 28 ]
 * console.log(new learner.BatchTransformCB(crop, { onValid: false }).onTrain); // true
 * ```
 */
export function randomCrop(options: CropOptions = {}): Augmentation {
  checkOptions("randomCrop", options, CROP);
  const { padding = 1, generator } = options;
  whole("crop at random", "padding", padding);
  return onImages("crop", (images) => {
    const { rows, columns } = places(images);
    const move = () => wholeNumbers(images, -padding, padding + 1, generator);
    return pixelsAt(images, rows.add(move()), columns.add(move()));
  });
}

/**
 * Mirrors each image left to right with probability `p`: torchvision's `RandomHorizontalFlip`, for each image anew.
 *
 * @example
 * ```ts
 * import { data, tensor } from "./mod.ts";
 * const [x] = data.randomFlip({ p: 1 })([tensor([1, 2, 3], { shape: [1, 1, 1, 3] })]);
 * console.log(await x!.view(3).array()); // [ 3, 2, 1 ]
 * ```
 */
export function randomFlip(options: ChanceOptions = {}): Augmentation {
  checkOptions("randomFlip", options, CHANCE);
  const { p = 0.5, generator } = options;
  checkChance("randomFlip", "flip", p);
  return onImages("flip", (images) => {
    const { rows, columns } = places(images), [, , , width] = images.shape;
    const flip = chosen(images, p, generator);
    // column, or width − 1 − column
    return pixelsAt(images, rows, columns.add(flip.mul(columns.mul(-2).add(width - 1))));
  });
}

/** Options of {@linkcode randomBrightness}. */
export interface BrightnessOptions extends AugmentOptions {
  /** Factors are from [1 − by, 1 + by). Default: 0.2. */
  by?: number;
  /** Least and greatest value that come out. Default: no bounds, as of normalised images. */
  bounds?: readonly [number, number];
}

const BRIGHTNESS = optionNames<BrightnessOptions>({ ...ANY, by: 1, bounds: 1 });

/**
 * Multiplies each image by a random factor: the brightness of torchvision's `ColorJitter`, for each image anew.
 *
 * @example
 * ```ts
 * import { data, ones } from "./mod.ts";
 * const [x] = data.randomBrightness({ by: 0.5, bounds: [0, 1] })([ones([4, 3, 8, 8])]);
 * console.log(await x!.max().item() <= 1, await x!.min().item() >= 0.5); // true true
 * ```
 */
export function randomBrightness(options: BrightnessOptions = {}): Augmentation {
  checkOptions("randomBrightness", options, BRIGHTNESS);
  const { by = 0.2, bounds, generator } = options;
  checkNumber("run randomBrightness", "by", by);
  if (!(by >= 0 && by <= 1)) throw new RangeError(`Cannot change the brightness by ${by}: it is a number from 0 to 1`);
  if (bounds !== undefined && !(Array.isArray(bounds) && bounds.length === 2 && bounds[0] <= bounds[1])) {
    throw new RangeError("Cannot change the brightness: bounds are [least, greatest]");
  }
  return onImages("change the brightness", ({ x, shape: [count] }) => {
    const factors = rand([count, 1, 1, 1], { generator: generatorOr(generator), device: x.device }).mul(2 * by).add(
      1 - by,
    );
    const changed = x.mul(factors);
    return bounds ? changed.clamp(bounds[0], bounds[1]) : changed;
  });
}

/** Options of {@linkcode randomRotate}. */
export interface RotateOptions extends ChanceOptions {
  /** Angles are from [−degrees, degrees). Default: 10. */
  degrees?: number;
}

const ROTATE = optionNames<RotateOptions>({ ...CHANCE, degrees: 1 });

/**
 * Turns each image about its middle by a random angle, with probability `p`: torchvision's `RandomRotation` with bilinear interpolation, for
 * each image anew. What comes in is 0; a positive angle turns anticlockwise.
 *
 * @example
 * ```ts
 * import { data, ones } from "./mod.ts";
 * console.log(data.randomRotate({ degrees: 15, p: 1 })([ones([2, 1, 9, 9])])[0]!.shape); // [ 2, 1, 9, 9 ]
 * ```
 */
export function randomRotate(options: RotateOptions = {}): Augmentation {
  checkOptions("randomRotate", options, ROTATE);
  const { degrees = 10, p = 0.5, generator } = options;
  checkNumber("run randomRotate", "degrees", degrees);
  if (!Number.isFinite(degrees) || degrees < 0) {
    throw new RangeError(`Cannot rotate by up to ${degrees} degrees: give a finite number from 0`);
  }
  checkChance("randomRotate", "rotate", p);
  return onImages("rotate", (images) => {
    const { x, shape: [count] } = images;
    const turns = rand([count, 1, 1], { generator: generatorOr(generator), device: x.device }).mul(2).sub(1);
    const angles = turns.mul(degrees * Math.PI / 180).mul(chosen(images, p, generator).to("float32"));
    return rotated(images, angles);
  });
}

/** Each image turned about its middle by an angle in radians, float32 [b, 1, 1], anticlockwise. */
export function rotated(images: Images, angles: Tensor): Tensor {
  const { shape: [, , height, width] } = images, { rows, columns } = places(images);
  const middle = [(height - 1) / 2, (width - 1) / 2] as const;
  const y = rows.to("float32").sub(middle[0]), x = columns.to("float32").sub(middle[1]);
  const cos = angles.cos(), sin = angles.sin();
  // Where a place's pixel comes from: rows go down, so that turning back is this way round.
  const fromRow = y.mul(cos).add(x.mul(sin)).add(middle[0]), fromColumn = x.mul(cos).sub(y.mul(sin)).add(middle[1]);
  const above = fromRow.floor(), left = fromColumn.floor();
  const down = fromRow.sub(above).unsqueeze(1), right = fromColumn.sub(left).unsqueeze(1);
  const at = (row: number, column: number) =>
    pixelsAt(images, above.to("int32").add(row), left.to("int32").add(column));
  const upper = at(0, 0).lerp(at(0, 1), right), lower = at(1, 0).lerp(at(1, 1), right);
  return upper.lerp(lower, down);
}

/**
 * Several augmentations, one after another.
 *
 * @example
 * ```ts
 * import { data, ones } from "./mod.ts";
 * const both = data.augmentations(data.randomCrop({ padding: 1 }), data.randomFlip());
 * console.log(both([ones([2, 1, 5, 5])])[0]!.shape); // [ 2, 1, 5, 5 ]
 * ```
 */
export function augmentations(...steps: readonly Augmentation[]): Augmentation {
  steps.forEach((step, i) => checkFunction("augmentations", `step ${i}`, step));
  return (batch) => steps.reduce((current, step) => step(current), batch);
}
