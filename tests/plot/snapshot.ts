/** Pins of charts' descriptions: rounded, so that the last digits of arithmetic are free. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";

const folder = new URL("./snapshots/", import.meta.url);

/** The pixels of a PNG made by `encodePng`, with the size of their rows. */
export function pngPixels(url: string): { width: number; height: number; rows: Uint8Array } {
  const file = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (c) => c.charCodeAt(0));
  const view = new DataView(file.buffer);
  let data = new Uint8Array();
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (name === "IDAT") data = new Uint8Array(inflateSync(file.subarray(at + 8, at + 8 + length)));
    at += length + 12;
  }
  return { width: view.getUint32(16), height: view.getUint32(20), rows: data };
}

/** Most rows of data that are on record one by one. */
const MOST_ROWS = 24;

/** Many rows as how many there are, the first and the last, and the mean of every column of numbers. */
function digest(rows: readonly Record<string, unknown>[]): unknown {
  const columns = Object.keys(rows[0]!).filter((key) => typeof rows[0]![key] === "number");
  const mean = columns.map((key) => [key, rows.reduce((sum, row) => sum + Number(row[key]), 0) / rows.length]);
  return { rows: rows.length, first: rows[0], last: rows.at(-1), mean: Object.fromEntries(mean) };
}

/** Numbers with four digits; pictures as their size and a hash of their pixels, whatever compressed them. */
function pinned(_key: string, value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(4));
  if (Array.isArray(value) && value.length > MOST_ROWS && typeof value[0] === "object") return digest(value);
  if (typeof value !== "string" || !value.startsWith("data:image/png")) return value;
  const { width, height, rows } = pngPixels(value);
  return `PNG ${width}×${height} ${createHash("sha256").update(rows).digest("hex").slice(0, 16)}`;
}

/**
 * Asserts that a description is the one on record, in `snapshots/NAME.json`. If it is not, it is written beside it as `NAME-changed.json`: look
 * at the picture, and rename the file if the change is meant.
 */
export async function assertSnapshot(name: string, spec: unknown): Promise<void> {
  const found = JSON.stringify(spec, pinned, 2) + "\n";
  const changed = new URL(`${name}-changed.json`, folder);
  const wanted = await Deno.readTextFile(new URL(`${name}.json`, folder)).catch(() => undefined);
  if (found === wanted) return await Deno.remove(changed).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(changed, found);
  assert.fail(
    `${name}: the chart has changed. Compare snapshots/${name}.json with ${name}-changed.json, and rename it if the change is meant`,
  );
}
