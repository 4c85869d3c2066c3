/** Reading golden files, and comparing arrays with a message that says where they differ most. */
import { readFileSync } from "node:fs";

/** An array in a golden file. */
export interface GoldenArray {
  readonly dtype: "float32" | "int32" | "bool" | "uint8";
  readonly shape: readonly number[];
  /** Base64 of little-endian float32, or int32 for every other dtype. */
  readonly data: string;
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/** Decodes base64 float32. */
export function floats(base64: string): Float32Array {
  return new Float32Array(bytesOf(base64));
}

/** Decodes a golden array: float32, or int32 for every other dtype. */
export function values(array: GoldenArray): Float32Array | Int32Array {
  return array.dtype === "float32" ? floats(array.data) : new Int32Array(bytesOf(array.data));
}

/** Parses a JSON file beside the goldens. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../goldens/${name}`, import.meta.url), "utf8")) as T;
}

/** Devices under test: `SONDE_TEST_DEVICES`, by default `reference,cpu`. */
export function testDevices(): ("reference" | "cpu" | "webgpu")[] {
  const names = (Deno.env.get("SONDE_TEST_DEVICES") ?? "reference,cpu").split(",").map((name) => name.trim()).filter(
    Boolean,
  );
  return names.map((name) => {
    if (name !== "reference" && name !== "cpu" && name !== "webgpu") throw new RangeError(`Cannot test device ${name}`);
    return name;
  });
}

/** How far a value may be off: `relative` of its own magnitude, plus `absolute`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Where `found` is furthest outside the tolerance around `expected`, in words; undefined when it is inside everywhere. */
export function difference(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  { relative, absolute }: Tolerance,
): string | undefined {
  if (found.length !== expected.length) return `has ${found.length} values where ${expected.length} are expected`;
  let worst = -1, excess = 0, count = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i]!, f = Math.fround(found[i]!);
    if (e === f || (Number.isNaN(e) && Number.isNaN(f))) continue;
    const allowed = relative * Math.abs(e) + absolute;
    const off = Math.abs(f - e);
    if (off <= allowed && Number.isFinite(e)) continue;
    const over = Number.isFinite(off) ? off / (allowed || Number.MIN_VALUE) : Infinity;
    count++;
    if (over > excess || worst < 0) {
      worst = i;
      excess = over;
    }
  }
  if (worst < 0) return undefined;
  return `differs in ${count} of ${expected.length} values; worst at ${showIndex(worst, shape)} of [${
    shape.join(", ")
  }]: expected ${expected[worst]}, found ${found[worst]} (${excess.toPrecision(3)}× the tolerance)`;
}

function showIndex(flat: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(flat % shape[axis]!);
    flat = Math.floor(flat / shape[axis]!);
  }
  return `[${index.join(", ")}]`;
}
