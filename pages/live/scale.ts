/** Numbers on a chart: where its ticks are, how values are written, and which points of a line a screen shows. */

/** A step and a value. */
export type Point = readonly [number, number];

/** First and last step shown; undefined for all. */
export type Range = readonly [number, number] | undefined;

/** Values by steps: those given, or from 0 on. */
export interface Values {
  readonly values: readonly number[];
  /** The step of each value, growing. Default: its place. */
  readonly steps?: readonly number[] | undefined;
}

/** The place of the last value at or before a step; −1 where there is none. */
export function indexAt({ values, steps }: Values, step: number): number {
  if (!steps) return step < values.length ? Math.floor(step) : -1;
  let low = 0, high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The last step that has a value; 0 if there is none. */
export const lastStep = ({ values, steps }: Values): number => (steps ? steps.at(-1) : values.length - 1) ?? 0;

/** At most the lowest and the highest value for each pixel, in the order of the steps; in parts where a value is not finite. */
export function outline(line: Values, from: number, to: number, pixels: number): Point[][] {
  const { values, steps } = line, parts: Point[][] = [[]], width = Math.max(1, (to - from) / pixels);
  const first = steps ? Math.max(0, indexAt(line, from)) : Math.max(0, Math.ceil(from));
  let part = parts[0]!, end = from, low: Point | undefined, high: Point | undefined, gap = false;
  const close = () => {
    if (low && high) part.push(...low[0] === high[0] ? [low] : low[0] < high[0] ? [low, high] : [high, low]);
    if (gap) parts.push(part = []);
    low = high = undefined;
    gap = false;
  };
  for (let i = first; i < values.length; i++) {
    const step = steps ? steps[i]! : i, value = values[i];
    if (step > to && !steps) break;
    if (step >= end) {
      close();
      end = from + (Math.floor((step - from) / width) + 1) * width;
    }
    if (value === undefined || !Number.isFinite(value)) gap = true;
    else {
      if (!low || value < low[1]) low = [step, value];
      if (!high || value > high[1]) high = [step, value];
    }
    if (step > to) break; // the first one beyond, so that the line leaves the picture
  }
  close();
  return parts.filter(({ length }) => length);
}

/** Mean, least and greatest of the finite values from one step to another; undefined if there are none. */
export function summaryOf(line: Values, from: number, to: number) {
  const { values, steps } = line;
  let sum = 0, count = 0, low = Infinity, high = -Infinity;
  for (let i = steps ? Math.max(0, indexAt(line, from)) : Math.max(0, Math.ceil(from)); i < values.length; i++) {
    const step = steps ? steps[i]! : i, value = values[i]!;
    if (step > to) break;
    if (step < from || !Number.isFinite(value)) continue;
    sum += value;
    count++;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return count ? { mean: sum / count, low, high } : undefined;
}

/** Round numbers between two, about that many. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((by) => by * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9); // the ends too, if they are round
  return Array.from(
    { length: last - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)),
  );
}

/**
 * What ticks are called: each as it is, as two of them four digits alike are two places; in powers of ten where that is shorter than zeros.
 */
export function tickLabels(ticks: readonly number[]): string[] {
  const widest = (labels: readonly string[]) => Math.max(0, ...labels.map(({ length }) => length));
  const plain = ticks.map((tick) => power(String(tick)));
  const powers = ticks.map((tick) => tick === 0 ? "0" : power(tick.toExponential()));
  return widest(plain) > 6 && widest(powers) < widest(plain) ? powers : plain;
}

const power = (text: string) => text.replace("e+", "e");

/** A number with as many digits as one reads, in powers of ten where zeros would have to be counted. */
export function format(value: number | undefined): string {
  if (value === undefined) return "–";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value), rounded = Number(value.toPrecision(4));
  return power(size !== 0 && (size < 1e-4 || size >= 1e7) ? rounded.toExponential() : String(rounded));
}
