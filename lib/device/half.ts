/**
 * Floats of 16 bits (IEEE 754 binary16, "halves"), as bits and as numbers. All devices round alike: to the nearest, ties to even, beyond 65504 to ±∞,
 * subnormal numbers kept; of a NaN its sign is kept.
 */

/** Bits of halves: infinity, the NaN that conversions give, and the sign. */
const INFINITE = 0x7c00, NOT_A_NUMBER = 0x7e00, SIGN = 0x8000;

const number = new Float32Array(1), bits = new Uint32Array(number.buffer);

/** The half nearest to a number that was rounded to float32. */
export function halfBits(x: number): number {
  number[0] = x;
  const sign = bits[0]! >>> 16 & SIGN, size = bits[0]! & 0x7fffffff;
  if (size > 0x7f800000) return sign | NOT_A_NUMBER;
  if (size >= 0x477ff000) return sign | INFINITE; // 65520 is half way from 65504 to 65536
  // 13 bits of the mantissa go. Where they are half a unit, the last bit that stays decides; a carry into the exponent is right.
  if (size >= 0x38800000) return sign | (size - 0x38000000 + 0xfff + (size >>> 13 & 1)) >>> 13;
  // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴, as are the float32 in [0.5, 1): adding 0.5 rounds.
  number[0] = Math.abs(number[0]) + 0.5;
  return sign | bits[0]! - 0x3f000000;
}

/** The number that a half is. */
export function halfValue(half: number): number {
  const sign = half & SIGN ? -1 : 1, exponent = half >>> 10 & 31, fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}

/** The halves nearest to some numbers. */
export function toHalves(data: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = halfBits(data[i]!);
  return out;
}

let values: Float32Array | undefined;

/** The numbers that some halves are, by a table of all halves. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  values ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfValue(half));
  const out = new Float32Array(halves.length);
  for (let i = 0; i < out.length; i++) out[i] = values[halves[i]!]!;
  return out;
}
