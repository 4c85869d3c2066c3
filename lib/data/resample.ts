/** Pictures in another size. */
import type { DecodedImage } from "./decode_image.ts";

/** A piece of a picture, in pixels that may be broken. */
interface Piece {
  readonly start: number;
  readonly length: number;
}

/** The whole picture squeezed into `height` × `width`, or the largest piece of its middle that has their proportions. */
export type Fit = "squash" | "crop";

/**
 * A picture in another size, by a triangle as wide as a pixel of whichever picture has the larger ones: bilinear where it grows, an average where it
 * shrinks (PyTorch's `interpolate` with `antialias`).
 */
export function resample(image: DecodedImage, height: number, width: number, fit: Fit): Uint8Array {
  const { channels } = image, scale = Math.min(image.height / height, image.width / width);
  const piece = (size: number, wanted: number): Piece => {
    const length = fit === "squash" ? size : scale * wanted;
    return { start: (size - length) / 2, length };
  };
  // Columns first: [h, W, c] to [h, w, c], as h rows of W groups of c numbers; then rows.
  const narrow = along(image.pixels, image.height, image.width, channels, width, piece(image.width, width));
  const done = along(narrow, 1, image.height, width * channels, height, piece(image.height, height));
  return Uint8Array.from(done, (value) => Math.min(255, Math.max(0, Math.round(value))));
}

/** Changes the middle size of [outer, size, inner] to `wanted`. */
function along(
  from: ArrayLike<number>,
  outer: number,
  size: number,
  inner: number,
  wanted: number,
  { start, length }: Piece,
): Float32Array {
  const step = length / wanted, reach = Math.max(1, step), out = new Float32Array(outer * wanted * inner);
  for (let to = 0; to < wanted; to++) {
    const middle = start + (to + 0.5) * step;
    const first = Math.max(0, Math.floor(middle - reach + 0.5)), end = Math.min(size, Math.floor(middle + reach + 0.5));
    const weights = Array.from(
      { length: end - first },
      (_, k) => Math.max(0, 1 - Math.abs((first + k + 0.5 - middle) / reach)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let value = 0;
        for (let k = 0; k < weights.length; k++) value += weights[k]! * from[(o * size + first + k) * inner + i]!;
        out[(o * wanted + to) * inner + i] = value / sum;
      }
    }
  }
  return out;
}
