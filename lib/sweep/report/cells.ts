/**
 * A configuration's row in tables: in the report, and on the page of a sweep that is running.
 *
 * @module
 */
import { figureFormat, rough } from "../../plot/figures.ts";
import { formatSeconds, meanAndStd } from "../../plot/format.ts";
import type { Analysis } from "../analysis.ts";
import { type Configuration, count, spread } from "../groups.ts";

/** What stands in a cell. */
export interface Cell {
  readonly text: string;
  /** What it is sorted by; absent for words. */
  readonly value?: number;
}

/** Mean ± deviation, and of how many where some have no finite value. */
function figure(mean: number, std: number, n: number, of: number, write: (value: number) => string): Cell {
  const text = n === 0 ? (of > 0 ? "NaN" : "") : n > 1 ? `${write(mean)} ± ${rough(std)}` : write(mean);
  return { text: n > 0 && n < of ? `${text} (${n} of ${of})` : text, value: mean };
}

/** How many runs are done, and what became of them. */
export function doneOf(group: Configuration, metric: string): string {
  const diverged = count(group.trials, metric, "diverged");
  return [
    `${group.done.length} of ${group.trials.length}`,
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(group.failed > 0 ? [`${group.failed} failed`] : []),
  ].join(", ");
}

/** How the means of each metric are written, so that those that differ look different. */
export function writersOf(
  groups: readonly Configuration[],
  metrics: readonly string[],
): ((value: number) => string)[] {
  return metrics.map((name) => figureFormat(groups.map(({ done }) => spread(done, name).mean)));
}

/** A configuration's row: its parameters, each metric, how many runs are done, and how long one took. */
export function cellsOf(
  group: Configuration,
  { params, metrics, metric, labels }: Pick<Analysis, "params" | "metrics" | "metric" | "labels">,
  writers: readonly ((value: number) => string)[],
): Cell[] {
  const seconds = group.done.flatMap(({ seconds }) => seconds ?? []);
  const time = seconds.length > 0 ? meanAndStd(seconds).mean : NaN;
  return [
    ...params.map((name): Cell => {
      const value = group.params[name];
      return { text: labels.of(name, value), ...(typeof value === "number" ? { value } : {}) };
    }),
    ...metrics.map((name, i) => {
      const { mean, std, n } = spread(group.done, name);
      // A run that has no such metric has no NaN either.
      return figure(mean, std, n, count(group.done, name, "finite", "diverged"), writers[i]!);
    }),
    { text: doneOf(group, metric), value: group.done.length },
    { text: Number.isNaN(time) ? "" : formatSeconds(time), value: time },
  ];
}
