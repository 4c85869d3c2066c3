/**
 * The axes of charts.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, isText } from "../device/expect.ts";
import { linearTicks, oneTwoFive, tickTexts, wholeTicks } from "./ticks.ts";

/** A description of an axis. */
export interface Axis {
  /** Stands beside the axis. */
  readonly title: string;
  /** `linear` by default. */
  readonly scale?: "linear" | "log";
  /** The least and greatest value shown; by default those of the points, and no more. */
  readonly domain?: readonly [number, number];
  /** A d3-format string, such as `.2f` or `%`. */
  readonly format?: string;
  /** Only these ticks. */
  readonly values?: readonly number[];
  /** Words at the ticks in `values`, one for each, where numbers stand for things. Default: the numbers. */
  readonly labels?: readonly string[];
}

const AXIS = optionNames<Axis>({ title: 1, scale: 1, domain: 1, format: 1, values: 1, labels: 1 });

/** Throws for an axis with anything that nobody reads, or with labels that do not fit its values. */
export function checkAxis(what: string, axis: Axis): void {
  checkOptions(what, axis, AXIS);
  const { labels, values = [] } = axis;
  if (labels === undefined) return;
  checkList(what, "labels", labels, "an array of texts", isText);
  if (labels.length !== values.length) {
    throw new RangeError(
      `Cannot label ${what}: give as many labels as values, found ${labels.length} and ${values.length}`,
    );
  }
}

/** The least and the greatest of the finite values; undefined if there is none. */
export function extentOf(values: Iterable<number>): [number, number] | undefined {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : undefined;
}

/** Room around a lone value, so that its axis has two ticks: a whole number, such as an epoch, has the next one beside it. */
function widened(value: number, logarithmic: boolean): [number, number] {
  if (logarithmic) return [value / 2, value * 2];
  if (Number.isInteger(value) && value >= 0) return [value - 0.25, value + 1.25];
  const room = Math.max(Math.abs(value) * 0.1, 1e-12);
  return [value - room, value + room];
}

/**
 * An expression of Vega that writes very small or large numbers in powers of ten, without the plus sign; with six decimals, or as many more as tell the
 * ticks between two ends apart.
 */
function powers(from: number, to: number): string {
  const nearness = Math.max(Math.abs(from), Math.abs(to)) / (to - from); // of a step, up to ten times that
  const decimals = Number.isFinite(nearness) ? Math.min(15, Math.max(6, Math.ceil(Math.log10(nearness)) + 2)) : 6;
  return `datum.value === 0 ? '0' : replace(format(datum.value, '.${decimals}~e'), '+', '')`;
}

/**
 * An axis in Vega-Lite's terms, with at least two ticks whatever the values. Its domain is that of the values, of linear ones out to the next
 * round numbers.
 *
 * @param shown the least and the greatest value that is drawn
 * @param whole whether all values are whole numbers, such as epochs: then ticks are, too
 */
export function quantitative(
  axis: Axis,
  shown: readonly [number, number] | undefined,
  whole = false,
): Record<string, unknown> {
  const { title, scale = "linear", domain, format, values, labels } = axis, logarithmic = scale === "log";
  const [least, most] = domain ?? shown ?? (logarithmic ? [1, 10] : [0, 1]);
  const lone = !domain && least === most;
  const [from, to] = lone ? widened(least, logarithmic) : [least, most];
  const between = logarithmic ? oneTwoFive(Math.max(from, Number.MIN_VALUE), to) : linearTicks(from, to);
  const counts = whole && !logarithmic && to - from >= 1 ? wholeTicks(Math.ceil(from), Math.floor(to)) : [];
  const ticks = values ?? (counts.length > 1 ? counts : logarithmic || lone ? between : undefined);
  const size = Math.max(Math.abs(from), Math.abs(to));
  const text = labels
    ? { labelExpr: `${JSON.stringify(Object.fromEntries(values!.map((value, i) => [value, labels[i]])))}[datum.value]` }
    : format
    ? { format }
    : ticks
    ? { labelExpr: tickTexts(ticks, !logarithmic) }
    : size >= 1e6 || size < 1e-3
    ? { labelExpr: powers(from, to) }
    : {};
  return {
    type: "quantitative",
    title,
    scale: {
      type: scale,
      ...(logarithmic ? {} : { zero: false }),
      ...(domain
        ? { domain, clamp: true, nice: false }
        : logarithmic || lone || !shown
        ? { domain: [from, to], nice: false }
        : {}),
    },
    axis: {
      ...text,
      ...(ticks ? { values: ticks } : { tickCount: 5 }),
      // Moved inwards, the first label would come so near to the second that one of them is left out.
      ...(logarithmic ? { labelFlush: false } : {}),
    },
  };
}

/** The axis of `count` batches, counted from 0; one batch has room for the next, so that the axis has two numbers. */
export function batchAxis(title: string, count: number): Record<string, unknown> {
  const last = Math.max(count - 1, 1);
  return {
    type: "quantitative",
    title,
    scale: { domain: count > 1 ? [0, last] : [-0.25, 1.25], nice: false, zero: false },
    axis: { values: wholeTicks(0, last), format: "~s", grid: false },
  };
}
