/** The tables: the sets of parameters as in the report, and where each trial stands. */
import { formatSeconds } from "../../lib/plot/format.ts";
import { figure } from "../../lib/plot/figures.ts";
import { cellsOf, writersOf } from "../../lib/sweep/report/cells.ts";
import { endOf, isEnded } from "../../lib/sweep/live/limits.ts";
import type { Figures } from "./figures.ts";
import type { ShownTrial } from "./model.ts";
import type { Table } from "./parts.ts";

/** Rows of each. */
const MOST = 200;

const more = (shown: number, all: number) =>
  shown < all ? `${shown} of ${all}; the report and the downloads have all.` : "";

/** Mean ± deviation over seeds of each set, the best first. */
export function showSets(table: Table, figures: Figures): void {
  const { cells, params, metrics } = figures, shown = cells.slice(0, MOST), writers = writersOf(shown, metrics);
  table.show(
    [...params, ...metrics, "done", "time"],
    shown.map((cell) => cellsOf(cell, figures, writers).map(({ text }) => text)),
    more(shown.length, cells.length),
  );
}

/** Those that run first, then those that failed, then the last to end, then those to come. */
function order(trials: readonly ShownTrial[]): ShownTrial[] {
  const rank = { running: 0, failed: 1, done: 2, pending: 3 };
  return [...trials].sort((a, b) =>
    rank[a.status] - rank[b.status] || (isEnded(a) ? endOf(b) - endOf(a) : a.position - b.position)
  );
}

/** Where each trial stands. */
export function showTrials(table: Table, trials: readonly ShownTrial[], figures: Figures | undefined): void {
  const shown = order(trials).slice(0, MOST), params = figures?.params ?? Object.keys(trials[0]?.params ?? {});
  const metrics = figures?.metrics ?? [], failed = shown.some(({ error }) => error !== null);
  const rows = shown.map(({ status, params: own, seed, metrics: values, attempts, seconds, error }) => [
    { text: status, className: status },
    ...params.map((name) => figures?.labels.of(name, own[name]) ?? String(own[name] ?? "–")),
    String(seed),
    ...metrics.map((name) => values[name] === undefined ? "" : figure(values[name])),
    attempts ? String(attempts) : "",
    seconds === null ? "" : formatSeconds(seconds),
    ...failed ? [{ text: error ?? "", className: "error" }] : [],
  ]);
  const columns = [
    "state",
    ...params,
    "seed",
    ...metrics,
    "attempts",
    "time",
    ...failed ? [{ text: "error", className: "error" }] : [],
  ];
  table.show(columns, rows, more(shown.length, trials.length));
}
