/**
 * The built-in data set: ten kinds of clothing, drawn by code.
 *
 * @module
 */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { setImmediate } from "node:timers";
import { checkListeners } from "../listeners.ts";
import { CLOTHES, type RawDataset, type RawSplit } from "../raw.ts";
import { allocateShared, Background } from "./background.ts";
import { drawGarment, labelGarments, type Split } from "./draw.ts";
import { ask, drawInto, openSplit, type SharedSplit, shareSplit } from "./shared.ts";

export { drawGarment, type Split };

/** Which garments, and how many. */
export interface GarmentsOptions {
  /** Another seed is another data set of the same kind. Default: 0. */
  readonly seed?: number;
  /** Training images. Default: 60,000. */
  readonly trainCount?: number;
  /** Test images. Default: 10,000. */
  readonly testCount?: number;
}

/** How to draw all images. */
export interface DrawAllOptions {
  /** Training images. Default: the source's. */
  readonly train?: number;
  /** Test images. Default: the source's. */
  readonly test?: number;
  /** Told now and then how many images are drawn, of how many. */
  readonly onProgress?: (drawn: number, total: number) => void;
  /** Ends the drawing when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A data set that a background thread is drawing. */
export interface DrawnAhead extends RawDataset {
  /** How many images are there, both splits together. */
  readonly drawn: number;
  /** Ends the thread; images not there yet are still drawn when they are asked for by `ready`. */
  stop(): void;
}

/** The longest time, in milliseconds, that drawing holds the event loop. */
const HOLD = 10;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function size(what: string, count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= 0xffffffff) return count;
  throw new RangeError(`Cannot draw garments: ${what} must be an integer from 0 to ${0xffffffff}, found ${count}`);
}

/**
 * Describes a set of garments; nothing is drawn yet.
 *
 * @throws {RangeError} when the seed or a count is not a whole number in range
 *
 * @example
 * ```ts
 * import { garments } from "./lib/data/garments/garments.ts";
 * const source = garments({ seed: 1 });
 * const images = new Uint8Array(3 * 784), labels = new Uint8Array(3);
 * source.draw("test", 0, 3, images, labels);
 * console.log(Array.from(labels, (label) => source.classes[label]));
 * ```
 */
export function garments(options: GarmentsOptions = {}): GarmentsSource {
  return new GarmentsSource(options);
}

const OPTIONS = optionNames<GarmentsOptions>({ seed: 1, trainCount: 1, testCount: 1 });

const DRAW_ALL = optionNames<DrawAllOptions>({ train: 1, test: 1, onProgress: 1, signal: 1 });

/**
 * Draws garments on demand, all at once, or ahead of use.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const source = new data.GarmentsSource({ trainCount: 30, testCount: 10 });
 * const { train, test } = await source.drawAll();
 * console.log(train.count, test.images.length); // 30 7840
 * ```
 */
export class GarmentsSource {
  /** Names of the classes, as Fashion-MNIST's. */
  readonly classes: readonly string[] = CLOTHES;
  /** Which data set of the kind it is. */
  readonly seed: number;
  /** Training images. */
  readonly trainCount: number;
  /** Test images. */
  readonly testCount: number;

