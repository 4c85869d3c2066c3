/** Elements of a safetensors file as this library's types, and the other way round. */
import type { DType, HostArray } from "../../device/dtype.ts";
import { toHalves } from "../../device/half.ts";
import { type Entry, SafetensorsError } from "./header.ts";
import type { TypeName } from "./types.ts";

/** Numbers and the type of a tensor of them. */
export interface Elements {
  readonly dtype: DType;
  readonly data: HostArray;
}

/** A typed array over a copy of bytes, which may begin anywhere. */
function over<T>(bytes: Uint8Array, Array: new (buffer: ArrayBuffer) => T): T {
  return new Array(bytes.slice().buffer);
}

const float = (data: Float32Array | Float64Array): Elements => ({ dtype: "float32", data });
const int = (data: Int32Array): Elements => ({ dtype: "int32", data });

/** Whole numbers of a type that int32 does not hold all of. */
function narrow({ name, type }: Entry, values: BigInt64Array | BigUint64Array | Uint32Array): Elements {
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i]!, number = Number(value);
    if (number !== (number | 0)) {
      throw new SafetensorsError(
        `Cannot read "${name}" of type ${type}: it becomes int32, and element ${i} is ${value}, which int32 does not hold`,
      );
    }
    out[i] = number;
  }
  return int(out);
}

/** The upper half of a float32. */
function bfloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

const READERS: Readonly<Record<Exclude<TypeName, "F8_E5M2" | "F8_E4M3">, (entry: Entry) => Elements>> = {
  F32: ({ bytes }) => float(over(bytes, Float32Array)),
  F64: ({ bytes }) => float(over(bytes, Float64Array)),
  F16: ({ bytes }) => float(Float32Array.from(over(bytes, Float16Array))),
  BF16: ({ bytes }) => float(bfloat16(over(bytes, Uint16Array))),
  I32: ({ bytes }) => int(over(bytes, Int32Array)),
  I16: ({ bytes }) => int(Int32Array.from(over(bytes, Int16Array))),
  I8: ({ bytes }) => int(Int32Array.from(over(bytes, Int8Array))),
  U16: ({ bytes }) => int(Int32Array.from(over(bytes, Uint16Array))),
  U32: (entry) => narrow(entry, over(entry.bytes, Uint32Array)),
  I64: (entry) => narrow(entry, over(entry.bytes, BigInt64Array)),
  U64: (entry) => narrow(entry, over(entry.bytes, BigUint64Array)),
  U8: ({ bytes }) => ({ dtype: "uint8", data: bytes.slice() }),
  BOOL: ({ bytes }) => ({ dtype: "bool", data: bytes.slice() }),
};

/** What a tensor in a file becomes. */
export function elementsOf(entry: Entry): Elements {
  const { name, type } = entry;
  if (type === "F8_E5M2" || type === "F8_E4M3") {
    throw new SafetensorsError(
      `Cannot read "${name}" of type ${type}: floats of 8 bits are not read. Save it as F32, F16 or BF16`,
    );
  }
  return READERS[type](entry);
}

const NAMES: Readonly<Record<DType, TypeName>> = {
  float32: "F32",
  float16: "F16",
  int32: "I32",
  bool: "BOOL",
  uint8: "U8",
};

/**
 * A tensor's values as a file has them.
 *
 * @param wide whole numbers take 64 bits, as PyTorch's do, and so do floats that have them
 */
export function entryOf(
  name: string,
  shape: readonly number[],
  { dtype, data }: Elements,
  wide = false,
): Entry {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (dtype === "int32" && wide) {
    return { name, type: "I64", shape, bytes: bytes(BigInt64Array.from(data as Int32Array, BigInt)) };
  }
  if (dtype === "float16") return { name, type: "F16", shape, bytes: bytes(toHalves(data)) };
  // The reference device computes, and reads, in 64 bits.
  const isDouble = dtype === "float32" && !(data instanceof Float32Array);
  if (isDouble && wide) return { name, type: "F64", shape, bytes: bytes(Float64Array.from(data)) };
  const stored = isDouble ? Float32Array.from(data) : data;
  return { name, type: NAMES[dtype], shape, bytes: bytes(stored) };
}
