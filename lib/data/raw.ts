/**
 * Image data sets as plain bytes.
 *
 * @module
 */

/** Images and labels as bytes, one after the other. */
export interface RawBytes {
  /** The pixels. */
  readonly images: Uint8Array;
  /** The class numbers. */
  readonly labels: Uint8Array;
}

/**
 * Images and labels of one part of a data set.
 *
 * A part whose images are still drawn says so by `complete`. Reading its `images` then waits until all of them are there, and holds this
 * thread meanwhile; `ready` waits for some of them, or lets the event loop turn.
 */
export interface RawSplit extends RawBytes {
  /** `count` grey images of 28×28 bytes, one after the other: 0 is background, 255 full ink. */
  readonly images: Uint8Array;
  /** `count` labels, indices into the data set's classes. */
  readonly labels: Uint8Array;
  /** How many images there are. */
  readonly count: number;
  /** Whether every image is there; undefined is true. */
  readonly complete?: boolean;
  /**
   * Makes sure that the images at these positions are there; resolves at once if they are.
   *
   * @param positions which. Default: all
   * @returns the bytes, of which those at the positions are there; nothing where `images` and `labels` of the part are these bytes
   */
  ready?(positions?: Int32Array): RawBytes | void | Promise<RawBytes | void>;
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

/** The bytes of a part, once those at `positions` are there. */
export async function bytesAt(split: RawSplit, positions: Int32Array): Promise<RawBytes> {
  return await split.ready?.(positions) || split;
}
