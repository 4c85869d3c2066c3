/**
 * The pictures that runs train on.
 *
 * @module
 */
import type { RawImages } from "../data/dataloaders.ts";
import { holdOut } from "../data/hold_out.ts";
import { ImageDataset, type Normalization, pixelStatistics } from "../data/image_dataset.ts";
import type { Device } from "../device/device.ts";
import type { Setup } from "./types.ts";

/** Which pictures there are, and where they live. */
export interface PicturesOptions {
  readonly device: Device;
  /** Train on this many images, the first, and evaluate on at most as many. Default: all. */
  readonly limit?: number;
}

/** Images to train on and to evaluate. */
export interface ImageSets {
  readonly train: ImageDataset;
  readonly valid: ImageDataset;
}

/** What of a set-up decides how pictures are presented. */
type Presented = Pick<Setup, "heldOut" | "normalize">;

/** Images in the batch whose mean and deviation normalise a data set: the lesson's own, whatever a run's batches are. */
const FIRST_BATCH = 1024;

/** Those of Fashion-MNIST, as the course rounds them. */
const CONSTANTS: Normalization = { mean: 0.28, std: 0.35 };

/** The pictures of one data set, on the device once for all runs that present them alike. */
export class Pictures {
  readonly #sets = new Map<string, Promise<ImageSets>>();
  readonly #statistics = new Map<string, Promise<Normalization>>();

  constructor(readonly raw: Promise<RawImages>, readonly options: PicturesOptions) {}

  async #parts({ heldOut }: Presented): Promise<RawImages> {
    const raw = await this.raw;
    return heldOut ? holdOut(raw, heldOut) : raw;
  }

  /** Mean and deviation that a run normalises by: of the first batch, or of all images that it trains on. */
  statistics(presented: Presented): Promise<Normalization> {
    const { heldOut, normalize } = presented;
    if (normalize === "constants") return Promise.resolve(CONSTANTS);
    const count = normalize === "training" ? Infinity : FIRST_BATCH;
    return remember(this.#statistics, `${heldOut} ${count}`, async () => {
      const { train } = await this.#parts(presented);
      const length = Math.min(count, train.count, this.options.limit ?? Infinity);
      return await pixelStatistics(train, Int32Array.from({ length }, (_, i) => i));
    });
  }

  /** The data sets of a run; with a `callback` that normalises they are not normalised themselves. */
  sets(presented: Presented): Promise<ImageSets> {
    const { heldOut, normalize } = presented;
    const own = normalize !== "none" && normalize !== "callback";
    return remember(this.#sets, `${heldOut} ${own ? normalize : "plain"}`, async () => {
      const { shape, train, test } = await this.#parts(presented);
      const options = { shape, ...this.options, ...own ? { normalize: await this.statistics(presented) } : {} };
      return { train: new ImageDataset(train, options), valid: new ImageDataset(test, options) };
    });
  }
}

/** What is kept under a key; made when it is asked for first. */
function remember<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let found = kept.get(key);
  if (!found) kept.set(key, found = make());
  return found;
}
