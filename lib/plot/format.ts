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

/** A figure as the documents print it, with three decimals; one that is not finite says so. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Math.abs(value) < 1e4 ? value.toFixed(3) : value.toExponential(1).replace("e+", "e");
}

/** A duration: `8.3 s`, `2 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
