/** Images and class numbers as bytes on a device. */
import type { Device } from "../device/device.ts";
import { ArrivingTensor } from "../tensor/arriving.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bytesAt, type RawBytes, type RawSplit } from "./raw.ts";

/**
 * The bytes of a split on a device, sent once.
 *
 * A complete split is sent whole. One that is still being drawn goes batch by batch, in the order in which it is asked for, so that
 * training need not wait and a batch is one piece: the row of an image on the device is the order of its first use. Either way a batch
 * is the same gather of rows, so that the same plans serve both.
 */
export class ResidentImages {
  readonly #split: RawSplit;
  readonly #pixels: number;
  readonly #images: ArrivingTensor;
  readonly #labels: ArrivingTensor;
  /** Row of each image, or −1; undefined when the row is the image's position. */
  readonly #rowOf: Int32Array | undefined;
  /** {@linkcode ResidentImages.#rowOf} on the device, once it is final. */
  #rowTable: Tensor | undefined;
  #rows = 0;

  /** @param count how many of the split's images are used */
  constructor(
    split: RawSplit,
    readonly count: number,
    readonly shape: readonly [number, number],
    readonly device: Device,
  ) {
    this.#split = split;
    this.#pixels = shape[0] * shape[1];
    this.#images = new ArrivingTensor("uint8", [count, 1, ...shape], device);
    this.#labels = new ArrivingTensor("int32", [count], device);
    if (split.complete ?? true) {
      this.#send(split.images.subarray(0, count * this.#pixels), split.labels.subarray(0, count));
    } else {
      this.#rowOf = new Int32Array(count).fill(-1);
    }
  }

  /** uint8 [count, 1, h, w]. */
  get images(): Tensor {
    return this.#images.tensor;
  }

  /** int32 [count]. */
  get labels(): Tensor {
    return this.#labels.tensor;
  }

  /** Whether all images have their rows on the device. */
  get whole(): boolean {
    return this.#rows === this.count;
  }

  /** The rows of the images at `positions`, all of which were sent. */
  rows(positions: Int32Array): Int32Array {
    const rowOf = this.#rowOf;
    return rowOf ? positions.map((p) => rowOf[p]!) : positions;
  }

  /** The rows of the images that `index` names. Waits until all are drawn, and sends those that were not sent. */
  rowsAt(index: Tensor): Tensor {
    if (!this.#rowOf) return index;
    if (!this.whole) {
      const { images, labels } = this.#split; // reading them waits
      if (!(this.#split.complete ?? true)) {
        throw new Error(
          "Cannot gather images that are still drawn: await ready() of their split before, or take batches from a DataLoader, which waits",
        );
      }
      this.#sendFresh(this.#all, { images, labels });
    }
    this.#rowTable ??= tensor(this.#rowOf, { dtype: "int32", device: this.device }).keep();
    return this.#rowTable.indexSelect(0, index);
  }

  get #all(): Int32Array {
    return Int32Array.from({ length: this.count }, (_, i) => i);
  }

  /** Makes sure that the images at `positions` are drawn and sent. */
  async bring(positions: Int32Array): Promise<void> {
    // A part that is sent ends at a multiple of 4 bytes; images of other sizes come all at once.
    if (this.#pixels % 4 !== 0) positions = this.#all;
    const bytes = await bytesAt(this.#split, positions);
    checkBytes(bytes, this.#split.count, this.shape);
    this.#sendFresh(positions, bytes);
  }

  #sendFresh(positions: Int32Array, { images, labels }: RawBytes): void {
    const rowOf = this.#rowOf!, fresh: number[] = [];
    for (const p of positions) {
      if (rowOf[p]! >= 0) continue;
      rowOf[p] = this.#rows + fresh.length;
      fresh.push(p);
    }
    if (fresh.length === 0) return;
    const pixels = this.#pixels;
    const bytes = new Uint8Array(fresh.length * pixels);
    fresh.forEach((p, i) => bytes.set(images.subarray(p * pixels, (p + 1) * pixels), i * pixels));
    this.#send(bytes, Uint8Array.from(fresh, (p) => labels[p]!));
  }

  #send(bytes: Uint8Array, labels: Uint8Array): void {
    this.#images.send(bytes, this.#rows * this.#pixels);
    this.#labels.send(Int32Array.from(labels), this.#rows);
    this.#rows += labels.length;
  }
}

/** Throws unless there are as many bytes and labels as `count` images of that shape have. */
export function checkBytes({ images, labels }: RawBytes, count: number, shape: readonly [number, number]): void {
  if (images.length === count * shape[0] * shape[1] && labels.length === count) return;
  throw new RangeError(
    `Cannot use ${images.length} bytes and ${labels.length} labels as ${count} images of ${shape.join("×")}`,
  );
}
