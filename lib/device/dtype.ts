/**
 * Element types, and how much room they take on a device.
 *
 * `float32` and `int32` take four bytes. `bool` is stored as an `int32` of 0 or 1, so that no kernel has to write single bytes
 * (WGSL cannot). `uint8` is packed, one byte an element, and only read: it holds data sets.
 */
export type DType = "float32" | "int32" | "bool" | "uint8";

/** The names of the types. */
export const DTYPES = ["float32", "int32", "bool", "uint8"] as const satisfies readonly DType[];

/** The type of that name. @throws {TypeError} if there is none */
export function dtypeNamed(name: string): DType {
  const found = DTYPES.find((dtype) => dtype === name);
  if (found) return found;
  throw new TypeError(`Cannot make ${name} elements: the types are ${DTYPES.join(", ")}`);
}

/** A host array that can hold elements of any {@linkcode DType}. */
export type HostArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Bytes that `elements` of `dtype` take on a device, rounded up to whole 4-byte words. */
export function byteLength(dtype: DType, elements: number): number {
  return dtype === "uint8" ? Math.ceil(elements / 4) * 4 : elements * 4;
}
