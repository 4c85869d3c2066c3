/** A training and a validation loader. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkObject } from "../device/expect.ts";
import type { Device } from "../device/device.ts";
import type { Generator } from "../tensor/random.ts";
import type { Batch, Dataset } from "./dataset.ts";
import { DictDataset, type Item, type TransformOptions, type Value } from "./dict_dataset.ts";
import { ImageDataset, type ImageSplit, type Normalization } from "./image_dataset.ts";
import { DataLoader } from "./loader.ts";

/** Options of {@linkcode DataLoaders.of}. */
export interface DataLoadersOptions {
  /** Items in a training batch. Default: 64. */
  batchSize?: number;
  /** Items in a validation batch. Default: twice the training batch, as there are no gradients to hold. */
  validBatchSize?: number;
  /** Shuffle the training items each epoch. Default: true. */
  shuffle?: boolean;
  /** Where the random order comes from. Default: the default generator. */
  generator?: Generator;
  /** Where batches are made. Default: the default device. */
  device?: Device;
}

/** Options of {@linkcode DataLoaders.fromRaw}. */
export interface FromRawOptions extends DataLoadersOptions {
  /** Subtract a mean and divide by a standard deviation, both for pixels between 0 and 1. Default: neither. */
  normalize?: Normalization;
  /** Use only this many images of each part, the first. Default: all. */
  limit?: number;
}

/** Images in two parts, as the catalogue and `garments` give them. */
export interface RawImages {
  /** Height and width. */
  readonly shape: readonly [number, number];
  /** The training part. */
  readonly train: ImageSplit;
  /** The evaluation part. */
  readonly test: ImageSplit;
}

const LOADERS = optionNames<DataLoadersOptions>({
  batchSize: 1,
  validBatchSize: 1,
  shuffle: 1,
  generator: 1,
  device: 1,
});
const RAW = optionNames<FromRawOptions>({ ...LOADERS, normalize: 1, limit: 1 });
const PARTS = optionNames<{ train: DictSource; valid?: DictSource; test?: DictSource }>({
  train: 1,
  valid: 1,
  test: 1,
});
const DICT = optionNames<DataLoadersOptions & TransformOptions>({ ...LOADERS, item: 1, batch: 1 });

/**
 * The loaders of a training: `train`, shuffled, and `valid`, in order and in batches twice as large.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const part = (count: number) => ({ images: new Uint8Array(count * 784), labels: new Uint8Array(count), count });
 * const dls = data.DataLoaders.fromRaw({ shape: [28, 28], train: part(100), test: part(20) }, { batchSize: 32 });
 * console.log(dls.train.length, (await dls.valid.first())[0]!.shape); // 4 [ 20, 1, 28, 28 ]
 * ```
 */
export class DataLoaders {
  /**
   * Takes loaders as they are; {@linkcode DataLoaders.of} makes them.
   *
   * @param train the training batches
   * @param valid the validation batches
   */
  constructor(readonly train: DataLoader, readonly valid: DataLoader) {}

  /** Loaders of two data sets. */
  static of(train: Dataset, valid: Dataset, options: DataLoadersOptions = {}): DataLoaders {
    checkOptions("DataLoaders.of", options, LOADERS);
    const { batchSize = 64, validBatchSize = 2 * batchSize, shuffle = true, generator } = options;
    return new DataLoaders(
      new DataLoader(train, { batchSize, shuffle, ...generator ? { generator } : {} }),
      new DataLoader(valid, { batchSize: validBatchSize }),
    );
  }

  /** Loaders of images: float32 [b, 1, h, w] with pixels from 0 to 1 (or normalised), and int32 class numbers [b]. */
  static fromRaw(raw: RawImages, options: FromRawOptions = {}): DataLoaders {
    checkOptions("DataLoaders.fromRaw", options, RAW);
    checkObject("fromRaw", "its first argument", raw, "what loadRaw gives, { train, test, shape }", [
      "train",
      "test",
      "shape",
    ]);
    const { normalize, limit, device, ...loading } = options;
    const settings = {
      shape: raw.shape,
      ...normalize ? { normalize } : {},
      ...limit === undefined ? {} : { limit },
      ...device ? { device } : {},
    };
    return DataLoaders.of(new ImageDataset(raw.train, settings), new ImageDataset(raw.test, settings), loading);
  }

  /**
   * Loaders of dictionary-like data, `{ train, valid }` or `{ train, test }`, each of columns by name or an array of items.
   *
   * @param parts the two parts
   * @param options sizes, and transforms by `item` or by `batch`
   * @throws {TypeError} if a part is missing
   */
  static fromDict(
    parts: { train: DictSource; valid?: DictSource; test?: DictSource },
    options: DataLoadersOptions & TransformOptions = {},
  ): DataLoaders {
    checkOptions("the parts of DataLoaders.fromDict", parts, PARTS);
    checkOptions("DataLoaders.fromDict", options, DICT);
    checkObject("fromDict", "its first argument", parts, "an object { train, valid }");
    const { item, batch, ...loading } = options, { device } = options;
    const transforms = { ...item ? { item } : {}, ...batch ? { batch } : {}, ...device ? { device } : {} };
    const valid = parts.valid ?? parts.test;
    if (!parts.train || !valid) {
      throw new TypeError(
        `Cannot make loaders: the parts must be train and valid (or test), found ${
          Object.keys(parts).join(", ") || "none"
        }`,
      );
    }
    return DataLoaders.of(new DictDataset(parts.train, transforms), new DictDataset(valid, transforms), loading);
  }

  /** Where batches are made. */
  get device(): Device {
    return this.train.device;
  }

  /** Moves both data sets to another device. */
  async to(device: Device): Promise<this> {
    await this.train.dataset.to(device);
    await this.valid.dataset.to(device);
    return this;
  }

  /** The first training batch of a new epoch. */
  oneBatch(): Promise<Batch> {
    return this.train.first();
  }
}

/** What a part of {@linkcode DataLoaders.fromDict} may be. */
export type DictSource = Record<string, Value> | readonly Item[];
