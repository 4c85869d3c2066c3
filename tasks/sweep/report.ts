/**
 * Writes a sweep's report and its exports.
 *
 * @module
 */
import { join } from "node:path";
import { saveBytes, saveText } from "../../lib/plot/save.ts";
import { textTable } from "../../lib/plot/text.ts";
import { type CsvOptions, toCsv, toJsonLines } from "../../lib/sweep/export.ts";
import { analyse } from "../../lib/sweep/analysis.ts";
import { figureFormat, probability, rough } from "../../lib/plot/figures.ts";
import { count, ranked, spread } from "../../lib/sweep/groups.ts";
import { sweepReport } from "../../lib/sweep/report/page.ts";
import { FILE_NAME, IDENTITY } from "../../lib/sweep/boundary/patterns.ts";
import { explain } from "../../lib/sweep/database.ts";
import { StoreError } from "../../lib/sweep/errors.ts";
import { bestOf, intervalOf, lostRuns, methodOf, sizeOf, verdictOf } from "../../lib/sweep/words.ts";
import { readFolder } from "../../lib/sweep/reader.ts";

/** Configurations that the terminal shows. */
const SHOWN = 12;

/** Where a kept file goes. Its names came from a trial: they are checked here too, where they become a path. */
export function keptPath(folder: string, { trial, name }: { readonly trial: string; readonly name: string }): string {
  if (!IDENTITY.test(trial) || !FILE_NAME.test(name)) {
    throw new StoreError(
      `Cannot write the file ${JSON.stringify(name)} of trial ${
        JSON.stringify(trial)
      }: expected a trial's identity and a file name`,
    );
  }
  return join(folder, "kept", trial, name);
}

/**
 * Writes `index.html`, `charts/*.svg`, `trials.jsonl`, `trials.csv` and what the trials kept, into the sweep's folder.
 *
 * @param options how `trials.csv` is written
 * @returns the page's path
 * @throws {StoreError} where it cannot be written, as on a full disk
 */
export async function writeReport(folder: string, options: CsvOptions = {}): Promise<string> {
  const results = await readFolder(folder);
  const { page, charts } = await sweepReport(results), path = join(folder, "index.html");
  try {
    for (const [name, svg] of charts) await saveText(join(folder, "charts", `${name}.svg`), svg);
    for (const file of results.artefacts()) await saveBytes(keptPath(folder, file), file.bytes);
    await saveText(join(folder, "trials.jsonl"), toJsonLines(results));
    await saveText(join(folder, "trials.csv"), toCsv(results, options));
    await saveText(path, page);
  } catch (error) {
    throw explain(folder, "write the report into", error);
  }
  return path;
}

/** The best configurations, and what the contrasts with the baseline show, for the terminal. */
export async function summary(folder: string): Promise<string> {
  const results = await readFolder(folder), analysis = analyse(results);
  if (!analysis) return "No trial returned metrics";
  const { cells, params, metrics, metric, labels, comparisons, baseline } = analysis;
  const groups = ranked(cells, analysis).slice(0, SHOWN);
  const writers = metrics.map((name) => figureFormat(groups.map(({ done }) => spread(done, name).mean)));
  const rows = groups.map(({ params: own, done, trials, failed }) => [
    ...params.map((name) => labels.of(name, own[name])),
    ...metrics.map((name, i) => {
      const { mean, std, n } = spread(done, name), write = writers[i]!;
      const text = n > 1 ? `${write(mean)} ± ${rough(std)}` : write(mean);
      return n > 0 && n < done.length ? `${text} (${n} of ${done.length})` : text;
    }),
    [
      `${done.length}/${trials.length}`,
      ...[count(trials, metric, "diverged")].filter((n) => n > 0).map((n) => `${n} diverged`),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ].join(", "),
  ]);
  const more = cells.length - rows.length;
  const lines = [
    ...textTable([...params, ...metrics, "done"], rows),
    ...(more > 0 ? [`… and ${more} more, in the report`] : []),
    ...[bestOf(analysis), lostRuns(analysis)].filter((text) => text !== ""),
  ];
  if (comparisons && baseline !== undefined) {
    const others = cells.filter((_, c) => c !== baseline);
    const contrasts = comparisons.contrasts.map((contrast, i) => ({ contrast, cell: others[i]! }))
      .sort((a, b) => sizeOf(b.contrast) - sizeOf(a.contrast)).slice(0, SHOWN);
    const write = figureFormat(contrasts.map(({ contrast }) => contrast.mean));
    lines.push(
      "",
      `${metric} less that of the baseline (${labels.words(cells[baseline]!.params, params)}), by seed:`,
      ...textTable(
        ["parameters", "difference", "95% (t)", "k", "p", "verdict"],
        contrasts.map(({ contrast, cell }) => [
          labels.words(cell.params, params),
          write(contrast.mean),
          intervalOf(contrast),
          String(contrast.k),
          probability(comparisons.method === "Dunnett" ? contrast.dunnett : contrast.holm),
          verdictOf(contrast, analysis),
        ]),
      ),
      methodOf(analysis),
    );
  }
  return lines.join("\n");
}
