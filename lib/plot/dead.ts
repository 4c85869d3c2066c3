/**
 * Fractions over batches: of units that are dead, of values that are 0, or of whatever else is counted.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isListLike, wrongKind } from "../device/expect.ts";
import type { Chart } from "./chart.ts";
import { type Series, seriesChart } from "./series.ts";

/** What {@linkcode deadShareChart} shows. */
export interface DeadShareOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** One fraction from 0 to 1 for each batch. */
  readonly shares: ArrayLike<number>;
  /** A colour. Default: the theme's first. */
  readonly color?: string;
  /** Default: `batch`. */
  readonly xTitle?: string;
  /** Default: `share`. */
  readonly yTitle?: string;
  /** Of the whole picture, in pixels. Default: 420. */
  readonly width?: number;
  /** Of the whole picture, in pixels. Default: 240. */
  readonly height?: number;
}

const OPTIONS = optionNames<DeadShareOptions>({
  title: 1,
  shares: 1,
  color: 1,
  xTitle: 1,
  yTitle: 1,
  width: 1,
  height: 1,
});

/** What {@linkcode shareChart} shows. */
export interface ShareOptions extends Omit<DeadShareOptions, "shares" | "color"> {
  /** One fraction from 0 to 1 for each batch, in each of the lines. */
  readonly series: readonly Series[];
  /** Where a legend names them. Default: `none`. */
  readonly legend?: "top" | "right" | "none";
  /** Fill below the lines. Default: false. */
  readonly fill?: boolean;
}

/**
 * Several fractions over batches, on an axis from 0 to 1 whatever the values.
 *
 * @internal
 */
export function shareChart({ title, yTitle = "share", legend = "none", ...rest }: ShareOptions): Chart {
  return seriesChart({
    ...rest,
    legend,
    ...(title ? { title } : {}),
    y: { title: yTitle, domain: [0, 1], format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] },
  });
}

/**
 * The fraction of units that are dead, or another one, over batches: on an axis from 0 to 1 whatever the values, so that layers and runs can be
 * compared by eye.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const chart = plot.deadShareChart({ title: "0.1 ReLU", shares: [0.2, 0.35, 0.6] });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export function deadShareChart(options: DeadShareOptions): Chart {
  checkObject("deadShareChart", "its argument", options, "an object { shares, … }", ["shares"]);
  checkOptions("deadShareChart", options, OPTIONS);
  const { shares, color, yTitle = "share", title, ...rest } = options;
  const series = [{ label: title ?? yTitle, values: shares, ...(color ? { color } : {}) }];
  return shareChart({ ...rest, yTitle, ...(title ? { title } : {}), series, fill: true });
}

/**
 * For each batch, the fraction of values in some bins of a histogram.
 *
 * @param counts for each batch, how many values fell into each bin
 * @param bins the first and the last bin of those, both included
 * @param outside for each batch, how many values fell outside all bins; they count as values too. Default: none
 * @returns one fraction for each batch; NaN where a batch has no values
 * @throws {RangeError} when there are no such bins
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.binShare([[6, 2, 2], [0, 5, 5]], [0, 0])); // Float64Array(2) [ 0.6, 0 ]
 * ```
 */
export function binShare(
  counts: readonly ArrayLike<number>[],
  bins: readonly [number, number],
  outside?: ArrayLike<number>,
): Float64Array {
  checkList("binShare", "counts", counts, "an array of histograms", isListLike);
  checkList("binShare", "bins", bins, "[first, last]");
  if (outside !== undefined && !isListLike(outside)) {
    throw wrongKind("binShare", "outside", "an array of counts", outside);
  }
  const [first, last] = bins;
  const length = counts[0]?.length ?? Infinity;
  if (!(Number.isInteger(first) && Number.isInteger(last) && 0 <= first && first <= last && last < length)) {
    throw new RangeError(`Cannot take bins ${first} to ${last}: give two of 0 to ${length - 1}, the lower first`);
  }
  return Float64Array.from(counts, (row, batch) => {
    let within = 0, all = outside?.[batch] ?? 0;
    for (let bin = 0; bin < row.length; bin++) {
      all += row[bin]!;
      if (bin >= first && bin <= last) within += row[bin]!;
    }
    return within / all;
  });
}
