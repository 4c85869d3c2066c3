/**
 * The IDX format of MNIST and its relatives: a small big-endian header, then bytes.
 *
 * @module
 */

import { stream, zlib } from "../device/builtins.ts";

/** Says that a data file is missing, damaged or not what it should be; the message names the file and the remedy. */
export class DataFileError extends Error {
  /** What `String(error)` begins with. */
  override name = "DataFileError";

  /**
   * Its message names file and remedy.
   *
   * @param file the file or address that is at fault
   */
  constructor(message: string, readonly file: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The content of an IDX file of bytes. */
export interface Idx {
  /** Sizes, outermost first: `[60000, 28, 28]` for images, `[60000]` for labels. */
  readonly shape: number[];
  /** The elements in row-major order: a view into the file's bytes, not a copy. */
  readonly data: Uint8Array;
}

const KINDS: Readonly<Record<number, string>> = {
  0x08: "unsigned bytes",
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "32-bit floats",
  0x0e: "64-bit floats",
};
const PIECE = 1 << 16;
const REMEDY = "get the file again from its publisher, or delete it from the cache";
const hex = (n: number) => `0x${n.toString(16).padStart(8, "0")}`;

/**
 * Reads an uncompressed IDX file of unsigned bytes.
 *
 * @param bytes the whole file
 * @param name what error messages call it
 * @returns its shape and its elements
 * @throws {DataFileError} when the magic number, the element type or the length is wrong
 *
 * @example
 * ```ts
 * import { parseIdx } from "./lib/data/idx.ts";
 * const { shape, data } = parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), "labels");
 * console.log(shape, data); // [ 2 ] Uint8Array(2) [ 7, 9 ]
 * ```
 */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  const fail = (expected: string, found: string) => {
    throw new DataFileError(
      `Cannot read ${name} as an IDX file: expected ${expected}, found ${found}; ${REMEDY}`,
      name,
    );
  };
  if (bytes.length < 4) fail("a header of at least 4 bytes", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic >>> 16 !== 0) {
    const packed = magic >>> 16 === 0x1f8b ? " (a gzip file: unpack it first)" : "";
    fail("a magic number that begins with two zero bytes", `${hex(magic)}${packed}`);
  }
  const kind = magic >>> 8, rank = magic & 0xff;
  if (kind !== 0x08) {
    fail(
      "elements of type 0x08 (unsigned bytes)",
      `type 0x${kind.toString(16).padStart(2, "0")} (${KINDS[kind] ?? "unknown"})`,
    );
  }
  if (rank === 0) fail("at least one dimension", `none (magic number ${hex(magic)})`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) fail(`a header of ${start} bytes`, `${bytes.length} bytes: the file is cut short`);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, n) => product * n, 1);
  const found = bytes.length - start;
  if (found !== size) {
    fail(
      `${size} bytes of data for shape [${shape.join(", ")}]`,
      `${found}: ${found < size ? "the file is cut short" : `${found - size} bytes too many at its end`}`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}

/**
 * Unpacks a gzip file: one, or several packed one after the other, with any header, and with zeros after the end.
 *
 * @param bytes the packed file
 * @param name what error messages call it
 * @param most bytes that it may have once unpacked; a few kilobytes can hold gigabytes. Default: no bound
 * @throws {DataFileError} when the file is not gzip, is damaged, cut short or too large
 *
 * @example
 * ```ts
 * import { gunzip } from "./lib/data/idx.ts";
 * const packed = new Response(new Blob(["hello"]).stream().pipeThrough(new CompressionStream("gzip")));
 * const bytes = await gunzip(new Uint8Array(await packed.arrayBuffer()), "hello.gz");
 * console.log(bytes.length); // 5
 * ```
 */
export async function gunzip(bytes: Uint8Array, name: string, most = Infinity): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    const start = Array.from(bytes.subarray(0, 2), (b) => b.toString(16).padStart(2, "0")).join(" ");
    throw new DataFileError(
      `Cannot unpack ${name}: expected a gzip file that begins with 1f 8b, found ${
        start || "an empty file"
      }; ${REMEDY}`,
      name,
    );
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // A DecompressionStream refuses what gzip itself takes: several files one after the other, and zeros up to the end of a block.
  const unpacked = stream().Readable.from(pieces(bytes)).pipe(zlib().createGunzip());
  try {
    for await (const part of unpacked as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      size += part.length;
      if (size > most) break; // which ends the stream
      parts.push(part);
    }
  } catch (cause) {
    throw new DataFileError(
      `Cannot unpack ${name}: expected a whole gzip file, found a damaged one or one cut short after ${bytes.length} bytes (${
        cause instanceof Error ? cause.message : cause
      }); ${REMEDY}`,
      name,
      { cause },
    );
  }
  if (size > most) {
    throw new DataFileError(`Cannot unpack ${name}: expected at most ${most} bytes, found more; ${REMEDY}`, name);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Bytes in parts, between which the event loop may turn. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE) yield bytes.subarray(start, start + PIECE);
}
