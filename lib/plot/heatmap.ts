/**
 * Heat maps of histograms: a column for each batch, a row for each bin.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isListLike } from "../device/expect.ts";
import { quantitative } from "./axis.ts";
import { Chart } from "./chart.ts";
import { SHADES, VIRIDIS, VIRIDIS_SHADES } from "./color_scales.ts";
import { frame } from "./frame.ts";
import { pngUrl } from "./png.ts";
import { wholeTicks } from "./ticks.ts";

/** What a heat map shows. */
export interface HeatMapOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** For each batch, how many values fell into each bin. All rows are equally long. */
  readonly counts: readonly ArrayLike<number>[];
  /** The lower edge of the first bin and the upper edge of the last. */
  readonly range: readonly [number, number];
  /** Default: `batch`. */
  readonly xTitle?: string;
  /** Default: `value`. */
  readonly yTitle?: string;
  /** Whether a scale beside the picture says which colour stands for how many. Default: true. */
  readonly legend?: boolean;
  /** Of the whole picture, in pixels. Default: 420. */
  readonly width?: number;
  /** Of the whole picture, in pixels. Default: 240. */
  readonly height?: number;
}

/** Maximum number of columns: more are invisible at a chart's size, and a long run would take megabytes. */
export const MOST_COLUMNS = 480;

/** Mean counts of neighbouring batches; NaN where a batch has no counts. */
function columns(counts: readonly ArrayLike<number>[], bins: number): Float64Array[] {
  const size = Math.max(1, Math.ceil(counts.length / MOST_COLUMNS));
  const out: Float64Array[] = [];
  for (let start = 0; start < counts.length; start += size) {
    const rows = counts.slice(start, start + size);
    out.push(
      Float64Array.from({ length: bins }, (_, bin) => rows.reduce((sum, row) => sum + row[bin]!, 0) / rows.length),
    );
  }
  return out;
}

/** Ticks of the scale of counts: 0 and powers of ten, not too many. */
function powers(most: number): number[] {
  const top = Math.floor(Math.log10(Math.max(most, 1)));
  const step = Math.ceil((top + 1) / 5);
  return [0, ...Array.from({ length: top + 1 }, (_, i) => 10 ** i).filter((_, i) => (top - i) % step === 0)];
}

const OPTIONS = optionNames<HeatMapOptions>({
  title: 1,
  counts: 1,
  range: 1,
  xTitle: 1,
  yTitle: 1,
  legend: 1,
  width: 1,
  height: 1,
});

/**
 * A picture of histograms over batches, counted from 0: the colour is the logarithm of 1 + count, the origin is at the bottom.
 *
 * Runs longer than {@linkcode MOST_COLUMNS} show the mean of neighbouring batches. The colours run from none to the greatest count.
 *
 * @throws {RangeError} when the rows of counts differ in length
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const counts = [[5, 3, 0], [4, 3, 1], [2, 4, 2]];
 * const chart = plot.heatMap({ title: "ReLU", counts, range: [0, 10], yTitle: "|activation|" });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export function heatMap(options: HeatMapOptions): Chart {
  checkOptions("heatMap", options, OPTIONS);
  checkObject("heatMap", "its argument", options, "an object { counts, range, … }", ["counts", "range"]);
  checkList("heatMap", "counts", options.counts, "an array of histograms", isListLike);
  checkList("heatMap", "the range", options.range, "[first, last]");
  const { title, counts, range, xTitle = "batch", yTitle = "value", legend = true, width = 420, height = 240 } =
    options;
  const bins = counts[0]?.length ?? 0;
  const odd = counts.find((row) => row.length !== bins);
  if (odd) throw new RangeError(`Cannot draw histograms of ${bins} and of ${odd.length} bins in one heat map`);
  const means = columns(counts, bins);
  const most = means.reduce((top, column) => column.reduce((a, b) => b > a ? b : a, top), 0);

  const data = new Uint8Array(means.length * bins);
  for (const [x, column] of means.entries()) {
    for (let bin = 0; bin < bins; bin++) {
      const depth = most > 0 ? Math.log1p(column[bin]!) / Math.log1p(most) : 0;
      data[(bins - 1 - bin) * means.length + x] = Number.isNaN(depth) ? SHADES : Math.round(depth * (SHADES - 1));
    }
  }
  const [low, high] = range;
  // A column has its batch, counted from 0, in its middle.
  const [start, end] = [-0.5, Math.max(counts.length, 1) - 0.5];
  const up = quantitative({ title: yTitle, domain: [low, high] }, undefined);
  const description = `${
    title ?? "Heat map"
  }: histograms of ${yTitle}, ${counts.length} of them, by ${xTitle}, in ${bins} bins from ${low} to ${high}`;
  const picture = {
    data: { values: [{ x: start, x2: end, y: low, y2: high }] },
    mark: {
      type: "image",
      aspect: false,
      smooth: false,
      ...(data.length
        ? {
          url: pngUrl({
            width: means.length,
            height: bins,
            data,
            palette: [...VIRIDIS_SHADES, "#000000"],
            transparent: SHADES,
          }),
        }
        : {}),
      aria: false,
    },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: xTitle,
        // Beside a lone column there is room for the next, so that the axis has two numbers.
        scale: { domain: [start, Math.max(end, 1.5)], nice: false },
        axis: { grid: false, values: wholeTicks(0, Math.max(counts.length - 1, 1)), format: "~s" },
      },
      x2: { field: "x2" },
      y: {
        field: "y",
        ...up,
        scale: { domain: [low, high], nice: false, zero: false },
        axis: { ...(up["axis"] as object), grid: false },
      },
      y2: { field: "y2" },
    },
  };
  // Nothing is drawn by this layer: it is there for its scale of colours.
  const scale = {
    data: { values: [{ count: 0 }, { count: rounding(most) }] },
    mark: { type: "point", opacity: 0, tooltip: null, aria: false },
    encoding: {
      color: {
        field: "count",
        type: "quantitative",
        title: "count",
        scale: { type: "symlog", constant: 1, domain: [0, rounding(most)], range: VIRIDIS },
        // Left to itself Vega gives all labels the prefix of the greatest: 0k.
        legend: {
          values: powers(most),
          labelExpr: "format(datum.value, '~s')",
          gradientLength: Math.max(60, Math.min(height - 90, 180)),
        },
      },
    },
  };
  return new Chart({
    ...frame(title, width, height),
    description,
    layer: legend && most > 0 ? [picture, scale] : [picture],
  });
}

const rounding = (value: number) => Number(value.toPrecision(6));
