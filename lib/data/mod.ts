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
export { DataLoader, type DataLoaderOptions } from "./loader.ts";
export { RandomSampler, type Sampler, SequentialSampler } from "./sampler.ts";
export { turn } from "./turn.ts";
