/**
 * A lesson's results as rows of text, for the terminal and the report alike.
 *
 * @module
 */
import { formatFigure, formatSeconds, meanAndStd } from "../plot/format.ts";
import { rough } from "../plot/figures.ts";
import { acrossSeeds, comparable, type RunResult } from "./result.ts";
import type { Figures } from "./types.ts";

export { formatFigure, formatSeconds };

/** `accuracy/loss`, of several seeds as mean ± standard deviation. */
export function formatPair(rows: readonly Figures[]): string {
  if (rows.length === 0) return "";
  const text = (values: number[]) => {
    const { mean, std } = meanAndStd(values);
    return values.length === 1
      ? formatFigure(mean)
      : `${formatFigure(mean)} ± ${std > 0 && std < 0.01 ? rough(std) : formatFigure(std)}`;
  };
  return `${text(rows.map((row) => row.accuracy))} / ${text(rows.map((row) => row.loss))}`;
}

/** Column titles and rows of text. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One seed's epochs in the documents' form: accuracy, loss, epoch, train. */
export function epochTable(result: RunResult, seed = 0): TextTable {
  return {
    columns: ["accuracy", "loss", "epoch", "train"],
    rows: result.seeds[seed]!.phases.map((row) => [
      formatFigure(row.accuracy),
      formatFigure(row.loss),
      String(row.epoch),
      row.phase,
    ]),
  };
}

/**
 * The runs beside each other, each by its last epoch; and, where the data is the document's own, the published figures
 * epoch by epoch beside the reproduced ones.
 */
export function comparisonTable(results: readonly RunResult[]): TextTable {
  const published = results.some(comparable);
  const rows = results.flatMap((result) => {
    const shown = comparable(result) ? result.epochs : 1;
    return Array.from({ length: shown }, (_, i) => {
      const epoch = result.epochs - shown + i;
      const document = result.run.published[epoch];
      const perSeed = result.seeds.reduce((sum, seed) => sum + seed.seconds, 0) / result.seeds.length;
      return [
        ...(i === 0 ? [result.run.id, result.run.title] : ["", ""]),
        String(epoch),
        formatPair(acrossSeeds(result, epoch, "train")),
        formatPair(acrossSeeds(result, epoch, "eval")),
        ...(published
          ? comparable(result) && document ? [formatPair([document.train]), formatPair([document.eval])] : ["", ""]
          : []),
        i === shown - 1 ? formatSeconds(perSeed) : "",
      ];
    });
  });
  return {
    columns: [
      "run",
      "",
      "epoch",
      "train acc / loss",
      "eval acc / loss",
      ...(published ? ["published train", "published eval"] : []),
      "time",
    ],
    rows,
  };
}
