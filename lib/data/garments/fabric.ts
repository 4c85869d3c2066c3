/**
 * Cloth for the built-in garments: the patterns they are made of, their folds and prints, and the finish of an image.
 *
 * @module
 */

import { type Canvas, SIDE } from "./canvas.ts";
import type { Rng } from "./rng.ts";

/** Which pattern a garment is woven with; the numbers index the weights in the recipes. */
export const Pattern = {
  plain: 0,
  stripes: 1,
  lines: 2,
  check: 3,
  speckle: 4,
  flowers: 5,
  blocks: 6,
  dots: 7,
} as const;

const lattice = new Float64Array(16 * 13);
const acrossWave = new Float64Array(SIDE);
const downWave = new Float64Array(SIDE);
const bow = new Float64Array(SIDE);
const spread = new Float64Array(13 * SIDE);
const woven = new Float64Array(SIDE);

/** A triangle wave of period 1 between -1 and 1, steepened by `edge` and cut off at ±1. */
function wave(t: number, edge: number): number {
  const v = (Math.abs(2 * (t - Math.floor(t)) - 1) * 2 - 1) * edge;
  return v > 1 ? 1 : v < -1 ? -1 : v;
}

/**
 * Weaves the canvas's fabric: a base tone, one pattern, slow light and dark as of folds, and darker or lighter sides.
 *
 * @param weights how likely each {@link Pattern} is
 * @param depth how strong patterns are, about 1
 */
export function weave(canvas: Canvas, rng: Rng, weights: readonly number[], depth: number): void {
  const { fabric } = canvas;
  // Most clothes photograph light, some dark; none vanishes into the background.
  const tone = rng.chance(0.28) ? rng.between(0.14, 0.55) : rng.around(0.5, 1.15);
  const pattern = rng.choose(weights);
  const amount = (pattern === Pattern.plain ? 0 : rng.between(0.08, 0.5) * depth) * (tone > 0.5 ? -1 : 1);
  const period = pattern === Pattern.blocks ? rng.between(9, 22) : rng.between(2.2, 7);
  const phase = rng.unit(), phase2 = rng.unit();
  const edge = rng.between(1, 4);
  const slant = rng.between(-0.06, 0.06);
  for (let i = 0; i < SIDE; i++) {
    acrossWave[i] = wave(i / period + phase, edge);
    downWave[i] = wave(i / period + phase2, edge);
  }
  // Folds: a coarse lattice of random light, stretched downwards, read with bilinear weights.
  const fold = rng.between(0.06, 0.36);
  const coarse = pattern === Pattern.flowers ? rng.between(2.6, 4.6) : rng.between(2.1, 4);
  const tall = pattern === Pattern.flowers ? coarse : 9;
  const swing = pattern === Pattern.flowers ? Math.abs(amount) * 1.6 : fold;
  const rows = Math.floor((SIDE - 1) / tall) + 2;
  for (let i = 0; i < rows * 16; i++) lattice[i] = (rng.unit() * 2 - 1) * swing;
  const side = rng.between(-0.3, 0.3);
  const fall = rng.between(-0.1, 0.1);
  // The lattice's rows, spread over the pixels of a line; then each line is a blend of two of them.
  for (let x = 0; x < SIDE; x++) {
    const gx = x / coarse, ix = Math.floor(gx), fx = gx - ix;
    const at = ix > 14 ? 14 : ix;
    for (let i = 0; i < rows; i++) {
      const left = lattice[i * 16 + at]!;
      spread[i * SIDE + x] = tone + left + (lattice[i * 16 + at + 1]! - left) * fx;
    }
    const u = (x - 13.5) / 13.5;
    bow[x] = 1 + side * u * u;
  }
  for (let y = 0; y < SIDE; y++) {
    const gy = y / tall, iy = Math.floor(gy), fy = gy - iy;
    const above = iy * SIDE;
    const down = downWave[y]!, dim = fall * (y - 14) / 14;
    // What the pattern adds along this row.
    if (pattern === Pattern.stripes || pattern === Pattern.blocks) {
      for (let x = 0; x < SIDE; x++) woven[x] = amount * wave((y + slant * x) / period + phase, edge);
    } else if (pattern === Pattern.check) {
      for (let x = 0; x < SIDE; x++) woven[x] = amount * 0.6 * (acrossWave[x]! + down);
    } else if (pattern === Pattern.speckle) {
      for (let x = 0; x < SIDE; x++) woven[x] = amount * 0.9 * (rng.bits() / 2147483648);
    } else if (pattern === Pattern.dots) {
      for (let x = 0; x < SIDE; x++) woven[x] = acrossWave[x]! + down > 0.9 ? amount * 1.5 : 0;
    } else if (y === 0) {
      for (let x = 0; x < SIDE; x++) woven[x] = pattern === Pattern.lines ? amount * acrossWave[x]! : 0;
    }
    const row = y * SIDE;
    for (let x = 0; x < SIDE; x++) {
      const light = spread[above + x]!;
      const v = (light + (spread[above + SIDE + x]! - light) * fy + woven[x]!) * (bow[x]! + dim);
      fabric[row + x] = v < 0.07 ? 0.07 : v > 1 ? 1 : v;
    }
  }
}

