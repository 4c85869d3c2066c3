/**
 * A lesson's results as rows of text, for the terminal and the report alike.
 *
 * @module
 */
import { formatFigure, formatSeconds, meanAndStd } from "../plot/format.ts";
import { rough } from "../plot/figures.ts";
import { AVERAGE } from "./describe.ts";
import { acrossSeeds, comparable, publishedAt, type RunResult } from "./result.ts";
import type { Figures } from "./types.ts";

export { formatFigure, formatSeconds };

/** One value alone, several as mean ± standard deviation; nothing of none. */
function formatSpread(values: readonly number[]): string {
  if (values.length === 0) return "";
  const { mean, std } = meanAndStd(values);
  return values.length === 1
    ? formatFigure(mean)
    : `${formatFigure(mean)} ± ${std > 0 && std < 0.01 ? rough(std) : formatFigure(std)}`;
}

/** `accuracy/loss`, of several seeds as mean ± standard deviation. */
export function formatPair(rows: readonly Figures[]): string {
  if (rows.length === 0) return "";
  return `${formatSpread(rows.map((row) => row.accuracy))} / ${formatSpread(rows.map((row) => row.loss))}`;
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

/** What marks a figure that is the course's, not the document's. */
const COURSE = " (course)";

/** Accuracies where predictions were averaged, below the run's other rows. */
function averageRow(result: RunResult, published: boolean): string[][] {
  const { run: { setup: { average }, courseAverage }, seeds } = result;
  const averaged = seeds.flatMap((seed) => seed.averaged ?? []);
  if (average === undefined || averaged.length === 0) return [];
  const beside = comparable(result) && courseAverage !== undefined ? formatFigure(courseAverage) + COURSE : "";
  return [["", AVERAGE[average], "", "", formatSpread(averaged), ...published ? ["", beside] : [], ""]];
}

/** The last epoch that a seed has come to the end of: of a run that was interrupted not the last that was to be. */
function lastEpoch({ seeds, epochs }: RunResult): number {
  const ended = seeds.flatMap(({ phases }) => phases.filter(({ phase }) => phase === "eval").map(({ epoch }) => epoch));
  return ended.length > 0 ? Math.max(...ended) : epochs - 1;
}

/**
 * The runs beside each other, each by its last epoch; and, where the data is the document's own, the published figures
 * beside the reproduced ones: the document's epoch by epoch, the course's of the last.
 */
export function comparisonTable(results: readonly RunResult[]): TextTable {
  const published = results.some(comparable);
  const rows = results.flatMap((result) => {
    const { run } = result, mark = run.published.length > 0 ? "" : COURSE;
    const shown = comparable(result) && run.published.length > 0 ? result.epochs : 1;
    const epochs = Array.from({ length: shown }, (_, i) => {
      const epoch = shown === 1 ? lastEpoch(result) : result.epochs - shown + i;
      const document = comparable(result) ? publishedAt(run, epoch) : undefined;
      const perSeed = result.seeds.reduce((sum, seed) => sum + seed.seconds, 0) / result.seeds.length;
      return [
        ...(i === 0 ? [run.id, run.title] : ["", ""]),
        String(epoch),
        formatPair(acrossSeeds(result, epoch, "train")),
        formatPair(acrossSeeds(result, epoch, "eval")),
        ...(published
          ? document ? [formatPair([document.train]) + mark, formatPair([document.eval]) + mark] : ["", ""]
          : []),
        i === shown - 1 ? formatSeconds(perSeed) : "",
      ];
    });
    return [...epochs, ...averageRow(result, published)];
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
