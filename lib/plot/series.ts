/**
 * A figure of several layers over batches.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isListLike, isObject } from "../device/expect.ts";
import { type Axis, batchAxis, checkAxis, extentOf, quantitative } from "./axis.ts";
import { Chart } from "./chart.ts";
import { described } from "./describe.ts";
import { buckets, rounded, rounder, titleWith, withGaps } from "./downsample.ts";
import { frame } from "./frame.ts";
import { legendLayer } from "./legend.ts";
import { hue, shade } from "./theme.ts";

/** One figure of one layer. */
export interface Series {
  /** What the legend calls it. */
  readonly label: string;
  /** A colour; by default the theme's for the position of the series. */
  readonly color?: string;
  /** One value for each batch; those that are not finite leave a gap. */
  readonly values: ArrayLike<number>;
}

/** What a chart of series shows. */
export interface SeriesChartOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** Default: `batch`. */
  readonly xTitle?: string;
  /** The axis up. On a logarithmic one, values that are not above 0 leave a gap, and the axis says how many they are. */
  readonly y: Axis;
  /** The lines, in the order of the legend. */
  readonly series: readonly Series[];
  /** Where a legend names the series, if anywhere. Default: `top` if there are several. */
  readonly legend?: "top" | "right" | "none";
  /** A dashed line across, such as the value that is aimed at. */
  readonly rule?: number;
  /** Fill below the lines, down to 0. Default: false. */
  readonly fill?: boolean;
  /** Of the whole picture, in pixels. Default: 420. */
  readonly width?: number;
  /** Of the whole picture, in pixels. Default: 240. */
  readonly height?: number;
}

/** Points that all series of a chart have together; each has at most 240 of them, and at least 30. */
const BUDGET = 2000;

/** How many points each series keeps, given their number. */
export function pointsEach(series: number): number {
  return Math.max(30, Math.min(240, Math.floor(BUDGET / Math.max(1, series))));
}

const OPTIONS = optionNames<SeriesChartOptions>({
  title: 1,
  xTitle: 1,
  y: 1,
  series: 1,
  legend: 1,
  rule: 1,
  fill: 1,
  width: 1,
  height: 1,
});

const SERIES = optionNames<Series>({ label: 1, color: 1, values: 1 });

/**
 * Lines over batches, counted from 0, one for each layer. In long runs a line is the mean of neighbouring batches, in a band from their least to their greatest.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const series = [{ label: "0", values: [0.4, 0.5, 0.6] }, { label: "1", values: [0.2, 0.3, 0.3] }];
 * const chart = plot.seriesChart({ title: "mean", y: { title: "activation" }, series });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export function seriesChart(options: SeriesChartOptions): Chart {
  checkOptions("seriesChart", options, OPTIONS);
  checkObject("seriesChart", "its argument", options, "an object { y, series, … }", ["y", "series"]);
  checkList(
    "seriesChart",
    "series",
    options.series,
    "an array of series, { label, values }",
    (one) => isObject(one) && isListLike((one as { values?: unknown }).values),
  );
  checkAxis("the axis of seriesChart", options.y);
  for (const one of options.series) checkOptions("a series of seriesChart", one, SERIES);
  const { title, xTitle = "batch", y, series, legend = series.length > 1 ? "top" : "none", rule, fill = false } =
    options;
  const { width = 420, height = 240 } = options;
  const logarithmic = y.scale === "log";
  const most = pointsEach(series.length);
  const length = Math.max(1, ...series.map(({ values }) => values.length));
  const banded = length > most;

  const runs = series.map(({ values }) => {
    // A logarithmic axis has no place for values that are not above 0.
    const shown = logarithmic ? Array.from(values, (value) => value > 0 ? value : NaN) : values;
    return withGaps(buckets(shown, most), ({ mean }) => Number.isFinite(mean));
  });
  const extent = extentOf([
    ...runs.flatMap(({ points }) => points.flatMap(({ mean, least, most }) => banded ? [least, most] : [mean])),
    ...(rule === undefined ? [] : [rule]),
    ...(fill ? [0] : []),
  ]);
  const round = rounder(extent);
  const values = runs.flatMap(({ points }, s) =>
    points.map(({ x, mean, least, most }) => {
      const [y, a, b] = [mean, least, most].map((value) => Number.isFinite(value) ? round(value) : null);
      return { s, x: rounded(x), y, ...(banded ? { a, b } : {}) };
    })
  );
  // A value between two gaps, and the only one of a run, is a dot: a line needs two.
  const alone = runs.flatMap(({ alone }, s) => alone.map(({ x, mean }) => ({ s, x: rounded(x), y: round(mean) })));
  const below = logarithmic
    ? series.reduce((sum, { values }) => sum + Array.from(values).filter((value) => value <= 0).length, 0)
    : 0;
  const entries = series.map(({ label, color }, i) => ({ label, color: color ?? hue(i) }));
  // A series is known by its place: two of one label are two.
  const color = {
    field: "s",
    type: "nominal",
    sort: null,
    scale: { domain: series.map((_, i) => i), range: entries.map(({ color }) => color) },
    legend: null,
  };
  const x = { field: "x", ...batchAxis(xTitle, length) };
  const up = quantitative({ ...y, title: titleWith(y.title, below) }, extent);
  const yOf = (field: string) => ({ field, ...up });
  const layer = [
    ...(rule === undefined ? [] : [{
      data: { values: [{ y: rule }] },
      mark: { type: "rule", color: shade("muted"), strokeDash: [3, 3], aria: false },
      encoding: { y: yOf("y") },
    }]),
    ...(fill
      ? [{ mark: { type: "area", opacity: 0.15, line: false, aria: false }, encoding: { x, y: yOf("y"), color } }]
      : []),
    ...(banded
      ? [{
        mark: { type: "area", opacity: 0.22, aria: false },
        encoding: { x, y: yOf("a"), y2: { field: "b" }, color },
      }]
      : []),
    { mark: { type: "line", aria: false }, encoding: { x, y: yOf("y"), color } },
    ...(alone.length === 0 ? [] : [{
      data: { values: alone },
      mark: { type: "point", filled: true, size: 36, aria: false },
      encoding: { x, y: yOf("y"), color },
    }]),
  ];
  return new Chart({
    ...frame(title, width, height),
    description: described(title, `${y.title} by ${xTitle}`, series),
    data: { values },
    layer: legend === "none" ? layer : [...layer, legendLayer(entries, legend, width)],
  });
}