/** Prints a badge, a word, a picture or a band on the chest around (x, y); `strength` is its contrast. */
export function print(canvas: Canvas, rng: Rng, x: number, y: number, strength: number): void {
  const ink = rng.sign() * strength;
  switch (rng.below(5)) {
    case 0: {
      const r = rng.between(1.6, 3.4);
      canvas.ellipse(x, y, r, r);
      canvas.tint(ink);
      if (rng.chance(0.6)) {
        canvas.ellipse(x, y, r * 0.55, r * 0.55);
        canvas.tint(-ink * 0.8);
      }
      break;
    }
    case 1: {
      const lines = 1 + rng.below(3), half = rng.between(2, 4);
      for (let i = 0; i < lines; i++) {
        const w = half * rng.between(0.6, 1);
        canvas.stroke(x - w, y + i * 1.8, x + w, y + i * 1.8, rng.between(0.6, 1.1));
      }
      canvas.tint(ink);
      break;
    }
    case 2: {
      const w = rng.between(1.5, 3.5), h = rng.between(1.2, 3.5);
      canvas.stroke(x, y - h, x, y + h, w * 2);
      canvas.tint(ink * 0.8);
      for (let i = 0; i < 3; i++) {
        canvas.ellipse(x + rng.between(-w, w), y + rng.between(-h, h), 0.9, 0.9);
        canvas.tint(-ink);
      }
      break;
    }
    case 3: {
      const r = rng.between(2, 4);
      canvas.move(x, y - r);
      canvas.line(x + r, y);
      canvas.line(x, y + r);
      canvas.line(x - r, y);
      canvas.line(x, y - r);
      canvas.tint(ink);
      break;
    }
    default:
      for (let i = 0; i < 6; i++) {
        canvas.ellipse(
          x + rng.between(-3.5, 3.5),
          y + rng.between(-3, 4),
          rng.between(0.6, 1.4),
          rng.between(0.6, 1.4),
        );
      }
      canvas.tint(ink);
  }
}

/**
 * Finishes an image: sharpens it as the photographs of Fashion-MNIST are, adds the grain of camera and cloth where there
 * is ink, and writes bytes.
 *
 * @param out 784 bytes from `offset` on
 * @param sharp how much of its difference from its four neighbours is added to each pixel
 * @param grain the grain's greatest swing, in parts of full ink
 */
export function finish(canvas: Canvas, rng: Rng, sharp: number, grain: number, out: Uint8Array, offset: number): void {
  const { ink } = canvas;
  const scale = grain * 2 / 255, keep = 1 + sharp, blur = -0.25 * sharp;
  for (let y = 0; y < SIDE; y++) {
    const up = y > 0 ? -SIDE : 0, down = y < SIDE - 1 ? SIDE : 0;
    const first = y * SIDE, last = first + SIDE - 1;
    let word = 0;
    for (let p = first; p <= last; p++) {
      // One draw is the grain of four pixels.
      word = (p & 3) === 0 ? rng.bits() : word >>> 8;
      const v = ink[p]!;
      if (v < 0.004) {
        out[offset + p] = 0;
        continue;
      }
      const around = ink[p + up]! + ink[p + down]! + ink[p > first ? p - 1 : p]! + ink[p < last ? p + 1 : p]!;
      const noise = ((word & 0xff) - 127.5) * scale;
      const w = keep * v + blur * around + (v < 0.3 ? noise * v / 0.3 : noise);
      out[offset + p] = w <= 0 ? 0 : w >= 1 ? 255 : (w * 255 + 0.5) | 0;
    }
  }
}
