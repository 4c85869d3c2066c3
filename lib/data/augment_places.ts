/** Augmentation of places: rectangles that are erased, or overwritten by others of the same image. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { randn } from "../tensor/create_random.ts";
import { checkNumber } from "../tensor/expect.ts";
import { whole } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Augmentation, type AugmentOptions, type Images, onImages, places, wholeNumbers } from "./augment.ts";

/** Options of {@linkcode randomErase} and {@linkcode randomCopy}. */
export interface PlacesOptions extends AugmentOptions {
  /** Most places of an image; how many there are is drawn from 0 up to this. Default: 4. */
  most?: number;
  /** Sides of a place, as a share of the image's. Default: 0.2. */
  share?: number;
}

const PLACES = optionNames<PlacesOptions>({ generator: 1, most: 1, share: 1 });

/** What the options say, checked. */
function settings(
  name: string,
  options: PlacesOptions,
): { most: number; share: number; generator: Generator | undefined } {
  checkOptions(name, options, PLACES);
  const { most = 4, share = 0.2, generator } = options;
  whole(name, "most", most, 1, 100);
  checkNumber(`run ${name}`, "share", share);
  if (!(share > 0 && share <= 1)) {
    throw new RangeError(`Cannot ${name} with share ${share}: it is above 0 and at most 1`);
  }
  return { most, share, generator };
}

/** A place's corner, its sides, and which pixels [b, h, w] it covers (of images that have as many places). */
interface Place {
  readonly top: Tensor;
  readonly left: Tensor;
  readonly sides: readonly [number, number];
  readonly covers: Tensor;
}

/** A random place of each image, number `k` of those that `counts` (int32 [b, 1, 1]) gives it. */
function placeOf(images: Images, k: number, counts: Tensor, share: number, generator: Generator | undefined): Place {
  const { shape: [, , height, width] } = images, { rows, columns } = places(images);
  const sides = [Math.max(1, Math.round(share * height)), Math.max(1, Math.round(share * width))] as const;
  const top = wholeNumbers(images, 0, height - sides[0] + 1, generator);
  const left = wholeNumbers(images, 0, width - sides[1] + 1, generator);
  const within = (place: Tensor, from: Tensor, side: number) => place.ge(from).logicalAnd(place.lt(from.add(side)));
  const covers = within(rows, top, sides[0]).logicalAnd(within(columns, left, sides[1])).logicalAnd(counts.gt(k));
  return { top, left, sides, covers };
}

/**
 * Overwrites up to `most` places of each image with normal noise that has the mean and deviation of the batch, within the batch's bounds
 * (after Zhong et al. 2017, as the course does it).
 *
 * @example
 * ```ts
 * import { data, rand } from "./mod.ts";
 * const x = rand([4, 1, 28, 28]), [y] = data.randomErase({ most: 2 })([x]);
 * console.log(y!.shape, await y!.max().item() <= await x.max().item()); // [ 4, 1, 28, 28 ] true
 * ```
 */
export function randomErase(options: PlacesOptions = {}): Augmentation {
  const { most, share, generator } = settings("randomErase", options);
  return onImages("erase", (images) => {
    const { x } = images, counts = wholeNumbers(images, 0, most + 1, generator);
    const noise = randn(x.shape, { generator: generatorOr(generator), device: x.device });
    const fill = noise.mul(x.std()).add(x.mean()).minimum(x.max()).maximum(x.min());
    let covered = placeOf(images, 0, counts, share, generator).covers;
    for (let k = 1; k < most; k++) covered = covered.logicalOr(placeOf(images, k, counts, share, generator).covers);
    return fill.where(covered.unsqueeze(1), x);
  });
}

/**
 * Overwrites up to `most` places of each image with others of the same image, so that its distribution of values hardly changes (as the course
 * does it).
 *
 * @example
 * ```ts
 * import { data, rand } from "./mod.ts";
 * console.log(data.randomCopy({ most: 3, share: 0.3 })([rand([4, 1, 28, 28])])[0]!.shape); // [ 4, 1, 28, 28 ]
 * ```
 */
export function randomCopy(options: PlacesOptions = {}): Augmentation {
  const { most, share, generator } = settings("randomCopy", options);
  return onImages("copy places", (images) => {
    const { shape: [count, channels, height, width] } = images, counts = wholeNumbers(images, 0, most + 1, generator);
    const { rows, columns } = places(images), own = rows.mul(width).add(columns);
    let from = own.broadcastTo([count, height, width]);
    for (let k = 0; k < most; k++) {
      const { top, left, sides, covers } = placeOf(images, k, counts, share, generator);
      const sourceTop = wholeNumbers(images, 0, height - sides[0] + 1, generator);
      const sourceLeft = wholeNumbers(images, 0, width - sides[1] + 1, generator);
      const shift = sourceTop.sub(top).mul(width).add(sourceLeft.sub(left));
      from = own.add(shift).where(covers, from);
    }
    const flat = from.reshape(count, 1, height * width).expand(count, channels, height * width);
    return images.x.reshape(count, channels, height * width).gather(2, flat).view(count, channels, height, width);
  });
}