  /**
   * As {@linkcode garments} does.
   *
   * @throws {RangeError} when the seed or a count is not a whole number in range
   */
  constructor(options: GarmentsOptions = {}) {
    checkOptions("garments", options, OPTIONS);
    const { seed = 0, trainCount = 60_000, testCount = 10_000 } = options;
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new RangeError(
        `Cannot draw garments: seed must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, found ${seed}`,
      );
    }
    this.seed = seed;
    this.trainCount = size("trainCount", trainCount);
    this.testCount = size("testCount", testCount);
  }

  /**
   * Draws images `start` to `start + count`, at once.
   *
   * @param images receives `count`·784 bytes
   * @param labels receives `count` labels
   * @throws {RangeError} when an array is too short
   */
  draw(split: Split, start: number, count: number, images: Uint8Array, labels: Uint8Array): void {
    if (images.length < count * 784 || labels.length < count) {
      throw new RangeError(
        `Cannot draw ${count} images: expected room for ${count * 784} bytes and ${count} labels, found ` +
          `${images.length} and ${labels.length}`,
      );
    }
    for (let i = 0; i < count; i++) labels[i] = drawGarment(this.seed, split, start + i, images, i * 784);
  }

  /**
   * Draws everything on this thread, letting the event loop turn every 10 ms.
   *
   * @throws the signal's reason when it is aborted
   */
  async drawAll(options: DrawAllOptions = {}): Promise<RawDataset> {
    checkOptions("drawAll", options, DRAW_ALL);
    checkListeners("drawAll", options);
    const { train = this.trainCount, test = this.testCount, onProgress, signal } = options;
    const total = size("train", train) + size("test", test);
    let since = performance.now(), before = 0;
    const drawSplit = async (split: Split, count: number): Promise<RawSplit> => {
      const images = new Uint8Array(count * 784), labels = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        labels[i] = drawGarment(this.seed, split, i, images, i * 784);
        if ((i & 15) === 15 && performance.now() - since > HOLD) {
          onProgress?.(before + i + 1, total);
          await turn();
          signal?.throwIfAborted();
          since = performance.now();
        }
      }
      before += count;
      onProgress?.(before, total);
      return { images, labels, count };
    };
    signal?.throwIfAborted();
    return this.#dataset(await drawSplit("train", train), await drawSplit("test", test));
  }

  /**
   * Draws everything in a background thread, and returns at once.
   *
   * The labels are there. The images are drawn while the caller works: `ready` sees to it that certain ones are there, or all, and reading
   * `images` waits for all of them; both draw those themselves that the thread has not come to. The first 2048 images that are asked for are drawn
   * by the caller alone, as starting the thread takes as long; it starts when more are wanted, or if none is within 0.3 s. It ends when
   * all is drawn, and never keeps the process alive.
   */
  drawAhead(): DrawnAhead {
    const splits = [
      shareSplit("train", this.trainCount, allocateShared),
      shareSplit("test", this.testCount, allocateShared),
    ] as const;
    for (const memory of splits) {
      const { split, labels } = openSplit(memory);
      labelGarments(this.seed, split, labels);
    }
    const background = new Background({ seed: this.seed, splits });
    const train = openSplit(splits[0]), test = openSplit(splits[1]);
    return {
      ...this.#dataset(this.#ahead(train, background), this.#ahead(test, background)),
      get drawn() {
        return Atomics.load(train.drawn, 0) + Atomics.load(test.drawn, 0);
      },
      stop: () => background.stop(),
    };
  }

  #ahead(to: SharedSplit, background: Background): RawSplit {
    const { seed } = this, { labels } = to, count = labels.length;
    const complete = () => Atomics.load(to.drawn, 0) === count;
    return {
      get images() {
        background.drawing(count - Atomics.load(to.drawn, 0));
        // From the end, as the thread comes from the beginning.
        for (let i = count - 1; i >= 0 && !complete(); i--) drawInto(drawGarment, seed, to, i);
        return to.images;
      },
      labels,
      count,
      get complete() {
        return complete();
      },
      async ready(positions = Int32Array.from({ length: count }, (_, i) => count - 1 - i)) {
        if (complete()) return { images: to.images, labels };
        const missing = positions.filter((i) => Atomics.load(to.there, i) === 0);
        background.drawing(missing.length);
        let since = performance.now();
        // The thread, if it runs, comes from the other end.
        ask(to, missing);
        for (const [i, position] of missing.entries()) {
          drawInto(drawGarment, seed, to, position);
          if ((i & 15) === 15 && performance.now() - since > HOLD) {
            await turn();
            since = performance.now();
          }
        }
        return { images: to.images, labels };
      },
    };
  }

  #dataset(train: RawSplit, test: RawSplit): RawDataset {
    return { name: "garments", classes: this.classes, shape: [28, 28], train, test };
  }
}
