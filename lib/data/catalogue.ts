/**
 * The catalogue: data sets by name, found on disk, in the cache or at their publishers, and checked.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { join } from "node:path";
import { DOWNLOAD, download, type DownloadOptions, type Progress } from "./download.ts";
import { garments } from "./garments/garments.ts";
import { DataFileError, gunzip, parseIdx } from "./idx.ts";
import { checkListeners } from "./listeners.ts";
import { readIfAllowed, userCache, variable, writeIfAllowed } from "./places.ts";
import { PUBLISHED, type Published, type PublishedFile } from "./published.ts";
import type { RawBytes, RawDataset, RawSplit } from "./raw.ts";

export { DataFileError, type DownloadOptions, type Progress, type RawBytes, type RawDataset, type RawSplit };

/** A data set that {@linkcode loadRaw} knows. */
export type DataName = "garments" | "mnist" | "fashion-mnist";

/** Where to look for a data set, and how to report progress. */
export interface LoadOptions extends DownloadOptions {
  /** A folder with `mnist/` and `fashion-mnist/`, in place of the environment variable SONDE_DATA. */
  readonly dir?: string;
  /** A folder to keep downloads in. Default: `sonde` in the user's cache folder. */
  readonly cacheDir?: string;
  /** Seed of `garments`. Default: 0. */
  readonly seed?: number;
}

/** Bytes by which a packed file, or what is in it, may be larger than expected before it is given up unread. */
const PACKING = 65_536;

/** The places where nothing was found, one line each. */
type Trail = string[];

const OPTIONS = optionNames<LoadOptions>({ ...DOWNLOAD, dir: 1, cacheDir: 1, seed: 1 });

/**
 * Loads a data set as bytes.
 *
 * `garments` is drawn by code, in the background: its labels are there, and reading its images waits until all of them are. A loader waits for
 * those of the next batch alone, so that training begins at once, and `await raw.train.ready()` lets the event loop turn. For the others, the four IDX files are looked for in `dir` or
 * the folder that SONDE_DATA names; if there is none, in the user's cache; then they are downloaded, checked and cached. Every
 * file's SHA-256 is checked, wherever it came from. Nothing prompts: a place without permission counts as not available. Other
 * data never take the place of those asked for.
 *
 * @param name `"garments"`, `"mnist"` or `"fashion-mnist"`
 * @returns training and test images, 28×28 bytes each, with their labels
 * @throws {RangeError} when the name is unknown
 * @throws {DataFileError} when a file is missing, damaged or has the wrong checksum, or cannot be downloaded
 *
 * @example
 * ```ts
 * import { loadRaw } from "./lib/data/catalogue.ts";
 * const { classes, train } = await loadRaw("garments");
 * console.log(classes.length, train.count); // 10 60000
 * ```
 */
export async function loadRaw(name: DataName, options: LoadOptions = {}): Promise<RawDataset> {
  checkOptions("loadRaw", options, OPTIONS);
  checkListeners("loadRaw", options);
  options.signal?.throwIfAborted();
  if (name === "garments") {
    return garments(options.seed === undefined ? {} : { seed: options.seed }).drawAhead();
  }
  if (!Object.hasOwn(PUBLISHED, name)) {
    throw new RangeError(
      `Cannot load the data set "${name}": expected one of garments, ${Object.keys(PUBLISHED).join(", ")}`,
    );
  }
  if (options.seed !== undefined) {
    throw new TypeError(`Cannot load ${name} with a seed: its images are published. Only garments are drawn by one`);
  }
  const published = PUBLISHED[name];
  const finder = new Finder(name, published, options);
  const { files } = published;
  // One after the other: each file's error should be the first that a user meets, and disk and line are shared anyway.
  const trainImages = await finder.load(files.trainImages), trainLabels = await finder.load(files.trainLabels);
  const testImages = await finder.load(files.testImages), testLabels = await finder.load(files.testLabels);
  return {
    name,
    classes: published.classes,
    shape: [28, 28],
    train: split(trainImages, trainLabels),
    test: split(testImages, testLabels),
  };
}

/** A file's content, unpacked and checked, and where it was found. */
interface Found {
  readonly bytes: Uint8Array;
  readonly path: string;
}

