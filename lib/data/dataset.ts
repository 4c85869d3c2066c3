/** Data sets: items that can be fetched in batches. */
import type { Device } from "../device/device.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A batch: usually inputs and targets, first axis = samples. */
export type Batch = readonly Tensor[];

/** Fetches the items at positions `start` to `start + count − 1` of an epoch's order. */
export type Fetch = (start: number, count: number) => Batch | Promise<Batch>;

/**
 * Items that can be fetched in batches, on a device.
 *
 * A loader opens each epoch once with its order, so that a data set can send the whole order to the device and fetch every batch there.
 */
export interface Dataset {
  /** How many items there are. */
  readonly length: number;
  /** Where batches are made. */
  readonly device: Device;
  /** Begins an epoch that visits the items in `order`. */
  open(order: Int32Array): Fetch;
  /** Moves the data to another device. */
  to(device: Device): Promise<void>;
}

/**
 * A data set that lives on the device: batches are gathered there, and only the order travels.
 *
 * @example
 * ```ts
 * import { arange, data, type Device, type Tensor } from "./mod.ts";
 * class Squares extends data.ResidentDataset {
 *   readonly #x = arange(100).keep();
 *   readonly length = 100;
 *   get device(): Device {
 *     return this.#x.device;
 *   }
 *   gather(index: Tensor): data.Batch {
 *     const x = this.#x.indexSelect(0, index);
 *     return [x, x.square()];
 *   }
 *   async to(device: Device): Promise<void> {
 *     await this.#x.toDevice_(device);
 *   }
 * }
 * const [x, y] = await new data.DataLoader(new Squares(), { batchSize: 3 }).first();
 * console.log(await x!.array(), await y!.array()); // [ 0, 1, 2 ] [ 0, 1, 4 ]
 * ```
 */
export abstract class ResidentDataset implements Dataset {
  /** How many items there are. */
  abstract readonly length: number;
  /** Where batches are made. */
  abstract readonly device: Device;

  /** Records the batch of the items that `index` (int32 [b]) names. */
  abstract gather(index: Tensor): Batch;

  /** Moves the data to another device. */
  abstract to(device: Device): Promise<void>;

  /** Sends the order to the device; each batch is then {@linkcode ResidentDataset.gather} of a part of it. */
  open(order: Int32Array): Fetch {
    const index = tensor(order, { dtype: "int32", device: this.device });
    return (start, count) => this.gather(index.narrow(0, start, count));
  }
}

/**
 * Tensors whose first axes agree, item by item: PyTorch's `TensorDataset`.
 *
 * Bytes become int32, as class numbers are; {@linkcode ImageDataset} keeps images as bytes.
 *
 * @example
 * ```ts
 * import { data, rand, randint } from "./mod.ts";
 * const set = new data.TensorDataset(rand([100, 8]), randint(0, 3, [100]));
 * for await (const [x, y] of new data.DataLoader(set, { batchSize: 32 })) console.log(x!.shape, y!.shape);
 * ```
 */
export class TensorDataset extends ResidentDataset {
  #tensors: Tensor[];

  /**
   * Takes the values as they are, cut off from gradients.
   *
   * @throws {RangeError} if the tensors' first axes or devices differ, or there is none
   */
  constructor(...tensors: Tensor[]) {
    super();
    if (tensors.length === 0) throw new RangeError("Cannot make a TensorDataset of nothing: give at least one tensor");
    for (const t of tensors) {
      if (!(t instanceof Tensor)) throw new TypeError(`Cannot make a TensorDataset of ${typeof t}: give tensors`);
    }
    if (tensors.some((t) => t.ndim === 0 || t.shape[0] !== tensors[0]!.shape[0])) {
      const found = tensors.map((t) => `[${t.shape.join(", ")}]`).join(" and ");
      throw new RangeError(
        `Cannot make a TensorDataset of ${found}: the first axes, one entry for each item, must be equal`,
      );
    }
    if (tensors.some((t) => t.device !== tensors[0]!.device)) {
      const places = tensors.map((t) => t.device).join(" and ");
      throw new RangeError(
        `Cannot make a TensorDataset of tensors on ${places}: move them to one device, await t.toDevice(device)`,
      );
    }
    this.#tensors = tensors.map((t) => (t.dtype === "uint8" ? t.int() : t.detach()).keep());
  }

  /** Length of the first axes. */
  get length(): number {
    return this.#tensors[0]!.shape[0]!;
  }

  /** Where the first tensor lives. */
  get device(): Device {
    return this.#tensors[0]!.device;
  }

  /** Records the rows that `index` (int32 [b]) names, of each tensor. */
  gather(index: Tensor): Batch {
    return this.#tensors.map((t) => t.indexSelect(0, index));
  }

  /** Copies the tensors to another device; those that were given stay where they are. */
  async to(device: Device): Promise<void> {
    if (device === this.device) return;
    this.#tensors = await Promise.all(this.#tensors.map(async (t) => (await t.toDevice(device)).keep()));
  }
}
