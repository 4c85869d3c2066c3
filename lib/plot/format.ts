/**
 * Numbers as text for readers.
 *
 * @module
 */

/** Mean and unbiased standard deviation; the deviation of a single value is `NaN`. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : NaN };
}

/** Significant digits of small figures. */
const SMALL_DIGITS = 3;

/** A number with so many digits, in powers of ten where it is very small or large: `0.25`, `7.9e16`. */
export function shortNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  const near = Number(value.toPrecision(digits)), size = Math.abs(near);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? near.toExponential().replace("e+", "e") : String(near);
}

/** A figure as the documents print it, with three decimals, or three digits where it is small: a loss of 0.0004 is not 0.000. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e7) return shortNumber(value, SMALL_DIGITS);
  if (size >= 1e4) return value.toFixed(0);
  if (size >= 0.01 || size === 0) return value.toFixed(3);
  return size >= 1e-3 ? value.toPrecision(SMALL_DIGITS) : value.toExponential(SMALL_DIGITS - 1);
}

/** A duration: `8.3 s`, `2 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
