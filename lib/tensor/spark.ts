/** Lines and histograms as one line of text. */

const LEVELS = "▁▂▃▄▅▆▇█";

const level = (share: number): string =>
  LEVELS[Math.max(0, Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length)))]!;

/** Counts as bars from 0 to the greatest; a space for none. */
export function sparkBars(counts: ArrayLike<number>): string {
  const most = Array.from(counts).reduce((a, b) => b > a ? b : a, 0);
  return Array.from(counts, (count) => count > 0 ? level(count / most) : " ").join("");
}

/** Values as a line from the least to the greatest, at most `width` of them: means of neighbours. A dot for what is not finite. */
export function sparkLine(values: ArrayLike<number>, width: number): string {
  const length = Math.min(values.length, width), means: number[] = [];
  for (let i = 0; i < length; i++) {
    const from = Math.floor(i * values.length / length), to = Math.floor((i + 1) * values.length / length);
    let sum = 0;
    for (let k = from; k < to; k++) sum += values[k]!;
    means.push(sum / (to - from));
  }
  const finite = means.filter(Number.isFinite), low = Math.min(...finite), span = Math.max(...finite) - low;
  return means.map((mean) => Number.isFinite(mean) ? level(span > 0 ? (mean - low) / span : 0) : "·").join("");
}
