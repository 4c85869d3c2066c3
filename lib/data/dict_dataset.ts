/** Data sets of named columns or of items, with transforms. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkFunction, checkList, checkObject, found as foundValue, isObject, wrongKind } from "../device/expect.ts";
import { stack } from "../tensor/combine.ts";
import { tensor } from "../tensor/create.ts";
import { fitsInt32 } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Batch, Dataset, Fetch } from "./dataset.ts";

/** A value of an item: a number, numbers (nested for several axes), or a tensor. */
export type Value = number | readonly Value[] | Float32Array | Int32Array | Uint8Array | Tensor;
/** One item: values by name, such as `{ image, label }`. */
export type Item = Record<string, Value>;
/** Batches by name: tensors whose first axis is the sample. */
export type Columns = Record<string, Tensor>;

/** How to turn items into batches. */
export interface TransformOptions {
  /** Changes each item when it is fetched, in host memory: for what varies from epoch to epoch, or cannot be done on a batch. */
  item?: (item: Item, position: number) => Item;
  /** Changes each batch on the device. The names and order of its result are the batch's. */
  batch?: (columns: Columns) => Columns;
  /** Where batches are made. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<TransformOptions>({ item: 1, batch: 1, device: 1 });

/**
 * A dictionary-like data set: columns of equal length by name, or an array of items, with transforms by item and by batch. A batch has
 * one tensor for each name, in the order of the names.
 *
 * Numbers are float32, except a name whose value is one whole number in every item of the source: it is int32, as class numbers are, if
 * int32 holds them all; an item transform then gives whole numbers under that name, too.
 * `Int32Array`, `Uint8Array` and tensors of bytes are int32 too.
 *
 * Columns without an item transform live on the device and are gathered there. Otherwise items are put together in host memory.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const items = [{ image: [0, 255], label: 1 }, { image: [255, 0], label: 0 }];
 * const set = new data.DictDataset(items, { batch: ({ image, label }) => ({ image: image!.div(255), label: label! }) });
 * for await (const [x, y] of new data.DataLoader(set, { batchSize: 2 })) console.log(await x!.array(), await y!.array());
 * ```
 */
export class DictDataset implements Dataset {
  /** How many items there are. */
  readonly length: number;
  readonly #source: Columns | readonly Item[];
  readonly #transform: TransformOptions;
  /** Names whose values are whole numbers: decided once, so that no batch differs in dtype. */
  readonly #whole: ReadonlySet<string> = new Set();
  #device: Device;

