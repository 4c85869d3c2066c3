/** Wilson's interval of a share. */

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of a share of which `hits` of `n` were seen (Wilson 1927): unlike the usual one it keeps to what it says near 0 and 1.
 *
 * @param hits how many
 * @param n of how many
 */
export function wilson(hits: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const p = hits / n, z2 = Z * Z / n, centre = (p + z2 / 2) / (1 + z2);
  const half = Z / (1 + z2) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
