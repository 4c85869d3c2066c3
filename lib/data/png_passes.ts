/** PNG files whose pixels come in seven passes (Adam7), written anew without. */
import { zlib } from "../device/builtins.ts";
import { chunk, joined, SIGNATURE } from "./png_file.ts";

/** Where each pass begins, and its steps. */
const PASSES = [
  { left: 0, top: 0, across: 8, down: 8 },
  { left: 4, top: 0, across: 8, down: 8 },
  { left: 0, top: 4, across: 4, down: 8 },
  { left: 2, top: 0, across: 4, down: 4 },
  { left: 0, top: 2, across: 2, down: 4 },
  { left: 1, top: 0, across: 2, down: 2 },
  { left: 0, top: 1, across: 1, down: 2 },
] as const;

/** What is written of a chunk beside its content: length, type, checksum. */
const FRAME = 12;

/** Throws, with what is wrong. */
type Refuse = (why: string) => never;

/** A chunk's type and content, and all of it. */
interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/**
 * The same picture without passes, if it has some of pixels that are smaller than a byte, which fast-png takes for bytes; else the file itself.
 *
 * @param file with whole chunks, the header first
 * @param refuse throws, with what is wrong
 */
export function withoutPasses(file: Uint8Array, refuse: Refuse): Uint8Array {
  const chunks = [...chunksOf(file)], header = chunks[0]!.content.slice();
  const view = new DataView(header.buffer), width = view.getUint32(0), height = view.getUint32(4), bits = header[8]!;
  if (bits >= 8 || header[12] !== 1) return file;
  for (const { type, whole } of chunks) checkSum(type, whole, refuse);
  if (![1, 2, 4].includes(bits) || (header[9] !== 0 && header[9] !== 3)) {
    refuse(`it has ${bits} bits of color type ${header[9]}`);
  }
  const data = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const rows = inRows(unpacked(joined(data), refuse), width, height, bits, refuse);
  header[12] = 0;
  return joined([
    file.subarray(0, SIGNATURE.length),
    chunk("IHDR", header),
    ...chunks.filter(({ type }) => type === "PLTE").map(({ whole }) => whole),
    chunk("IDAT", zlib().deflateSync(rows, { level: 1 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function* chunksOf(file: Uint8Array): Generator<Chunk> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = SIGNATURE.length; at < file.length;) {
    const length = view.getUint32(at), whole = file.subarray(at, at += FRAME + length);
    yield {
      type: String.fromCharCode(...whole.subarray(4, 8)),
      content: whole.subarray(8, 8 + length),
      whole,
    };
  }
}

function checkSum(type: string, whole: Uint8Array, refuse: Refuse): void {
  const end = whole.length - 4, found = new DataView(whole.buffer, whole.byteOffset + end).getUint32(0);
  if (zlib().crc32(whole.subarray(4, end)) !== found) refuse(`its chunk ${type} is damaged`);
}

function unpacked(packed: Uint8Array, refuse: Refuse): Uint8Array {
  try {
    return zlib().inflateSync(packed);
  } catch (error) {
    refuse(`its pixels are damaged (${error instanceof Error ? error.message : error})`);
  }
}

/** Rows of packed pixels from top to bottom, each after a byte that says that it has no filter. */
function inRows(data: Uint8Array, width: number, height: number, bits: number, refuse: Refuse): Uint8Array {
  const rowBytes = 1 + Math.ceil(width * bits / 8), rows = new Uint8Array(height * rowBytes), mask = 2 ** bits - 1;
  const shift = (column: number) => 8 - bits - (column * bits & 7);
  let at = 0;
  for (const { left, top, across, down } of PASSES) {
    const columns = Math.max(0, Math.ceil((width - left) / across)), bytes = Math.ceil(columns * bits / 8);
    let above: Uint8Array = new Uint8Array(bytes);
    for (let y = top; y < height && columns > 0; y += down) {
      if (at + 1 + bytes > data.length) refuse(`its pixels end after ${data.length} bytes, within a row`);
      above = unfiltered(data[at]!, data.subarray(at + 1, at += 1 + bytes), above, refuse);
      for (let column = 0; column < columns; column++) {
        const x = left + column * across, value = above[column * bits >> 3]! >> shift(column) & mask;
        rows[y * rowBytes + 1 + (x * bits >> 3)]! |= value << shift(x);
      }
    }
  }
  return rows;
}

/** A row's bytes out of what was written of it: differences to the byte before, the one above, or both. */
function unfiltered(filter: number, row: Uint8Array, above: Uint8Array, refuse: Refuse): Uint8Array {
  if (filter > 4) refuse(`a row of its pixels has the filter ${filter}, and there are 0 to 4`);
  const done = new Uint8Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const before = done[i - 1] ?? 0, up = above[i]!, corner = above[i - 1] ?? 0;
    done[i] = row[i]! + [0, before, up, before + up >> 1, nearest(before, up, corner)][filter]!;
  }
  return done;
}

/** Paeth's: whichever is nearest to before + up − corner. */
function nearest(before: number, up: number, corner: number): number {
  const sum = before + up - corner;
  const [a, b, c] = [Math.abs(sum - before), Math.abs(sum - up), Math.abs(sum - corner)];
  return a <= b && a <= c ? before : b <= c ? up : corner;
}
