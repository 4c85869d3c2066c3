/** Scalar functions in 64-bit floats that JavaScript lacks, or computes differently. */

/** Rounds to the nearest whole number, halves to the even one. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : Math.ceil(x);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The error function 2/√π ∫₀ˣ e^(−t²) dt, within a few units of the last place.
 * Small x: the series 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms have one sign. Large x: one minus the continued
 * fraction of erfc (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x); // erfc(6) = 2e-17
  if (a < 3) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
  let fraction = a;
  for (let k = 80; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}

/** C's pow: unlike JavaScript's, 1 to any power is 1, and so is −1 to an infinite power. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return Math.pow(x, y);
}

/** Remainder with the sign of the divisor, as PyTorch computes it: fmod, then one divisor added if the signs differ. */
export function remainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && (rest < 0) !== (y < 0) ? rest + y : rest;
}

/** Whether int32 holds `x`, or what is left of it when its fraction is cut off. */
export const fitsInt32 = (x: number): boolean => x > -2147483649 && x < 2147483648;

/**
 * `x` to the power `n`, both whole: exact where it fits in 53 bits. Of a negative power the whole part is left, as in PyTorch: 0 but for 1 and −1.
 */
export function integerPower(x: number, n: number): number {
  if (n < 0) return x === 1 ? 1 : x === -1 ? (n % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let square = x, rest = n; rest > 0; square *= square, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}
