/** Images kept from training. */
import { checkObject } from "../device/expect.ts";
import type { RawImages } from "./dataloaders.ts";
import type { RawSplit } from "./raw.ts";

/** The images from `start` up to `end`: the same bytes, which may still be drawn. */
function part(split: RawSplit, start: number, end: number): RawSplit {
  const pixels = split.images.length / split.count;
  return {
    images: split.images.subarray(start * pixels, end * pixels),
    labels: split.labels.subarray(start, end),
    count: end - start,
    get complete() {
      return split.complete ?? true;
    },
    ready: (positions) => split.ready?.(positions.map((p) => p + start)),
  };
}

/**
 * Takes the last images of the training part for evaluation, in place of the test part, which stays unseen. Nothing is copied.
 *
 * @param raw images in two parts
 * @param count how many to hold out
 * @returns `train` without them, and them as `test`
 * @throws {RangeError} unless both parts have images then
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const { train, test } = data.holdOut(await data.loadRaw("garments"), 10_000);
 * console.log(train.count, test.count); // 50000 10000
 * ```
 */
export function holdOut(raw: RawImages, count: number): RawImages {
  checkObject("holdOut", "its source", raw, "what loadRaw gives, { train, test, shape }", ["train"]);
  const { train } = raw;
  if (!(Number.isInteger(count) && count > 0 && count < train.count)) {
    throw new RangeError(
      `Cannot hold out ${count} of ${train.count} images: give a whole number from 1, less than that`,
    );
  }
  const split = train.count - count;
  return { shape: raw.shape, train: part(train, 0, split), test: part(train, split, train.count) };
}
