/** Images kept from training. */
import { whole } from "../tensor/graph.ts";
import { checkObject } from "../device/expect.ts";
import type { RawImages } from "./dataloaders.ts";
import { bytesAt, type RawBytes, type RawSplit } from "./raw.ts";

/** The images from `start` up to `end`: the same bytes, which may still be drawn. */
function part(split: RawSplit, pixels: number, start: number, end: number): RawSplit {
  const imagesOf = ({ images }: RawBytes) => images.subarray(start * pixels, end * pixels);
  const labels = split.labels.subarray(start, end);
  return {
    get images() {
      return imagesOf(split);
    },
    labels,
    count: end - start,
    get complete() {
      return split.complete ?? true;
    },
    async ready(positions = Int32Array.from(labels, (_, i) => i)) {
      return { images: imagesOf(await bytesAt(split, positions.map((p) => p + start))), labels };
    },
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
  whole(`hold out some of ${train.count} images`, "their number", count, 1, train.count - 1);
  const split = train.count - count, pixels = raw.shape[0] * raw.shape[1];
  return { shape: raw.shape, train: part(train, pixels, 0, split), test: part(train, pixels, split, train.count) };
}
