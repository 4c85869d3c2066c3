/**
 * Line charts: losses, accuracies, anything over steps.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isListLike, isObject, wrongKind } from "../device/expect.ts";
import { Chart } from "./chart.ts";
import { rounded, titleWith, withGaps } from "./downsample.ts";
import { frame } from "./frame.ts";
import { hue } from "./theme.ts";

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

const AXIS = optionNames<Axis>({ title: 1, scale: 1, domain: 1, format: 1, values: 1 });
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

/** Throws for an axis with anything that nobody reads. */
export const checkAxis = (what: string, axis: Axis): void => checkOptions(what, axis, AXIS);

function axis(options: Axis) {
  checkAxis("an axis of lineChart", options);
  const { title, scale = "linear", domain, format, values } = options;
  return {
    type: "quantitative",
    title,
    scale: {
      type: scale,
      ...(scale === "linear" ? { zero: false } : {}),
      ...(domain ? { domain, clamp: true, nice: false } : {}),
    },
    axis: {
      ...(format ? { format } : {}),
      ...(values ? { values } : { tickCount: 5 }),
      // Moved inwards, the first label would come so near to the second that one of them is left out.
      ...(scale === "log" ? { labelFlush: false } : {}),
    },
  };
}

/**
 * The values 1, 2 and 5 times a power of ten within a range: ticks for a logarithmic axis.
 *
 * @param least above 0
 * @param most from `least` on
 * @returns ascending; over many powers of ten only those, and at most about eight
 * @throws {RangeError} for an end that is not finite and above 0
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.oneTwoFive(0.3, 12)); // [ 0.5, 1, 2, 5, 10 ]
 * ```
 */
export function oneTwoFive(least: number, most: number): number[] {
  if (!(least > 0 && most < Infinity)) {
    throw new RangeError(`Cannot divide a logarithmic axis from ${least} to ${most}: both ends are finite and above 0`);
  }
  const values: number[] = [];
  for (let exponent = Math.floor(Math.log10(least)); exponent <= Math.ceil(Math.log10(most)); exponent++) {
    for (const digit of [1, 2, 5]) values.push(Number(`${digit}e${exponent}`));
  }
  const within = values.filter((value) => value >= least && value <= most);
  // Over many powers of ten, the powers alone; over very many, only some of them.
  const powers = within.filter((value) => Number.isInteger(Math.log10(value)));
  if (within.length <= 8 || powers.length < 2) return within;
  const step = Math.ceil(powers.length / 7);
  return powers.filter((_, i) => i % step === 0);
}

/** A legend of lines, in Vega-Lite's terms. */
export function legendAt(orient: "top" | "right"): Record<string, unknown> {
  return {
    orient,
    ...(orient === "top" ? { columns: 4 } : {}),
    symbolType: "stroke",
    symbolOpacity: 1,
    labelLimit: 220,
  };
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
  const { title, x, y, lines, legend = "none", width = 420, height = 240 } = options;
  const isBelow = (value: number, { scale }: Axis) => scale === "log" && value <= 0;
  const has = ([px, py]: readonly [number, number]) =>
    Number.isFinite(px) && Number.isFinite(py) && !isBelow(px, x) && !isBelow(py, y);
  const place = ([px]: readonly [number, number], [before]: readonly [number, number]) =>
    rounded(Number.isFinite(px) && !isBelow(px, x) ? px : before);
  const below = [x, y].map((axis, i) =>
    lines.reduce((sum, { points }) => sum + points.filter((point) => isBelow(point[i as 0 | 1], axis)).length, 0)
  );
  const [across, up] = [
    { field: "x", ...axis({ ...x, title: titleWith(x.title, below[0]!) }) },
    { field: "y", ...axis({ ...y, title: titleWith(y.title, below[1]!) }) },
  ];
  const colors = lines.map(({ color }, i) => color ?? hue(i));
  const named = legend === "none" ? undefined : {
    type: "nominal",
    title: null,
    sort: null,
    scale: { domain: lines.map(({ label }) => label), range: colors },
    legend: legendAt(legend),
  };
  const layer = lines.flatMap(({ label, points, look = "line", opacity = 1 }, i) => {
    const run = withGaps(points, has), dots = look === "hollow" || look === "marked";
    const at = ([px, py]: readonly [number, number]) => ({ x: rounded(px), y: rounded(py) });
    const kept = look === "hollow" ? points.filter(has) : run.points;
    // Lines go by x: a gap has its own, or that of the point before it.
    const values = kept.map((point, i) => has(point) ? at(point) : { x: place(point, kept[i - 1]!), y: null });
    const encoding = { x: across, y: up, ...(named ? { color: { datum: label, ...named } } : {}) };
    return [
      {
        data: { values },
        mark: look === "hollow"
          ? { type: "point", color: colors[i], opacity, filled: false, size: 60, strokeWidth: 1.5, description: label }
          : {
            type: "line",
            color: colors[i],
            opacity,
            description: label,
            ...(look === "dashed" ? { strokeDash: [4, 3] } : {}),
            ...(look === "marked" ? { point: { color: colors[i], opacity, filled: true, size: 36 } } : {}),
          },
        encoding,
      },
      // A point between two gaps, and the only one of a run, is a dot: a line needs two.
      ...(dots || run.alone.length === 0 ? [] : [{
        data: { values: run.alone.map(at) },
        mark: { type: "point", color: colors[i], opacity, filled: true, size: 36, description: label },
        encoding,
      }]),
    ];
  });
  return new Chart({
    ...frame(title, width, height, 4),
    layer,
  });
}
