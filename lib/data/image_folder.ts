/** Own pictures: a folder with a folder for each class. */
import { dirname, join } from "node:path";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkList, checkText, found, isText, wrongKind } from "../device/expect.ts";
import { dequantizeGather } from "../tensor/bytes.ts";
import { tensor } from "../tensor/create.ts";
import { whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Batch, ResidentDataset } from "./dataset.ts";
import { decodeImage } from "./decode_image.ts";
import { type Fit, resample } from "./resample.ts";

/** Options of {@linkcode imageFolder}. */
export interface ImageFolderOptions {
  /** Height and width that every picture gets, or one number for both. */
  size: number | readonly [height: number, width: number];
  /** 1 for grey, 3 for colour. Default: 3. */
  channels?: 1 | 3;
  /**
   * What becomes of a picture of other proportions: `crop` cuts out the largest piece of its middle that has them, `squash` squeezes it. Default:
   * `crop`.
   */
  fit?: "crop" | "squash";
  /** Subtract a mean and divide by a deviation, for pixels from 0 to 1: one number for all channels, or one for each. Default: neither. */
  normalize?: { readonly mean: number | readonly number[]; readonly std: number | readonly number[] };
  /** The classes, in the order of their numbers, as a saved model knows them. Default: the folders' names, sorted. */
  classes?: readonly string[];
  /** Where the pictures live. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<ImageFolderOptions>({ size: 1, channels: 1, fit: 1, normalize: 1, classes: 1, device: 1 });
const NORMALIZE = optionNames<NonNullable<ImageFolderOptions["normalize"]>>({ mean: 1, std: 1 });

const EXTENSIONS = /\.(png|jpe?g)$/i;

/** Pictures being decoded at a time: reading waits for disks. */
const AT_ONCE = 8;

/**
 * The pictures of a folder, as {@linkcode imageFolder} reads them: a batch is float32 [b, c, h, w], pixels from 0 to 1 or normalised, and int32 [b].
 * They live on the device as bytes.
 *
 * @example
 * ```ts
 * import { data, plot, rand } from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * await (await plot.showImages(rand([1, 1, 8, 8]))).save(`${folder}/cat/1.png`);
 * const set: data.ImageFolder = await data.imageFolder(folder, { size: [24, 32] });
 * console.log(set.length, set.classes, set.files); // 1 [ "cat" ] [ "cat/1.png" ]
 * ```
 */
export class ImageFolder extends ResidentDataset {
  #images: Tensor;
  #labels: Tensor;
  #normalize: { mean: Tensor; std: Tensor } | undefined;

  /**
   * {@linkcode imageFolder} makes it.
   *
   * @param files the pictures' paths below the folder, in their order
   * @param classes the classes' names, in the order of their numbers
   * @internal
   */
  constructor(
    readonly files: readonly string[],
    readonly classes: readonly string[],
    images: Tensor,
    labels: Tensor,
    normalize: { mean: Tensor; std: Tensor } | undefined,
  ) {
    super();
    this.#images = images.keep();
    this.#labels = labels.keep();
    this.#normalize = normalize && { mean: normalize.mean.keep(), std: normalize.std.keep() };
  }

  /** How many pictures there are. */
  get length(): number {
    return this.files.length;
  }

  /** Where they live. */
  get device(): Device {
    return this.#images.device;
  }

