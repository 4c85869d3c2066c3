/**
 * Line charts: losses, accuracies, anything over steps.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isListLike, isObject, wrongKind } from "../device/expect.ts";
import { type Axis, checkAxis, extentOf, quantitative } from "./axis.ts";
import { Chart } from "./chart.ts";
import { described } from "./describe.ts";
import { type rounded, rounder, titleWith, withGaps } from "./downsample.ts";
import { frame } from "./frame.ts";
import { legendLayer } from "./legend.ts";
import { hue } from "./theme.ts";

type Point = readonly [number, number];

/** One line of a chart. */
export interface Line {
  /** What the line is called, to assistive technology too. */
  readonly label: string;
  /** A colour, best one of the theme's; by default the theme's for the position of the line. */
  readonly color?: string;
  /** Pairs of x and y; where a value is not finite the line has a gap. */
  readonly points: readonly (readonly [number, number])[];
  /** `line` by default; `dashed`; `marked`: a line with a dot at every point; `hollow`: rings and no line. */
  readonly look?: "line" | "dashed" | "marked" | "hollow";
  /** From 0 to 1, 1 by default. */
  readonly opacity?: number;
}

/** What a line chart shows. */
export interface LineChartOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** The axis across. */
  readonly x: Axis;
  /** The axis up. Where an axis is logarithmic and a point not above 0, the line has a gap, and the axis says of how many. */
  readonly y: Axis;
  /** The lines; later ones are drawn over earlier ones. */
  readonly lines: readonly Line[];
  /** Where a legend names the lines, if anywhere. Default: `none`. */
  readonly legend?: "top" | "right" | "none";
  /** Of the whole picture, in pixels. Default: 420. */
  readonly width?: number;
  /** Of the whole picture, in pixels. Default: 240. */
  readonly height?: number;
}

const LINE = optionNames<Line>({ label: 1, color: 1, points: 1, look: 1, opacity: 1 });

/** Maximum number of points of a line: more are invisible at a chart's size. */
export const MOST_POINTS = 240;

/**
 * Thins a long line out: the mean of every k neighbours, with k as small as keeps it under {@linkcode MOST_POINTS}.
 *
 * @param values one value a step; values that are not finite are left out of their mean
 * @returns pairs of (middle) step, from 0, and mean; NaN where no value is finite
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.thin([3, NaN, 1])); // [ [ 0, 3 ], [ 1, NaN ], [ 2, 1 ] ]
 * console.log(plot.thin(new Float32Array(1000)).length); // 200
 * ```
 */
export function thin(values: ArrayLike<number>): [number, number][] {
  if (!isListLike(values)) throw wrongKind("thin", "values", "an array of numbers", values);
  const k = Math.max(1, Math.ceil(values.length / MOST_POINTS));
  const points: [number, number][] = [];
  for (let start = 0; start < values.length; start += k) {
    const end = Math.min(start + k, values.length);
    let sum = 0;
    let count = 0;
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(values[i]!)) continue;
      sum += values[i]!;
      count++;
    }
    points.push([(start + end - 1) / 2, sum / count]); // of none, 0/0
  }
  return points;
}

const OPTIONS = optionNames<LineChartOptions>({ title: 1, x: 1, y: 1, lines: 1, legend: 1, width: 1, height: 1 });

/**
 * A chart of lines over one pair of axes.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const chart = plot.lineChart({
 *   x: { title: "epoch" },
 *   y: { title: "loss", scale: "log" },
 *   lines: [{ label: "train", color: plot.hue(0), points: [[0, 2.1], [1, 0.6]] }],
 * });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export function lineChart(options: LineChartOptions): Chart {
  checkOptions("lineChart", options, OPTIONS);
  checkObject("lineChart", "its argument", options, "an object { x, y, lines, … }", ["x", "y", "lines"]);
  checkList("lineChart", "lines", options.lines, "an array of lines, { label, points }", isObject);
  for (const line of options.lines) checkOptions("a line of lineChart", line, LINE);
  for (const axis of [options.x, options.y]) checkAxis("an axis of lineChart", axis);
  const { title, x, y, lines, legend = "none", width = 420, height = 240 } = options;
  const isBelow = (value: number, { scale }: Axis) => scale === "log" && value <= 0;
  const has = ([px, py]: Point) => Number.isFinite(px) && Number.isFinite(py) && !isBelow(px, x) && !isBelow(py, y);
  const below = ([x, y] as const).map((axis, i) =>
    lines.reduce((sum, { points }) => sum + points.filter((point) => isBelow(point[i as 0 | 1], axis)).length, 0)
  );
  const shown = lines.flatMap(({ points }) => points.filter(has));
  const extents = [0, 1].map((i) => extentOf(shown.map((point) => point[i as 0 | 1])));
  const [roundX, roundY] = extents.map(rounder) as [typeof rounded, typeof rounded];
  const place = ([px]: Point, [before]: Point) => roundX(Number.isFinite(px) && !isBelow(px, x) ? px : before);
  const [across, up] = [
    {
      field: "x",
      ...quantitative(
        { ...x, title: titleWith(x.title, below[0]!) },
        extents[0],
        shown.every(([x]) => Number.isInteger(x)),
      ),
    },
    { field: "y", ...quantitative({ ...y, title: titleWith(y.title, below[1]!) }, extents[1]) },
  ];
  const encoding = { x: across, y: up };
  const entries = lines.map(({ label, color, look = "line" }, i) => ({ label, color: color ?? hue(i), look }));
  const layer = lines.flatMap(({ label, points, opacity = 1 }, i) => {
    const { color, look } = entries[i]!;
    const run = withGaps(points, has), dots = look === "hollow" || look === "marked";
    const at = ([px, py]: Point) => ({ x: roundX(px), y: roundY(py) });
    const kept = look === "hollow" ? points.filter(has) : run.points;
    // Lines go by x: a gap has its own, or that of the point before it.
    const values = kept.map((point, i) => has(point) ? at(point) : { x: place(point, kept[i - 1]!), y: null });
    return [
      {
        data: { values },
        mark: look === "hollow"
          ? { type: "point", color, opacity, filled: false, size: 60, strokeWidth: 1.5, description: label }
          : {
            type: "line",
            color,
            opacity,
            description: label,
            ...(look === "dashed" ? { strokeDash: [4, 3] } : {}),
            ...(look === "marked" ? { point: { color, opacity, filled: true, size: 36 } } : {}),
          },
        encoding,
      },
      // A point between two gaps, and the only one of a run, is a dot: a line needs two.
      ...(dots || run.alone.length === 0 ? [] : [{
        data: { values: run.alone.map(at) },
        mark: { type: "point", color, opacity, filled: true, size: 36, description: label },
        encoding,
      }]),
    ];
  });
  // Without lines the axes are there all the same.
  const drawn = layer.length > 0 ? layer : [{ data: { values: [] }, mark: { type: "point" }, encoding }];
  const named = entries.filter(({ label }) => label !== "");
  return new Chart({
    ...frame(title, width, height, 4),
    description: described(
      title,
      `${y.title} against ${x.title}`,
      lines.map(({ label, points }) => ({ label, values: points.filter(has).map(([, y]) => y) })),
    ),
    layer: legend === "none" || named.length === 0 ? drawn : [...drawn, legendLayer(named, legend, width)],
  });
}
