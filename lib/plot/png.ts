/**
 * Small PNG files for the pictures inside charts: heat maps and images.
 *
 * @module
 */
import { chunk, joined, SIGNATURE } from "../data/png_file.ts";
import { zlib } from "../device/builtins.ts";

/** Pixels, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel with a palette or one channel; three (red, green, blue) with three. */
  readonly data: Uint8Array;
  /** 1 by default, which is grey, or an index where there is a palette. */
  readonly channels?: 1 | 3;
  /** Colours as `#rrggbb`, at most 256; the data then are indices. */
  readonly palette?: readonly string[];
  /** The index of the palette that shows what is behind. */
  readonly transparent?: number;
}

/** The bytes of a PNG file. @throws {RangeError} when there are not as many bytes as pixels need */
export function encodePng({ width, height, data, channels = 1, palette, transparent }: Pixels): Uint8Array {
  const stride = width * channels;
  if (data.length !== stride * height) {
    throw new RangeError(`Cannot draw ${width}×${height} pixels of ${channels} bytes: found ${data.length} bytes`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, palette ? 3 : channels === 3 ? 2 : 0], 8); // bits, kind of colour

  const rows = new Uint8Array((stride + 1) * height); // each row behind its filter: none
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);

  const chunks = [Uint8Array.from(SIGNATURE), chunk("IHDR", header)];
  if (palette) {
    const bytes = palette.flatMap((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
    chunks.push(chunk("PLTE", Uint8Array.from(bytes)));
    if (transparent !== undefined) {
      chunks.push(chunk("tRNS", Uint8Array.from({ length: transparent + 1 }, (_, i) => i === transparent ? 0 : 255)));
    }
  }
  chunks.push(chunk("IDAT", new Uint8Array(zlib().deflateSync(rows, { level: 9 }))), chunk("IEND", new Uint8Array(0)));
  return joined(chunks);
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text);
}

/** A PNG as a `data:` address, for image marks. */
export function pngUrl(pixels: Pixels): string {
  return `data:image/png;base64,${base64(encodePng(pixels))}`;
}
