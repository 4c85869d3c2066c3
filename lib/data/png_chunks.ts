/** The chunks of a PNG file: what its pixels depend on, and how much that unpacks to. */
import { zlib } from "../device/builtins.ts";
import { joined } from "./png_file.ts";

/** Channels of each colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Chunks without which there are no pixels. Others, such as a colour profile, which is packed too, are not looked at. */
const NEEDED: readonly string[] = ["IHDR", "PLTE", "IDAT", "IEND"];
const START = 8, HEADER = 13;
/** The bit of a type's first byte that says that a file is of use without the chunk. */
const OPTIONAL = 0x20;
/** The colour type of pixels that are places in a palette. */
const BY_PALETTE = 3;
/** What a chunk has beside its content: length, type, checksum. */
const FRAME = 12;
/** The most bytes that deflate makes of one. */
const RATIO = 1032;
/** Bytes that are unpacked without a look at how many they are. */
const UNSEEN = 1 << 28;

/**
 * A PNG file without the chunks that its pixels don't depend on.
 *
 * @param mostPixels that it may claim
 * @param refuse throws, with what is wrong
 */
export function neededChunks(file: Uint8Array, mostPixels: number, refuse: (why: string) => never): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < START + HEADER + FRAME) refuse("the file ends in its header");
  const kept: Uint8Array[] = [file.subarray(0, START)], packed: Uint8Array[] = [];
  let most = 0, type = "", hasPalette = false;
  for (let at = START; type !== "IEND";) {
    if (at + FRAME > file.length) refuse(`the file ends after ${file.length} bytes, before its last chunk`);
    const length = view.getUint32(at), end = at + FRAME + length;
    type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if ((type === "IHDR") !== (at === START)) refuse("its header is not its first chunk");
    if (end > file.length) refuse(`the file ends after ${file.length} bytes, in a chunk of ${length}`);
    if (type === "IHDR") most = mostUnpacked(new DataView(view.buffer, view.byteOffset + at + 8), mostPixels, refuse);
    if (type === "PLTE") hasPalette = true;
    if (type === "IDAT") packed.push(file.subarray(at + 8, end - 4));
    if (NEEDED.includes(type)) kept.push(file.subarray(at, end));
    else if ((file[at + 4]! & OPTIONAL) === 0) refuse(`it needs a chunk ${JSON.stringify(type)} to be understood`);
    at = end;
  }
  if (file[START + FRAME + 5] === BY_PALETTE && !hasPalette) refuse("it has no palette");
  checkUnpacked(joined(packed), most, refuse);
  return joined(kept);
}

/** A bound of the bytes that the pixels take with a byte for each row; interlaced ones have more rows, and rows that end within a byte. */
function mostUnpacked(header: DataView, mostPixels: number, refuse: (why: string) => never): number {
  const width = header.getUint32(0), height = header.getUint32(4), pixels = width * height;
  if (pixels === 0) refuse(`it is ${width} pixels wide and ${height} high`);
  if (pixels > mostPixels) {
    refuse(`it has ${pixels.toLocaleString("en")} pixels, and at most ${mostPixels / 1e6} million are read`);
  }
  const bits = header.getUint8(8) * (CHANNELS[header.getUint8(9)] ?? 0);
  return 3 * height * (1 + Math.ceil(width * bits / 8)) + 64;
}

/** Few bytes can unpack to gigabytes, which the decoder would not notice. */
function checkUnpacked(packed: Uint8Array, most: number, refuse: (why: string) => never): void {
  if (packed.length * RATIO <= Math.max(most, UNSEEN)) return;
  try {
    zlib().inflateSync(packed, { maxOutputLength: most });
  } catch (error) {
    refuse(
      (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE"
        ? `its pixels unpack to more than the ${most} bytes that its size allows`
        : `its pixels are damaged (${error instanceof Error ? error.message : error})`,
    );
  }
}
