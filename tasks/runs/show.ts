/**
 * Runs in the terminal, as JSON, and as a page.
 *
 * @module
 */
import { join } from "node:path";
import { figureFormat } from "../../lib/plot/figures.ts";
import { saveText } from "../../lib/plot/save.ts";
import { textTable } from "../../lib/plot/text.ts";
import { formatSeconds } from "../../lib/plot/format.ts";
import { messageOf, printable, StoreError } from "../../lib/sweep/errors.ts";
import { readFolder } from "../../lib/sweep/reader.ts";
import { comparisonPage } from "../../lib/sweep/report/runs_page.ts";
import {
  compareRuns,
  type Comparison,
  differenceText,
  type ListedRun,
  listRuns,
  matches,
  meanCurve,
} from "../../lib/sweep/runs.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { UsageError } from "../cli.ts";
import type { RunsRequest } from "./request.ts";

/** How deep folders are looked for, and how many parameters and metrics the list shows. */
const DEPTH = 2, SHOWN = 6;

/** Digits of an identity that are shown. */
const DIGITS = 8;

/** The folders at or below one that have a store. */
async function storesIn(folder: string, depth = DEPTH): Promise<string[]> {
  if ((await Deno.stat(join(folder, STORE)).catch(() => undefined))?.isFile) return [folder];
  if (depth === 0) return [];
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) if (isDirectory) names.push(name);
  } catch (error) {
    const why = error instanceof Deno.errors.NotADirectory ? "it is a file" : messageOf(error);
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new StoreError(
        `Cannot look for runs in ${folder}: ${why}. Name a folder of runs, or one that has such folders in it`,
      );
    }
  }
  return (await Promise.all(names.sort().map((name) => storesIn(join(folder, name), depth - 1)))).flat();
}

/** Reads them all. A store that cannot be read is named, and the others are shown. */
async function readRuns(folder: string): Promise<ListedRun[]> {
  const stores = await storesIn(folder);
  if (stores.length === 0) {
    throw new StoreError(
      `Cannot find runs in ${folder}: expected ${STORE} there, or in a folder below. Keep some with deno task lesson --keep ${
        join(folder, "runs")
      }, deno task sweep, or a KeepRunCB`,
    );
  }
  const read = await Promise.all(stores.map((store) =>
    readFolder(store).catch((error) => {
      if (stores.length === 1 || !(error instanceof StoreError)) throw error;
      console.error(`runs: ${printable(error.message)}`);
    })
  ));
  return listRuns(read.filter((results) => results !== undefined));
}

/** The names that most of the runs have, in their order. */
function commonest(runs: readonly ListedRun[], of: (run: ListedRun) => object): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) for (const name of Object.keys(of(run))) counts.set(name, (counts.get(name) ?? 0) + 1);
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, SHOWN).map(([name]) => name);
  return [...counts.keys()].filter((name) => most.includes(name));
}

function list(runs: readonly ListedRun[], most: number): void {
  const shown = runs.slice(0, most);
  // What all have in common tells none from another.
  const varies = (name: string) => runs.length === 1 || new Set(runs.map(({ params }) => params[name])).size > 1;
  const params = commonest(
    shown,
    ({ params }) => Object.fromEntries(Object.entries(params).filter(([name]) => name !== "run" && varies(name))),
  );
  const metrics = commonest(shown, ({ metrics }) => metrics);
  const writers = metrics.map((name) => figureFormat(shown.map(({ metrics }) => metrics[name] ?? NaN)));
  const rows = shown.map((run) => [
    run.id.slice(0, DIGITS),
    String(run.params.run ?? run.sweep),
    String(run.seed),
    run.status,
    ...params.map((name) => String(run.params[name] ?? "–")),
    ...metrics.map((name, i) => name in run.metrics ? writers[i]!(run.metrics[name]!) : "–"),
    run.seconds === null ? "–" : formatSeconds(run.seconds),
    run.began?.slice(0, 16).replace("T", " ") ?? "–",
  ]);
  const table = textTable(["id", "run", "seed", "status", ...params, ...metrics, "took", "began (UTC)"], rows, [
    "left",
    "left",
    "right",
    "left",
    ...params.map((name) =>
      shown.every(({ params }) => typeof params[name] !== "string") ? "right" as const : "left" as const
    ),
    ...metrics.map(() => "right" as const),
    "right",
    "left",
  ]);
  console.log(table.map(printable).join("\n"));
  if (runs.length > shown.length) console.log(`… and ${runs.length - shown.length} more: --most, --where`);
}

/** A run on a line of JSON; a metric that is not finite is null. */
function line({ curves: _, ...run }: ListedRun): string {
  return JSON.stringify(run);
}

function show(comparison: Comparison): void {
  const { groups, params, metrics } = comparison, labels = groups.map(({ label, runs }) => `${label} (${runs.length})`);
  const lines = params.length === 0
    ? ["Their configurations do not differ"]
    : textTable(["parameter", ...labels], params.map(({ name, values }) => [name, ...values]));
  lines.push("");
  for (const { metric, means, differences } of metrics) {
    const write = figureFormat(means);
    lines.push(
      ...textTable(
        [metric, "mean", "difference from the first, by seed"],
        groups.map((_, i) => [labels[i]!, write(means[i]!), i === 0 ? "" : differenceText(differences[i - 1])]),
        ["left", "right", "left"],
      ),
      "",
    );
  }
  lines.push("In brackets: the 95 % interval (paired t)");
  console.log(lines.map(printable).join("\n"));
}

/** Lists or compares, as asked. */
export async function showRuns({ folder, where, most, compare, metric, html, json }: RunsRequest): Promise<void> {
  const kept = await readRuns(folder), runs = kept.filter((run) => where.every((condition) => matches(run, condition)));
  if (compare.length === 0) {
    if (json) { for (const run of runs) console.log(line(run)); }
    else if (runs.length === 0) {
      if (kept.length === 0) return console.log(printable(`No run in ${folder} yet`));
      const names = [...new Set(kept.flatMap(({ params }) => Object.keys(params)))];
      console.log(
        printable(`No run in ${folder} is so: ${where.join(", ")}. Their parameters: ${names.join(", ") || "none"}`),
      );
    } else list(runs, most);
    return;
  }
  const groups = compare.map((label) => ({ label, runs: runs.filter((run) => matches(run, label)) }));
  const empty = groups.find(({ runs }) => runs.length === 0);
  if (empty) {
    throw new UsageError(`--compare: no run in ${folder} is ${empty.label}. "deno task runs ${folder}" lists them`);
  }
  const all = compareRuns(groups);
  if (metric !== undefined && !all.metrics.some((one) => one.metric === metric) && !all.curves.includes(metric)) {
    const known = [...new Set([...all.metrics.map(({ metric }) => metric), ...all.curves])].join(", ");
    throw new UsageError(`--metric: none of them has ${metric}; there are ${known}`);
  }
  const comparison = metric === undefined ? all : {
    ...all,
    metrics: all.metrics.filter((one) => one.metric === metric),
    curves: all.curves.filter((name) => name === metric),
  };
  if (json) {
    const curves = Object.fromEntries(
      comparison.curves.map((name) => [name, groups.map((group) => meanCurve(group, name))]),
    );
    const named = groups.map(({ label, runs }) => ({ label, runs: runs.map(({ id }) => id) }));
    console.log(JSON.stringify({ ...comparison, groups: named, curves }));
  } else show(comparison);
  if (html === undefined) return;
  await saveText(html, await comparisonPage(comparison));
  if (!json) console.log(`\nReport: ${html}`);
}