  /**
   * Columns are sent to the device at once; items stay in host memory.
   *
   * @param source columns by name, one value an item, or an array of items
   * @param options transforms, and where batches are made
   * @throws {RangeError} if columns differ in length, or there is no item; {@linkcode TypeError} for a column that is a
   *   single number
   */
  constructor(source: Record<string, Value> | readonly Item[], options: TransformOptions = {}) {
    checkOptions("DictDataset", options, OPTIONS);
    checkObject("DictDataset", "its source", source, "an object of columns, or an array of items");
    for (const name of ["item", "batch"] as const) {
      if (options[name] !== undefined) checkFunction("DictDataset", name, options[name]);
    }
    this.#transform = options;
    this.#device = deviceOr(options.device);
    if (isItems(source)) {
      this.#source = source;
      this.#whole = new Set(
        Object.keys(source[0] ?? {}).filter((name) => source.every((item) => isWhole(item[name]))),
      );
      this.length = source.length;
    } else {
      this.#source = Object.fromEntries(
        Object.entries(source).map(([name, value]) => [name, column(name, value, this.#device).keep()]),
      );
      this.length = commonLength(this.#source);
    }
    if (this.length === 0) throw new RangeError("Cannot make a data set without items");
  }

  /** Where batches are made. */
  get device(): Device {
    return this.#device;
  }

  /** Begins an epoch: batches of the items in `order`, transformed, as tensors in the order of the names. */
  open(order: Int32Array): Fetch {
    const { item: change, batch: changeBatch } = this.#transform;
    const item: TransformOptions["item"] = change && ((one, position) => itemOf(change(one, position)));
    const batch = (columns: Columns) => changeBatch ? columnsOf(changeBatch(columns)) : columns;
    const here = (columns: Columns) =>
      Object.values(columns).every((t) => t.device === this.#device)
        ? values(batch(columns))
        : this.#moved(columns).then((moved) => values(batch(moved)));
    const source = this.#source;
    if (isItems(source)) {
      return (start, count) => here(this.#collate(order.subarray(start, start + count), source, item));
    }
    const index = tensor(order, { dtype: "int32", device: this.#device });
    if (!item) {
      return (start, count) =>
        values(batch(mapColumns(source, (t) => t.indexSelect(0, index.narrow(0, start, count)))));
    }
    return (start, count) => {
      const items = Array.from(
        order.subarray(start, start + count),
        (p) => item(mapColumns(source, (t) => t.select(0, p)), p),
      );
      return here(collate(items, this.#device, this.#whole));
    };
  }

  /** Items may hold tensors of another device: those that were made before the data set moved, for one. */
  async #moved(columns: Columns): Promise<Columns> {
    const here = Object.entries(columns).map(async ([name, t]) => [name, await t.toDevice(this.#device)] as const);
    return Object.fromEntries(await Promise.all(here));
  }

  #collate(positions: Int32Array, items: readonly Item[], change: TransformOptions["item"]): Columns {
    return collate(Array.from(positions, (p) => change ? change(items[p]!, p) : items[p]!), this.#device, this.#whole);
  }

  /** Moves the columns, and makes later batches there. */
  async to(device: Device): Promise<void> {
    if (device === this.#device) return;
    this.#device = device;
    if (isItems(this.#source)) return;
    const columns = this.#source;
    for (const [name, t] of Object.entries(columns)) columns[name] = (await t.toDevice(device)).keep();
  }
}

/** What an item transform gave. @throws {TypeError} for a promise, which has no values to put together, and for what is no object */
function itemOf(item: unknown): Item {
  if (isObject(item) && !(item instanceof Promise)) return item as Item;
  throw wrongKind("DictDataset", "what item gives", "an object of values by name", item, hintAt(item));
}

/** What a batch transform gave. @throws {TypeError} for anything but tensors by name, or in a list */
function columnsOf(columns: unknown): Columns {
  if (!isObject(columns) || columns instanceof Promise) {
    throw wrongKind("DictDataset", "what batch gives", "an object of tensors by name", columns, hintAt(columns));
  }
  for (const [name, value] of Object.entries(columns as object)) {
    if (!(value instanceof Tensor)) throw wrongKind("DictDataset", `"${name}" of what batch gives`, "a tensor", value);
  }
  return columns as Columns;
}

const hintAt = (value: unknown) =>
  value instanceof Promise ? ". A transform is synchronous: write it without async" : "";

/**
 * Puts items together: for each name, a tensor of one axis more than its values have.
 *
 * @param items what to put together; all have the first one's names
 * @param device where
 * @param whole names whose numbers are int32
 * @throws {RangeError} naming the key that an item lacks, or the number that is to be whole and is not
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const { image, label } = data.collate([{ image: [0, 9], label: 1 }, { image: [5, 0], label: 0 }]);
 * console.log(image!.shape, await label!.array()); // [ 2, 2 ] [ 1, 0 ]
 * ```
 */
export function collate(
  items: readonly Item[],
  device?: Device,
  whole: ReadonlySet<string> = new Set(),
): Columns {
  checkList("collate", "items", items, "an array of objects", isObject);
  const names = Object.keys(items[0] ?? {}), on = deviceOr(device);
  return Object.fromEntries(names.map((name) => {
    const found = items.map((item, i) => {
      const value = item[name];
      if (value === undefined) {
        throw new RangeError(`Cannot make a batch: item ${i} of it has no "${name}", as the first one has`);
      }
      return value;
    });
    if (typeof found[0] === "number") {
      if (whole.has(name)) checkWhole(name, found);
      return [name, tensor(found as number[], { dtype: whole.has(name) ? "int32" : "float32", device: on })];
    }
    return [name, stack(found.map((value) => toTensor(value, on)))];
  }));
}

/** An item transform may give fractions for what the source has as whole numbers: int32 would cut them off. */
function checkWhole(name: string, values: readonly Value[]): void {
  const at = values.findIndex((value) => !isWhole(value));
  if (at < 0) return;
  throw new RangeError(
    `Cannot make a batch: "${name}" of item ${at} of it must be a whole number that int32 holds, as in every item of the source, ` +
      `found ${foundValue(values[at])}. Under another name it is float32`,
  );
}

const isWhole = (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && fitsInt32(value);

/** A whole column at once. */
function column(name: string, value: Value, device: Device): Tensor {
  if (typeof value === "number") {
    throw new TypeError(`Cannot make column "${name}" of the number ${value}: give one value for each item`);
  }
  if (value instanceof Tensor && value.device !== device) {
    throw new RangeError(
      `Cannot make column "${name}" of a tensor on ${value.device}: batches are made on ${device}. Give { device }, or move it ` +
        `there with await t.toDevice(device)`,
    );
  }
  const whole = Array.isArray(value) && value.every(isWhole);
  return whole ? tensor(value as number[], { dtype: "int32", device }) : toTensor(value, device);
}

function toTensor(value: Value, device: Device): Tensor {
  if (value instanceof Tensor) return value.dtype === "uint8" ? value.int() : value.detach();
  if (value instanceof Int32Array || value instanceof Uint8Array) {
    return tensor(Int32Array.from(value), { dtype: "int32", device });
  }
  return tensor(value as number[], { device });
}

function isItems(source: Record<string, Value> | readonly Item[]): source is readonly Item[] {
  return Array.isArray(source);
}

function commonLength(columns: Columns): number {
  const entries = Object.entries(columns);
  const length = entries[0]?.[1].shape[0];
  for (const [name, t] of entries) {
    if (t.shape[0] !== length) {
      throw new RangeError(
        `Cannot make a data set: column "${name}" has ${t.shape[0] ?? "no"} items, "${entries[0]![0]}" has ${
          length ?? "no"
        }`,
      );
    }
  }
  return length ?? 0;
}

function mapColumns(columns: Columns, fn: (t: Tensor) => Tensor): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, t]) => [name, fn(t)]));
}

function values(columns: Columns): Batch {
  return Object.values(columns);
}
