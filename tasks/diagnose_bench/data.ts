/** The images of the benchmark of diagnoses. */
import { bytesAt, type RawSplit } from "../../lib/data/raw.ts";

/** Images as numbers, [count, 1, 28, 28] in one list, and their classes. */
export interface Images {
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Int32Array<ArrayBuffer>;
}

const PIXELS = 784;

/** Pixels of mean 0 and deviation 1, of `count` images from a position on; beyond the last it goes on with the first. */
export async function imagesAt(split: RawSplit, from: number, count: number): Promise<Images> {
  const positions = Int32Array.from({ length: count }, (_, i) => (from + i) % split.count);
  const { images, labels } = await bytesAt(split, positions);
  const x = new Float32Array(count * PIXELS), y = new Int32Array(count);
  positions.forEach((position, i) => {
    y[i] = labels[position]!;
    for (let k = 0; k < PIXELS; k++) x[i * PIXELS + k] = images[position * PIXELS + k]!;
  });
  let sum = 0, squares = 0;
  for (const value of x) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / x.length, std = Math.sqrt(squares / x.length - mean * mean);
  return { x: x.map((value) => (value - mean) / std), y };
}