function split(images: Found, labels: Found): RawSplit {
  const { shape, data } = parseIdx(images.bytes, images.path);
  return { images: data, labels: parseIdx(labels.bytes, labels.path).data, count: shape[0]! };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Those of the options that are about downloading. */
function downloadOptions({ dir: _dir, cacheDir: _cacheDir, seed: _seed, ...rest }: LoadOptions): DownloadOptions {
  return rest;
}

/** Looks for the files of one data set, place after place. */
class Finder {
  constructor(readonly name: string, readonly published: Published, readonly options: LoadOptions) {}

  async load(wanted: PublishedFile): Promise<Found> {
    const { signal, dir } = this.options;
    signal?.throwIfAborted();
    const trail: Trail = [];
    const named = dir === undefined ? await variable("SONDE_DATA") : { value: dir, allowed: true };
    const source = dir === undefined ? "SONDE_DATA" : "the option dir";
    if (named.value) return await this.#fromFolder(named.value, source, wanted);
    trail.push(
      named.allowed ? "SONDE_DATA: not set" : "SONDE_DATA: reading it is not allowed (--allow-env=SONDE_DATA)",
    );

    const cache = this.options.cacheDir ? { folder: this.options.cacheDir, why: "" } : await userCache();
    const folder = cache.folder && join(cache.folder, this.name);
    if (folder) {
      const path = join(folder, wanted.file);
      const read = await readIfAllowed(path);
      if ("bytes" in read) {
        try {
          return { bytes: await unpack(read.bytes, path, wanted), path };
        } catch (error) {
          if (!(error instanceof DataFileError)) throw error;
          // A cache may be filled anew.
          trail.push(`cache: ${error.message}`);
        }
      } else trail.push(`cache: ${path}: ${read.missing}`);
    } else trail.push(`cache: ${cache.why}`);

    return await this.#fromPublisher(wanted, folder, trail);
  }

  /** A folder that the user named is the only one: what is wrong there is an error, and no other place is tried. */
  async #fromFolder(folder: string, source: string, wanted: PublishedFile): Promise<Found> {
    const path = join(folder, this.name, wanted.file);
    const read = await readIfAllowed(path), plain = path.replace(/\.gz$/, "");
    if ("missing" in read) {
      const unpacked = await readIfAllowed(plain);
      if ("bytes" in unpacked) return { bytes: await unpack(unpacked.bytes, plain, wanted), path: plain };
      throw new DataFileError(
        `Cannot load ${this.name}: ${source} is ${folder}, expected the file ${path}, found: ${read.missing}; put the file ` +
          `there, or ${
            source === "SONDE_DATA" ? "unset SONDE_DATA" : "leave the option out"
          } to use the cache and the network`,
        path,
      );
    }
    return { bytes: await unpack(read.bytes, path, wanted), path };
  }

  async #fromPublisher(wanted: PublishedFile, folder: string | undefined, trail: Trail): Promise<Found> {
    for (const source of this.published.sources) {
      const url = source + wanted.file;
      try {
        const packed = await download(url, wanted.file, {
          most: wanted.bytes + PACKING,
          ...downloadOptions(this.options),
        });
        const bytes = await unpack(packed, url, wanted);
        // Checked before it is written: the cache never holds a wrong or incomplete file.
        if (folder) await this.#keep(folder, wanted.file, packed);
        return { bytes, path: url };
      } catch (error) {
        this.options.signal?.throwIfAborted();
        trail.push(`network: ${url}: ${error instanceof Error ? error.message : error}`);
      }
    }
    throw new DataFileError(
      `Cannot load ${this.name}: ${wanted.file} was not found. Looked at:\n${
        trail.map((line) => `  ${line}`).join("\n")
      }\nOne of these helps: set SONDE_DATA to a folder that holds ${this.name}/${wanted.file}; run once with a network; ` +
        `or use the built-in data with --dataset garments`,
      wanted.file,
    );
  }

  async #keep(folder: string, file: string, packed: Uint8Array): Promise<void> {
    try {
      if (await writeIfAllowed(folder, file, packed)) return;
    } catch (error) {
      console.warn(`Could not keep ${file} in ${folder}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** Unpacks a file and compares its content with its checksum. */
async function unpack(
  packed: Uint8Array,
  path: string,
  { sha256: expected, bytes: size }: PublishedFile,
): Promise<Uint8Array> {
  // A browser or a server may have unpacked the file, and left its name.
  const unpacked = packed[0] === 0 && packed[1] === 0;
  const bytes = unpacked ? new Uint8Array(packed) : await gunzip(packed, path, size + PACKING);
  const found = await sha256(bytes);
  if (found !== expected) {
    throw new DataFileError(
      `Wrong checksum of ${path}: expected SHA-256 ${expected} of the unpacked content, found ${found}; ` +
        `get the file again from its publisher`,
      path,
    );
  }
  return bytes;
}
