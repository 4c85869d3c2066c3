/**
 * Small multiples: charts side by side.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";
import { Chart } from "./chart.ts";
import { shade } from "./theme.ts";

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
}

const OPTIONS = optionNames<GridOptions>({ title: 1, subtitle: 1, columns: 1, width: 1, height: 1 });

/**
 * One chart made of several, row by row, each with its own axes and colours.
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
  const { title, subtitle, columns = Math.min(2, charts.length), width = 260, height = 130 } = options;
  const heading = title ?? subtitle;
  return new Chart({
    ...(heading === undefined ? {} : {
      title: {
        text: title ?? "",
        fontSize: 14,
        offset: 14,
        ...(subtitle ? { subtitle, subtitleColor: shade("muted"), subtitleFontSize: 11, subtitlePadding: 4 } : {}),
      },
    }),
    padding: 8,
    columns: Math.max(1, columns),
    spacing: { row: 22, column: 26 },
    concat: charts.map(({ spec }) => {
      // Fitting into a size is for whole pictures; a part has the size of its data area.
      const { autosize: _autosize, padding: _padding, ...rest } = spec;
      if ("concat" in rest) return rest;
      // Over the data area, not over its labels: then the titles of a row stand on one line.
      const { title } = rest;
      return {
        ...rest,
        ...(typeof title === "string" ? { title: { text: title, frame: "group" } } : {}),
        width,
        height,
      };
    }),
    resolve: { scale: { color: "independent" } },
  });
}
