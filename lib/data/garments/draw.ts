/**
 * The built-in garments, one image at a time: a pure function of seed, split and index.
 *
 * @module
 */

import { Canvas, PIXELS } from "./canvas.ts";
import { finish } from "./fabric.ts";
import { drawBag, drawTrouser } from "./others.ts";
import { Rng } from "./rng.ts";
import { drawBoot, drawSandal, drawSneaker } from "./shoes.ts";
import { drawCoat, drawDress, drawPullover, drawShirt, drawTshirt } from "./tops.ts";

/** Which part of a data set an image belongs to. */
export type Split = "train" | "test";

// In the order of the classes' labels.
const RECIPES = [
  drawTshirt,
  drawTrouser,
  drawPullover,
  drawDress,
  drawCoat,
  drawSandal,
  drawShirt,
  drawSneaker,
  drawBag,
  drawBoot,
] as const;

const canvas = new Canvas();
const rng = new Rng();
const deck = new Uint8Array(10);

/** Labels come in shuffled decks of ten, so that every ten images from a multiple of ten on hold each class once. */
function shuffleDeck(seed: number, stream: number, number: number): void {
  rng.reseed(seed, stream + 16, number);
  for (let i = 0; i < 10; i++) deck[i] = i;
  for (let i = 9; i > 0; i--) {
    const j = rng.below(i + 1);
    const swap = deck[i]!;
    deck[i] = deck[j]!;
    deck[j] = swap;
  }
}

function labelOf(seed: number, stream: number, index: number): number {
  const place = index % 10;
  shuffleDeck(seed, stream, (index - place) / 10);
  return deck[place]!;
}

/** The labels of the first images of a split, which need no drawing. */
export function labelGarments(seed: number, split: Split, labels: Uint8Array): void {
  const stream = streamOf(split);
  for (let i = 0; i < labels.length; i++) {
    const place = i % 10;
    if (place === 0) shuffleDeck(seed, stream, i / 10);
    labels[i] = deck[place]!;
  }
}

const streamOf = (split: Split) => split === "train" ? 1 : 2;

/**
 * Draws image `index` of a split into `out` and returns its label, 0 to 9.
 *
 * The same seed, split and index give the same bytes on every machine. The two splits never share an image.
 *
 * @param seed a non-negative safe integer: another seed is another data set of the same kind
 * @param split `"train"` or `"test"`
 * @param index 0 to 2³² − 1; a data set's size is no limit
 * @param out receives 784 bytes, row by row, 0 for background and 255 for full ink
 * @param offset where in `out` the image begins, 0 by default
 * @returns the label
 * @throws {RangeError} when `out` is too short
 *
 * @example
 * ```ts
 * const image = new Uint8Array(784);
 * const label = drawGarment(0, "train", 7, image);
 * ```
 */
export function drawGarment(seed: number, split: Split, index: number, out: Uint8Array, offset = 0): number {
  if (offset < 0 || offset + PIXELS > out.length) {
    throw new RangeError(
      `Cannot draw an image at byte ${offset}: it takes ${PIXELS} bytes, but the array has ${out.length}`,
    );
  }
  const stream = streamOf(split);
  const label = labelOf(seed, stream, index);
  rng.reseed(seed, stream, index);
  canvas.clear();
  RECIPES[label]!(canvas, rng);
  finish(canvas, rng, rng.between(0.3, 1), rng.between(0.01, 0.1), out, offset);
  return label;
}
