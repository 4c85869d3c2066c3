/**
 * Image data sets as plain bytes.
 *
 * @module
 */

/** Images and labels of one part of a data set. */
export interface RawSplit {
  /** `count` grey images of 28×28 bytes, one after the other: 0 is background, 255 full ink. */
  readonly images: Uint8Array;
  /** `count` labels, indices into the data set's classes. */
  readonly labels: Uint8Array;
  /** How many images there are. */
  readonly count: number;
  /** Whether every image is there; undefined is true. */
  readonly complete?: boolean;
  /** Makes sure that the images at these positions are there; resolves at once if they are. */
  ready?(positions: Int32Array): void | Promise<void>;
}

/** An image data set in memory. */
export interface RawDataset {
  /** Its name in the catalogue. */
  readonly name: string;
  /** The classes' names, in the order of the labels. */
  readonly classes: readonly string[];
  /** Height and width of an image. */
  readonly shape: readonly [28, 28];
  /** The training part. */
  readonly train: RawSplit;
  /** The evaluation part. */
  readonly test: RawSplit;
}

/** Fashion-MNIST's classes, in the order of its labels; the built-in garments have the same. */
export const CLOTHES: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];
