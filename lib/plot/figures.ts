/**
 * Figures of a column as text, with the digits that tell them apart.
 *
 * @module
 */

/** Digits at most: a 32-bit float has no more. */
const MOST_DIGITS = 9;

const exponent = (value: number) => Math.floor(Math.log10(Math.abs(value)));
const plain = (text: string) => text.replace("e+", "e");

/** One figure with so many significant digits, in powers of ten where it is very small or large. */
function precise(value: number, digits: number): string {
  if (value === 0) return "0";
  const e = exponent(value);
  return e < -4 || e > 6 ? plain(value.toExponential(digits - 1)) : value.toFixed(Math.max(0, digits - 1 - e));
}

/**
 * Writes the figures of a column: with three decimals, or as many more as tell apart all that differ in the first nine digits, and show two digits of the
 * smallest; over many powers of ten each with its own.
 */
export function figureFormat(column: readonly number[]): (value: number) => string {
  const values = [...new Set(column)].filter((value) => Number.isFinite(value));
  const sizes = values.filter((value) => value !== 0).map(Math.abs);
  const most = Math.max(...sizes, 1e-300), least = Math.min(...sizes, most);
  const distinct = new Set(values.map((value) => value.toPrecision(MOST_DIGITS))).size;
  const search = (write: (value: number, digits: number) => string, from: number, to: number) => {
    let digits = from;
    while (digits < to && new Set(values.map((value) => write(value, digits))).size < distinct) digits++;
    return (value: number) => Number.isFinite(value) ? write(value, digits) : String(value);
  };
  if (sizes.length === 0) return (value) => Number.isFinite(value) ? value.toFixed(3) : String(value);
  if (most >= 1e7 || least < 1e-4 || most / least >= 1e6) return search(precise, 4, MOST_DIGITS);
  if (most >= 1000 && values.every(Number.isInteger)) {
    return (value) => Number.isInteger(value) ? String(value) : precise(value, 6);
  }
  const from = Math.max(3, 1 - exponent(least));
  return search((value, decimals) => value.toFixed(decimals), from, Math.max(from, MOST_DIGITS - 1 - exponent(most)));
}

/** A figure by itself: four digits. */
export const figure = (value: number): string => Number.isFinite(value) ? precise(value, 4) : String(value);

/** A deviation, an error, a difference: two digits. */
export const rough = (value: number): string =>
  Number.isFinite(value)
    ? Math.abs(value) >= 100 && Math.abs(value) < 1e7 ? value.toFixed(0) : precise(value, 2)
    : String(value);

/** A probability: three decimals, of small ones one digit, and never 0. */
export function probability(p: number): string {
  if (Number.isNaN(p)) return "–";
  if (p < 1e-6) return "<1e-6";
  return p < 0.001 ? plain(p.toExponential(0)) : p.toFixed(3);
}
