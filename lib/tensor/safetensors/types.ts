/** The element types of safetensors. */

/** Bytes of an element of each type, in the order by which files are sorted: widest last. */
export const TYPES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

/** A type by the format's name. */
export type TypeName = keyof typeof TYPES;

/** A tensor's entry in a header. */
export interface RawEntry {
  readonly dtype: TypeName;
  readonly shape: readonly number[];
  /** First byte, and the one after the last. */
  readonly data_offsets: readonly [number, number];
}
