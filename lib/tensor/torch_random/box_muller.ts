/**
 * Box and Muller's transform in 32-bit floats, rounded step by step as PyTorch's vector code for x86 does it: logarithm, sine and cosine by the
 * polynomials of Cephes (S. L. Moshier, https://www.netlib.org/cephes/, logf.c and sinf.c), multiplications and additions fused.
 */
const { fround } = Math;

/** a·b + c, rounded once. The product of two 32-bit floats is exact in 64 bits; that the sum is rounded twice shows once in some 2^29 times. */
const fma = (a: number, b: number, c: number): number => fround(a * b + c);

const float32 = new Float32Array(1), bits = new Int32Array(float32.buffer);

const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);

/** ln(1 + x) ≈ x − x²/2 + x³·P(x), highest power first. */
const LOG = floats(
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
);
/** ln 2 in two parts, the first of few digits. */
const [LN2_HIGH, LN2_LOW] = [0.693359375, fround(-2.12194440e-4)];
const SQRT_HALF = fround(Math.SQRT1_2);

/** sin x ≈ x + x³·S(x²), cos x ≈ 1 − x²/2 + x⁴·C(x²), up to π/4. */
const SIN = floats(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
const COS = floats(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
/** π/4 in three parts, the first two of few digits. */
const PARTS = floats(0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8);
const FOUR_OVER_PI = fround(4 / Math.PI);
const TWO_PI = fround(2 * Math.PI);

function polynomial(coefficients: Float32Array, x: number): number {
  let y = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) y = fma(y, x, coefficients[i]!);
  return y;
}

/** The natural logarithm of a normal number above 0. */
function log(of: number): number {
  float32[0] = of;
  let exponent = (bits[0]! >> 23) - 126;
  bits[0] = (bits[0]! & 0x7fffff) | 0x3f000000; // from ½ to 1
  let x = float32[0]!;
  if (x < SQRT_HALF) {
    exponent--;
    x = fround(fround(x - 1) + x);
  } else x = fround(x - 1);
  const z = fround(x * x);
  let y = fround(polynomial(LOG, x) * x);
  y = fma(y, z, fround(exponent * LN2_LOW));
  y = fma(-z, 0.5, y);
  return fma(exponent, LN2_HIGH, fround(x + y));
}

/** Sine and cosine of a number from 0. */
function sineAndCosine(of: number): readonly [number, number] {
  const octant = (Math.trunc(fround(of * FOUR_OVER_PI)) + 1) & ~1;
  let x = of;
  for (const part of PARTS) x = fma(-octant, part, x);
  const z = fround(x * x);
  const c = fround(polynomial(COS, z) * z);
  const cosine = fround(fma(c, z, -fround(z * 0.5)) + 1);
  const sine = fma(fround(polynomial(SIN, z) * z), x, x);
  const [first, second] = octant & 2 ? [cosine, sine] : [sine, cosine];
  return [octant & 4 ? -first : first, (octant - 2) & 4 ? second : -second];
}

/**
 * Turns the 16 uniform numbers from `start` into normal ones: the first eight are radii, the others angles.
 *
 * @param data 32-bit floats from [0, 1), changed in place
 */
export function normalBlock(data: Float32Array, start: number, mean: number, std: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = fround(Math.sqrt(fround(-2 * log(fround(1 - data[i]!)))));
    const [sine, cosine] = sineAndCosine(fround(TWO_PI * data[i + 8]!));
    data[i] = fma(fround(radius * cosine), std, mean);
    data[i + 8] = fma(fround(radius * sine), std, mean);
  }
}
