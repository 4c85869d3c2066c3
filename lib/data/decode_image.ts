/** Pictures from files: PNG and JPEG, as bytes of one or three channels. Decoders are loaded when the first picture of their kind is read. */
import { neededChunks } from "./png_chunks.ts";
import { withoutPasses } from "./png_passes.ts";

/** Pixels row by row, each with its channels. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** The part of fast-png that is used. */
interface Png {
  decode(bytes: Uint8Array, options: { checkCrc: true }): {
    readonly width: number;
    readonly height: number;
    readonly depth: number;
    readonly channels: number;
    readonly data: Uint8Array | Uint16Array;
    readonly palette?: readonly (readonly number[])[];
  };
}

/** The part of jpeg-js that is used. */
interface Jpeg {
  decode(bytes: Uint8Array, options: {
    useTArray: true;
    formatAsRGBA: true;
    maxResolutionInMP: number;
    maxMemoryUsageInMB: number;
  }): { readonly width: number; readonly height: number; readonly data: Uint8Array };
}

// Deno fetches the packages of every import that it can read in the source, taken or not. These it cannot.
const PNG: string = "npm:fast-png@8";
const JPEG: string = "npm:jpeg-js@0.4";

/** Millions of pixels that a picture may have: a few bytes of a file may claim any number. */
const MOST_MEGAPIXELS = 100;

const SIGNATURES = { png: [0x89, 0x50, 0x4e, 0x47], jpeg: [0xff, 0xd8, 0xff] } as const;

const begins = (bytes: Uint8Array, signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);

/**
 * Decodes a picture: PNG of any depth, with or without palette, interlaced or not, or JPEG (baseline or progressive). What is transparent is shown as if it were not,
 * and an orientation that a camera noted is not looked at, as in torchvision's loader. Colours that a JPEG has at half the resolution are repeated, as by
 * `djpeg -nosmooth`; that loader smooths them, so that pixels beside an edge of colour differ.
 *
 * @param channels 1 for grey, by the weights .299, .587, .114 of ITU-R 601; 3 for red, green, blue
 * @throws for other formats, for damage, and for more than 100 million pixels
 */
export async function decodeImage(bytes: Uint8Array, channels: 1 | 3): Promise<DecodedImage> {
  const { width, height, rgb } = begins(bytes, SIGNATURES.png)
    ? await decodePng(bytes)
    : begins(bytes, SIGNATURES.jpeg)
    ? await decodeJpeg(bytes)
    : refuse("it is neither PNG nor JPEG");
  return { width, height, channels, pixels: channels === 3 ? rgb : greyOf(rgb) };
}

function refuse(why: string): never {
  throw new Error(`Cannot read the picture: ${why}`);
}

interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

async function decodePng(bytes: Uint8Array): Promise<Rgb> {
  const file = withoutPasses(neededChunks(bytes, MOST_MEGAPIXELS * 1e6, refuse), refuse);
  const { decode } = await import(PNG) as Png;
  const { width, height, depth, channels, data, palette } = decode(file, { checkCrc: true });
  const values = depth < 8 ? unpacked(data as Uint8Array, depth, width * channels, height) : data;
  const most = palette ? 255 : 2 ** depth - 1, rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) {
      // One channel is grey, two are grey with transparency, a third and fourth are red, green, blue and transparency.
      const value = palette
        ? palette[values[pixel]!]?.[c] ?? refuse(`its palette has no colour ${values[pixel]}`)
        : values[pixel * channels + (channels < 3 ? 0 : c)]!;
      rgb[pixel * 3 + c] = most === 255 ? value : Math.round(value * 255 / most);
    }
  }
  return { width, height, rgb };
}

/** Values of 1, 2 or 4 bits, of rows that begin at a byte each. */
function unpacked(data: Uint8Array, depth: number, columns: number, rows: number): Uint8Array {
  const rowBytes = Math.ceil(columns * depth / 8), mask = 2 ** depth - 1;
  const values = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const bit = column * depth, byte = data[row * rowBytes + (bit >> 3)]!;
      values[row * columns + column] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return values;
}

async function decodeJpeg(bytes: Uint8Array): Promise<Rgb> {
  const { decode } = await import(JPEG) as Jpeg;
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: MOST_MEGAPIXELS,
    maxMemoryUsageInMB: 2048,
  });
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) rgb.set(data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  return { width, height, rgb };
}

function greyOf(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: rgb.length / 3 },
    (_, i) => Math.round(0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!),
  );
}
