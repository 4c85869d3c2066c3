/**
 * The safetensors format: the length of a header (64 bits, little-endian), the header in JSON, and the tensors' bytes one after the other.
 *
 * What a file claims is checked against the bytes that are there before anything is made of it.
 */
import { MOST as MOST_SIZE } from "../../device/whole.ts";
import { entryOf, textsOf } from "./form.ts";
import { type TypeName, TYPES } from "./types.ts";

/** A tensor in a file. */
export interface Entry {
  readonly name: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  /** Its elements: a view into the file, at any alignment. */
  readonly bytes: Uint8Array;
}

/** What a file holds. */
export interface Content {
  readonly entries: readonly Entry[];
  /** Texts by name that whoever made the file put there. */
  readonly metadata: Readonly<Record<string, string>>;
}

const PREFIX = 8;
/** The longest header that the format allows. */
const MOST = 100_000_000;
const METADATA = "__metadata__";

/** Says that a file is no safetensors file, or one that this library cannot use; the message names it and the place. */
export class SafetensorsError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "SafetensorsError";
}

/** Reads a file's bytes. @param what what errors call it */
export function parse(file: Uint8Array, what: string): Content {
  const fail = (problem: string): never => {
    throw new SafetensorsError(`Cannot read ${what} as safetensors: ${problem}`);
  };
  const rest = file.length - PREFIX;
  if (rest < 2) fail(`expected at least ${PREFIX + 2} bytes, found ${file.length}`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(rest, MOST))) {
    fail(`its first 8 bytes say that a header of ${length} bytes follows, found ${rest} bytes in all after them`);
  }
  const end = PREFIX + Number(length), data = file.subarray(end);
  if (file[PREFIX] !== 0x7b) fail(`its header begins with byte ${file[PREFIX]}, expected "{"`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(PREFIX, end)));
  } catch (error) {
    fail(`its header is no JSON (${error instanceof Error ? error.message : error})`);
  }
  const { [METADATA]: found, ...tensors } = header as Record<string, unknown>;
  const metadata = textsOf(found ?? {}, (problem) => fail(`${METADATA} holds texts by name, ${problem}`));
  const entries = Object.entries(tensors).map(([name, value]): Entry => {
    const { dtype: type, shape, data_offsets: [first, last] } = entryOf(
      value,
      (problem) => fail(`"${name}"${problem}`),
    );
    // A size may be anything where another is 0: no bytes speak against it.
    const odd = shape.findIndex((size) => size > MOST_SIZE);
    if (odd >= 0) {
      fail(
        `"${name}" has the shape [${shape.join(", ")}]: expected sizes up to ${MOST_SIZE}, as tensors have, found ${
          shape[odd]
        } at ${odd}`,
      );
    }
    const bytes = shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, TYPES[type]);
    if (last - first !== bytes) {
      fail(`"${name}" of type ${type} and shape [${shape.join(", ")}] takes ${bytes} bytes, found ${last - first}`);
    }
    if (last > data.length) fail(`"${name}" ends at byte ${last} of the data, which has ${data.length}`);
    return { name, type, shape, bytes: data.subarray(first, last) };
  });
  checkOrder(entries, data.length, data.byteOffset, fail);
  return { entries, metadata };
}

/** The format has no gaps and no overlaps, so that nothing can hide in a file. */
function checkOrder(entries: readonly Entry[], length: number, start: number, fail: (problem: string) => never): void {
  let at = 0;
  const inOrder = [...entries].sort((a, b) =>
    a.bytes.byteOffset - b.bytes.byteOffset || a.bytes.length - b.bytes.length
  );
  for (const { name, bytes } of inOrder) {
    const first = bytes.byteOffset - start;
    if (first !== at) {
      fail(`"${name}" begins at byte ${first} of the data, expected ${at}: there is no gap between tensors`);
    }
    at += bytes.length;
  }
  if (at !== length) fail(`its tensors take ${at} bytes, found ${length}`);
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Whether text `a` comes before `b` in the order of their bytes as UTF-8. */
function compare(a: string, b: string): number {
  const [x, y] = [encode(a), encode(b)], length = Math.min(x.length, y.length);
  for (let i = 0; i < length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

/**
 * The bytes of a file, laid out as the format's own implementation does: wide types first, then by name, the header filled up with spaces to a
 * multiple of 8.
 */
export function format({ entries, metadata }: Content): Uint8Array<ArrayBuffer> {
  const order = Object.keys(TYPES);
  const sorted = [...entries].sort((a, b) => order.indexOf(b.type) - order.indexOf(a.type) || compare(a.name, b.name));
  let at = 0;
  const listed = sorted.map(({ name, type, shape, bytes }) =>
    [name, { dtype: type, shape, data_offsets: [at, at += bytes.length] }] as const
  );
  const described = [...Object.keys(metadata).length > 0 ? [[METADATA, metadata] as const] : [], ...listed];
  // Written by hand: an object would put names that are numbers first.
  const header = encode(
    `{${described.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
  );
  const length = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(PREFIX + length + at).fill(0x20, PREFIX, PREFIX + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(header, PREFIX);
  let place = PREFIX + length;
  for (const { bytes } of sorted) {
    file.set(bytes, place);
    place += bytes.length;
  }
  return file;
}
