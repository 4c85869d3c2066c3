/**
 * Confusion matrices.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, isListLike } from "../device/expect.ts";
import { Chart } from "./chart.ts";
import { titleLines } from "./frame.ts";
import { hue, shade } from "./theme.ts";

/** How a confusion matrix is drawn. */
export interface ConfusionOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[];
  /** The side of a cell in pixels. Default: 38, smaller where there are more than 12 classes. */
  readonly cell?: number;
}

/** How many are right, and which mistake is the most frequent. */
function inWords(counts: readonly ArrayLike<number>[], classes: readonly string[], title?: string): string {
  let right = 0, all = 0, most = 0, mistake = "";
  for (const [i, row] of counts.entries()) {
    for (const [j, n] of Array.from(row).entries()) {
      all += n;
      if (i === j) right += n;
      else if (n > most) [most, mistake] = [n, `, most often ${classes[i]} is taken for ${classes[j]} (${n})`];
    }
  }
  return `${title ?? "Confusion matrix"}: of ${all.toLocaleString("en")} samples of ${counts.length} classes ${
    right.toLocaleString("en")
  } are right${mistake}`;
}

const OPTIONS = optionNames<ConfusionOptions>({ title: 1, classes: 1, cell: 1 });

/**
 * A confusion matrix: a row for each actual class, a column for each predicted one. Cells are as dark as their fraction of the row; those off
 * the diagonal, the mistakes, have a colour of their own, and its root, so that rare ones show.
 *
 * @param counts how many samples of class `i` were taken for class `j`: `counts[i][j]`
 * @param options see {@linkcode ConfusionOptions}
 * @throws {RangeError} unless there are as many columns as rows, and as many names
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const chart = plot.confusionMatrix([[48, 2], [7, 43]], { classes: ["coat", "shirt"] });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export function confusionMatrix(counts: readonly ArrayLike<number>[], options: ConfusionOptions = {}): Chart {
  checkOptions("confusionMatrix", options, OPTIONS);
  checkList("confusionMatrix", "counts", counts, "an array of rows of numbers", isListLike);
  const n = counts.length;
  const { title, classes = counts.map((_, i) => String(i)), cell = n > 12 ? 24 : 38 } = options;
  const odd = counts.find((row) => row.length !== n);
  if (odd) {
    throw new RangeError(`Cannot draw a confusion matrix of ${n} rows with a row of ${odd.length}: it is square`);
  }
  if (classes.length !== n) throw new RangeError(`Cannot name ${n} classes with ${classes.length} names`);
  const values = counts.flatMap((row, i) => {
    const all = Array.from(row).reduce((sum, count) => sum + count, 0);
    return Array.from(row, (count, j) => {
      const fraction = all > 0 ? count / all : 0;
      return {
        i,
        j,
        n: count,
        right: i === j,
        // Never opaque: the number must stay readable, in light and dark.
        o: Number((0.62 * (i === j ? fraction : Math.sqrt(fraction))).toFixed(3)),
      };
    });
  });
  const names = Object.fromEntries(classes.map((name, i) => [i, name]));
  const labels = { expr: `${JSON.stringify(names)}[datum.value]` };
  const axis = (orient: "top" | "left", angle: number) => ({
    orient,
    labelExpr: labels.expr,
    labelAngle: angle,
    grid: false,
    labelLimit: 120,
    ...(orient === "top" ? { labelAlign: "left", labelBaseline: "middle" } : {}),
  });
  const encoding = {
    x: { field: "j", type: "ordinal", title: "predicted", axis: axis("top", -45) },
    y: { field: "i", type: "ordinal", title: "actual", axis: axis("left", 0) },
  };
  return new Chart({
    ...(title ? { title: titleLines(title, cell * n) } : {}),
    description: inWords(counts, classes, title),
    width: cell * n,
    height: cell * n,
    autosize: { type: "pad" },
    padding: 8,
    data: { values },
    layer: [
      {
        mark: { type: "rect", stroke: shade("rule"), strokeWidth: 1, aria: false },
        encoding: {
          ...encoding,
          color: {
            field: "right",
            type: "nominal",
            scale: { domain: [true, false], range: [hue(0), hue(1)] },
            legend: null,
          },
          fillOpacity: { field: "o", type: "quantitative", scale: null },
        },
      },
      {
        transform: [{ filter: "datum.n > 0" }],
        mark: { type: "text", fontSize: n > 12 ? 9 : 11, color: shade("ink") },
        encoding: { ...encoding, text: { field: "n", type: "quantitative" } },
      },
    ],
  });
}