  /** Records the batch that `index` (int32 [b]) names. */
  gather(index: Tensor): Batch {
    const x = dequantizeGather(this.#images, index, { scale: 1 / 255 }), normalize = this.#normalize;
    return [normalize ? x.sub(normalize.mean).div(normalize.std) : x, this.#labels.indexSelect(0, index)];
  }

  /** Copies the pictures to another device. */
  async to(device: Device): Promise<void> {
    const move = async (t: Tensor) => (await t.toDevice(device)).keep();
    this.#images = await move(this.#images);
    this.#labels = await move(this.#labels);
    if (!this.#normalize) return;
    this.#normalize = { mean: await move(this.#normalize.mean), std: await move(this.#normalize.std) };
  }
}

/**
 * Reads a folder that holds a folder for each class, with pictures in it or below it (`.png`, `.jpg`, `.jpeg`): torchvision's `ImageFolder`. All of
 * them are read at once and brought to one size, and stay on the device as bytes: 3 · 64 · 64 takes 12 kB each. Links are followed.
 *
 * @param path the folder
 * @throws {RangeError} for a folder without a picture, a class without one that `classes` does not name, or a class with some that it does not have; an error that names the file for a picture that
 *   cannot be read
 *
 * @example
 * ```ts
 * import { data, plot, rand } from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * for (const name of ["cat", "dog"]) await (await plot.showImages(rand([1, 1, 8, 8]))).save(`${folder}/${name}/1.png`);
 * const set = await data.imageFolder(folder, { size: 32, channels: 1 });
 * const [x, y] = await new data.DataLoader(set, { batchSize: 2 }).first();
 * console.log(set.classes, x!.shape, await y!.array()); // [ "cat", "dog" ] [ 2, 1, 32, 32 ] [ 0, 1 ]
 * ```
 */
export async function imageFolder(path: string, options: ImageFolderOptions): Promise<ImageFolder> {
  checkText("imageFolder", "path", path);
  checkOptions("imageFolder", options, OPTIONS);
  const { channels = 3, fit = "crop", device } = options, [height, width] = sizeOf(options.size);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot read pictures of ${found(channels)} channels: give 1 or 3`);
  }
  if (fit !== "crop" && fit !== "squash") {
    throw new RangeError(`Cannot fit pictures by ${found(fit)}: give "crop" or "squash"`);
  }
  if (options.classes !== undefined && options.classes !== null) {
    checkList("imageFolder", "classes", options.classes, "an array of names", isText);
  }
  const normalize = normalization(options.normalize, channels, deviceOr(device));
  const { classes, files, labels } = await listed(path, options.classes);
  const bytes = channels * height * width, images = new Uint8Array(files.length * bytes);
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let i = next++; i < files.length; i = next++) {
      images.set(await picture(join(path, files[i]!), channels, height, width, fit), i * bytes);
    }
  }));
  const on = { device: deviceOr(device) };
  return new ImageFolder(
    files,
    classes,
    tensor(images, { shape: [files.length, channels, height, width], ...on }),
    tensor(labels, { dtype: "int32", ...on }),
    normalize,
  );
}

/** One picture's bytes, channel by channel. */
async function picture(path: string, channels: 1 | 3, height: number, width: number, fit: Fit): Promise<Uint8Array> {
  const file = await Deno.readFile(path);
  let rows: Uint8Array;
  try {
    rows = resample(await decodeImage(file, channels), height, width, fit);
  } catch (error) {
    throw new Error(`Cannot use ${path} as a picture. Mend it, or take it out of the folder`, { cause: error });
  }
  if (channels === 1) return rows;
  const pixels = height * width, planes = new Uint8Array(rows.length);
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) planes[c * pixels + i] = rows[3 * i + c]!;
  return planes;
}

/** Folder after folder, and by name in each, as torchvision lists them: equal seeds then shuffle the same pictures. */
function byFolder(a: string, b: string): number {
  const [folder, other] = [dirname(a), dirname(b)];
  if (folder !== other) return folder < other ? -1 : 1;
  return a < b ? -1 : 1;
}

/** The classes, and the pictures in order of class, folder and name. */
async function listed(path: string, given: readonly string[] | undefined) {
  const folders = (await namesIn(path)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const classes = given ?? folders, files: string[] = [], labels: number[] = [], empty: string[] = [];
  for (const folder of folders) {
    const own = (await picturesBelow(path, folder)).sort(byFolder), label = classes.indexOf(folder);
    if (own.length === 0) empty.push(folder);
    else if (label < 0) {
      throw new RangeError(`Cannot read ${path}: "${folder}" is none of the classes ${classes.join(", ")}`);
    }
    for (const file of own) {
      files.push(file);
      labels.push(label);
    }
  }
  if (files.length === 0) {
    throw new RangeError(
      `Cannot read ${path}: it has no picture (.png, .jpg, .jpeg) in a folder that is named for its class`,
    );
  }
  if (!given && empty.length > 0) {
    throw new RangeError(
      `Cannot read ${path}: each folder in it is a class, and ${
        empty.map((name) => JSON.stringify(name)).join(", ")
      } ` +
        "without a picture (.png, .jpg, .jpeg) would be one. Take it out, or name the classes: { classes: […] }",
    );
  }
  return { classes, files, labels };
}

/** @param above real paths of the folders that it is in: a link to one of them would lead there again and again */
async function picturesBelow(root: string, folder: string, above: readonly string[] = []): Promise<string[]> {
  const path = join(root, folder), real = await Deno.realPath(path), found: string[] = [];
  if (above.includes(real)) return found;
  for (const { name, isFolder } of await namesIn(path)) {
    if (isFolder) found.push(...await picturesBelow(root, join(folder, name), [...above, real]));
    else if (EXTENSIONS.test(name)) found.push(join(folder, name));
  }
  return found;
}

/** What is in a folder, by name; links count as what they lead to. */
async function namesIn(path: string): Promise<{ name: string; isFolder: boolean }[]> {
  const there = await Array.fromAsync(Deno.readDir(path)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`Cannot read the folder of pictures ${path}: there is no such folder`);
  });
  const entries = await Promise.all(there.map(async ({ name, isDirectory, isSymlink }) => ({
    name,
    isFolder: isSymlink ? await leadsToFolder(join(path, name)) : isDirectory,
  })));
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Whether a link leads to a folder; one that leads nowhere does not. */
async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await Deno.stat(link)).isDirectory;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ELOOP") return false;
    throw error;
  }
}

function sizeOf(size: ImageFolderOptions["size"]): readonly [number, number] {
  const [height, width] = typeof size === "number"
    ? [size, size]
    : Array.isArray(size) && size.length === 2
    ? size
    : [NaN, NaN];
  if (Number.isNaN(height)) throw wrongKind("imageFolder", "size", "a number, or [height, width]", size);
  for (const side of [height, width]) whole("resize pictures", "each side", side, 1, 10_000);
  return [height, width];
}

/** Mean and deviation as tensors [c, 1, 1]. */
function normalization(given: ImageFolderOptions["normalize"], channels: number, device: Device) {
  if (given === undefined) return undefined;
  checkOptions("normalize", given, NORMALIZE);
  const each = (name: "mean" | "std", least: number) => {
    const value = given[name], values = typeof value === "number" ? new Array<number>(channels).fill(value) : value;
    const fits = Array.isArray(values) && values.length === channels &&
      values.every((v) => Number.isFinite(v) && v > least);
    if (!fits) {
      throw new RangeError(
        `Cannot normalise by ${name} ${
          Array.isArray(value) ? `[${value.map(found).join(", ")}]` : found(value)
        }: give a finite number` +
          `${least === 0 ? " above 0" : ""}, or one for each of ${channels} channels`,
      );
    }
    return tensor(values as number[], { shape: [channels, 1, 1], device });
  };
  return { mean: each("mean", -Infinity), std: each("std", 0) };
}
