/**
 * Small multiples: charts side by side.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";
import { Chart, titleOf } from "./chart.ts";
import { titleLines } from "./frame.ts";
import { LEGEND } from "./legend.ts";
import { shade } from "./theme.ts";
import type { Spec } from "./vega.ts";

/** How charts stand together. */
export interface GridOptions {
  /** Stands above all charts. Default: none. */
  readonly title?: string;
  /** A line below the title. */
  readonly subtitle?: string;
  /** Charts in a row. Default: 2, or 1 for a single chart. */
  readonly columns?: number;
  /** Of the data area of each chart, in pixels. Default: 260. */
  readonly width?: number;
  /** Of the data area of each chart, in pixels. Default: 130. */
  readonly height?: number;
  /** Axes that all charts have in common, so that they can be compared by eye. Default: none. */
  readonly share?: "x" | "y" | "both";
}

const OPTIONS = optionNames<GridOptions>({ title: 1, subtitle: 1, columns: 1, width: 1, height: 1, share: 1 });
const SHARED = { x: ["x"], y: ["y"], both: ["x", "y"] } as const;

/** Between charts, with what stands beside their data areas. */
const SPACING = 26, BESIDE = 60;

/** Charts that the alternative text describes. */
const MOST_DESCRIBED = 8;

const layersOf = ({ layer }: Spec) => Array.isArray(layer) ? layer as Spec[] : [];
const legendOf = (spec: Spec) => layersOf(spec).find(({ name }) => name === LEGEND);

/** What a legend says; one that says the same need not stand there twice. */
const said = (legend: Spec) =>
  JSON.stringify(legend["encoding"], (key, value) => key === "orient" || key === "columns" ? undefined : value);

/** A chart whose legends have names of their own. Vega names scales after them: of two with one name, both would have the colours of one. */
function apart(spec: Spec, place: number): Spec {
  const { name, layer, concat } = spec;
  const parts = (list: unknown) => (list as Spec[]).map((part) => apart(part, place));
  return {
    ...spec,
    ...(typeof name === "string" && name.startsWith(LEGEND) ? { name: `${name} ${place}` } : {}),
    ...(Array.isArray(layer) ? { layer: parts(layer) } : {}),
    ...(Array.isArray(concat) ? { concat: parts(concat) } : {}),
  };
}

/** Legends that say the same stand once, to the right of the first row. */
function withLegends(specs: readonly Spec[], columns: number): Spec[] {
  const legends = specs.map(legendOf).filter((legend) => legend !== undefined);
  if (legends.length < 2 || new Set(legends.map(said)).size > 1) return specs.map(apart);
  const place = Math.min(columns, specs.length) - 1;
  const encoding = legends[0]!["encoding"] as { stroke: { legend: object } };
  const stroke = { ...encoding.stroke, legend: { ...encoding.stroke.legend, orient: "right", columns: 1 } };
  const shared = { ...legends[0]!, encoding: { ...encoding, stroke } };
  return specs.map((spec, i) => {
    const layer = layersOf(spec);
    if (layer.length === 0) return apart(spec, i);
    return { ...spec, layer: [...layer.filter(({ name }) => name !== LEGEND), ...(i === place ? [shared] : [])] };
  });
}

function inWords(charts: readonly Chart[], title: string | undefined): string {
  const parts = charts.slice(0, MOST_DESCRIBED).map(({ alt }) => alt);
  if (charts.length > MOST_DESCRIBED) parts.push(`and ${charts.length - MOST_DESCRIBED} more`);
  return `${title ?? "Charts side by side"}. ${parts.map((part, i) => `(${i + 1}) ${part}`).join(". ")}`;
}

/**
 * One chart made of several, row by row, each with its own axes, unless they are shared, and its own colours. A legend that all charts have in
 * common stands once.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const one = plot.deadShareChart({ title: "0", shares: [0.2, 0.4] });
 * const other = plot.deadShareChart({ title: "1", shares: [0.1, 0.1] });
 * console.log((await plot.grid([one, other], { title: "dead units" }).svg()).startsWith("<svg")); // true
 * ```
 */
export function grid(charts: readonly Chart[], options: GridOptions = {}): Chart {
  checkOptions("grid", options, OPTIONS);
  checkList("grid", "charts", charts, "an array of charts", (chart) => chart instanceof Chart);
  const { title, subtitle, width = 260, height = 130, share } = options;
  const columns = Math.max(1, options.columns ?? Math.min(2, charts.length));
  if (share !== undefined && !Object.hasOwn(SHARED, share)) {
    throw new RangeError(`Cannot share "${share}" in a grid: it is x, y or both`);
  }
  const heading = title ?? subtitle;
  const whole = columns * (width + BESIDE) + (columns - 1) * SPACING;
  return new Chart({
    ...(heading === undefined ? {} : {
      title: {
        text: titleLines(title ?? "", whole, 14),
        fontSize: 14,
        offset: 14,
        ...(subtitle
          ? {
            subtitle: titleLines(subtitle, whole, 11),
            subtitleColor: shade("muted"),
            subtitleFontSize: 11,
            subtitlePadding: 4,
          }
          : {}),
      },
    }),
    description: inWords(charts, title),
    padding: 8,
    columns,
    spacing: { row: 22, column: SPACING },
    concat: withLegends(charts.map(({ spec }) => spec), columns).map((spec) => {
      // Fitting into a size is for whole pictures; a part has the size of its data area. The whole is described once.
      const { autosize: _autosize, padding: _padding, description: _description, ...rest } = spec;
      if ("concat" in rest) return rest;
      // Over the data area, not over its labels: then the titles of a row stand on one line.
      const title = titleOf(rest);
      return {
        ...rest,
        ...(title ? { title: { text: titleLines(title, width), frame: "group" } } : {}),
        width,
        height,
      };
    }),
    resolve: {
      scale: {
        ...Object.fromEntries(["color", "stroke", "shape", "strokeDash"].map((c) => [c, "independent"])),
        ...Object.fromEntries((share ? SHARED[share] : []).map((axis) => [axis, "shared"])),
      },
    },
  });
}
