/**
 * Writes a sweep's report and its exports.
 *
 * @module
 */
import { join } from "node:path";
import { formatFigure } from "../../lib/plot/format.ts";
import { saveBytes, saveText } from "../../lib/plot/save.ts";
import { textTable } from "../../lib/plot/text.ts";
import { type CsvOptions, toCsv, toJsonLines } from "../../lib/sweep/export.ts";
import {
  configurations,
  formatValue,
  metricNames,
  objective,
  ranked,
  spread,
  varying,
} from "../../lib/sweep/groups.ts";
import { sweepReport } from "../../lib/sweep/report/page.ts";
import { FILE_NAME, IDENTITY } from "../../lib/sweep/boundary/patterns.ts";
import { StoreError } from "../../lib/sweep/errors.ts";
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
 */
export async function writeReport(folder: string, options: CsvOptions = {}): Promise<string> {
  const results = await readFolder(folder);
  const { page, charts } = await sweepReport(results);
  for (const [name, svg] of charts) await saveText(join(folder, "charts", `${name}.svg`), svg);
  for (const file of results.artefacts()) await saveBytes(keptPath(folder, file), file.bytes);
  await saveText(join(folder, "trials.jsonl"), toJsonLines(results));
  await saveText(join(folder, "trials.csv"), toCsv(results, options));
  const path = join(folder, "index.html");
  await saveText(path, page);
  return path;
}

/** The best configurations as a table for the terminal. */
export async function summary(folder: string): Promise<string> {
  const results = await readFolder(folder);
  const goal = objective(results);
  if (!goal) return "No trial returned metrics";
  const groups = ranked(configurations(results.trials), goal);
  const params = varying(groups), metrics = metricNames(results.trials);
  const rows = groups.slice(0, SHOWN).map((group) => [
    ...params.map((name) => formatValue(group.params[name])),
    ...metrics.map((name) => {
      const { mean, std, n } = spread(group.done, name);
      return n > 1 ? `${formatFigure(mean)} ± ${formatFigure(std)}` : formatFigure(mean);
    }),
    `${group.done.length}/${group.trials.length}`,
  ]);
  const more = groups.length - rows.length;
  return [
    ...textTable([...params, ...metrics, "done"], rows),
    ...(more > 0 ? [`… and ${more} more, in the report`] : []),
  ].join("\n");
}
