/**
 * Data sets and loaders.
 *
 * @module
 */
export {
  DataFileError,
  type DataName,
  type DownloadOptions,
  type LoadOptions,
  loadRaw,
  type Progress,
  type RawBytes,
  type RawDataset,
  type RawSplit,
} from "./catalogue.ts";
export {
  type Augmentation,
  augmentations,
  type AugmentOptions,
  type BrightnessOptions,
  type ChanceOptions,
  type CropOptions,
  randomBrightness,
  randomCrop,
  randomFlip,
  randomRotate,
  type RotateOptions,
} from "./augment.ts";
export { type PlacesOptions, randomCopy, randomErase } from "./augment_places.ts";
export { CharacterDataset, type CharacterOptions, Vocabulary } from "./characters.ts";
export {
  DataLoaders,
  type DataLoadersOptions,
  type DictSource,
  type FromRawOptions,
  type RawImages,
} from "./dataloaders.ts";
export { type Batch, type Dataset, type Fetch, ResidentDataset, TensorDataset } from "./dataset.ts";
export { collate, type Columns, DictDataset, type Item, type TransformOptions, type Value } from "./dict_dataset.ts";
export {
  type DrawAllOptions,
  type DrawnAhead,
  garments,
  type GarmentsOptions,
  GarmentsSource,
  type Split,
} from "./garments/garments.ts";
export { holdOut } from "./hold_out.ts";
export {
  ImageDataset,
  type ImageDatasetOptions,
  type ImageSplit,
  type Normalization,
  pixelStatistics,
} from "./image_dataset.ts";
export { type ImageFolder, imageFolder, type ImageFolderOptions } from "./image_folder.ts";
export { DataLoader, type DataLoaderOptions } from "./loader.ts";
export { RandomSampler, type Sampler, SequentialSampler } from "./sampler.ts";
export { ConcatDataset, type Fold, type FoldOptions, kFold, randomSplit, type SplitOptions, Subset } from "./subset.ts";
export { type CsvOptions, parseCsv, readCsv, type Table } from "./table.ts";
export { turn } from "./turn.ts";
export { WeightedRandomSampler, type WeightedSamplerOptions } from "./weighted_sampler.ts";
