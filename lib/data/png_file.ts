/** How a PNG file is put together: https://www.w3.org/TR/png-3/#5DataRep */
import { zlib } from "../device/builtins.ts";

/** What every PNG begins with. */
export const SIGNATURE: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];

/** A chunk: length, type, content and checksum. */
export function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12), view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, zlib().crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** Parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
