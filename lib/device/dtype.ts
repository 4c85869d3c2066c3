import { textOf } from "./expect.ts";
/**
 * Element types, and how much room they take on a device.
 *
 * `float32` and `int32` take four bytes. `bool` is stored as an `int32` of 0 or 1, so that no kernel has to write single bytes
 * (WGSL cannot). Two types are packed, and only read: `uint8`, one byte an element, holds data sets, and `float16`, two bytes an element, the weights
 * of models that are not trained any more. What is computed from a float16 is float32.
 */
export type DType = "float32" | "int32" | "bool" | "uint8" | "float16";

/** The names of the types. */
export const DTYPES = ["float32", "int32", "bool", "uint8", "float16"] as const satisfies readonly DType[];

/** The type of that name. @throws {TypeError} if there is none */
export function dtypeNamed(name: string): DType {
  const found = DTYPES.find((dtype) => dtype === name);
  if (found) return found;
  throw new TypeError(`Cannot make ${textOf(name)} elements: the types are ${DTYPES.join(", ")}`);
}

/** Whether elements of a type are floats: float32, or float16, which is read as float32. */
export const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float16";

/** The types that kernels compute with. */
export type ComputedType = "float32" | "int32" | "bool";

/** The type in which kernels see elements of a type. */
export const computed = (dtype: DType): ComputedType =>
  dtype === "uint8" ? "bool" : dtype === "float16" ? "float32" : dtype;

/** A host array that can hold elements of any {@linkcode DType}. Those of float16 are numbers like those of float32. */
export type HostArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Bytes of one element of a type on a device. */
export const elementBytes = (dtype: DType): number => dtype === "uint8" ? 1 : dtype === "float16" ? 2 : 4;

/** Whether elements of a type share a 4-byte word, so that none begins a buffer of its own. */
export const isPacked = (dtype: DType): boolean => elementBytes(dtype) < 4;

/** Bytes that `elements` of `dtype` take on a device, rounded up to whole 4-byte words. */
export function byteLength(dtype: DType, elements: number): number {
  return Math.ceil(elements * elementBytes(dtype) / 4) * 4;
}
