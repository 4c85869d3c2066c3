/**
 * Trials of several folders together: which there are, and how some of them compare.
 *
 * @module
 */
import { figureFormat } from "../plot/figures.ts";
import type { Value } from "./errors.ts";
import { canonical } from "./identity.ts";
import type { Params } from "./plan.ts";
import type { SweepResults, TrialResult } from "./results.ts";
import { type Paired, paired } from "./statistics/paired.ts";

/** A trial, with where it stands and its curves. */
export interface ListedRun extends TrialResult {
  readonly folder: string;
  /** The sweep's name. */
  readonly sweep: string;
  /** Steps and values by metric. */
  readonly curves: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

/** The trials of folders, those begun last first, those not begun last. */
export function listRuns(folders: readonly SweepResults[]): ListedRun[] {
  const runs = folders.flatMap(({ folder, plan, trials, curves }) => {
    const own = Map.groupBy(curves, ({ trial }) => trial);
    return trials.map((trial) => ({
      ...trial,
      folder,
      sweep: plan.name,
      curves: new Map((own.get(trial.id) ?? []).map(({ name, points }) => [name, points])),
    }));
  });
  return runs.sort((a, b) => (b.began ?? "").localeCompare(a.began ?? ""));
}

const text = (value: Value | undefined) => value === undefined ? "–" : String(value);

/** A condition on runs: `NAME=VALUE`, of a parameter, `seed`, `status` or `sweep`; or the beginning of an identity; or a run's name. */
export function matches(run: ListedRun, condition: string): boolean {
  const at = condition.indexOf("=");
  if (at < 0) return run.params.run === condition || (condition.length >= 4 && run.id.startsWith(condition));
  const name = condition.slice(0, at), value = condition.slice(at + 1);
  const own = name === "seed"
    ? run.seed
    : name === "status"
    ? run.status
    : name === "sweep"
    ? run.sweep
    : run.params[name];
  if (own === undefined) return false;
  // 0.001 is 1e-3, whoever writes it how.
  return text(own) === value || (typeof own === "number" && value.trim() !== "" && Number(value) === own);
}

/** Runs that are compared as one: of one configuration with several seeds, or of several configurations. */
export interface RunGroup {
  /** What was asked for. */
  readonly label: string;
  readonly runs: readonly ListedRun[];
}

/** A metric of one group beside the first group's. */
export interface MetricComparison {
  readonly metric: string;
  /** The mean over the runs of each group that have it; NaN of none. */
  readonly means: readonly number[];
  /** For each group but the first: its mean of each seed less the first's; undefined where no seed is in both. */
  readonly differences: readonly (Paired | undefined)[];
}

/** What differs among groups. */
export interface Comparison {
  readonly groups: readonly RunGroup[];
  /** Parameters that are not the same in all, with each group's values in words. */
  readonly params: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly metrics: readonly MetricComparison[];
  /** Metrics that at least two groups have curves of. */
  readonly curves: readonly string[];
}

/** All values of a parameter in a group, in words. */
function valuesOf(runs: readonly { readonly params: Params }[], name: string): string {
  return [...new Set(runs.map(({ params }) => text(params[name])))].sort().join(", ");
}

/** The last run of each configuration and seed that has something: what was tried again counts once. */
function lastRuns(runs: readonly ListedRun[], has: (run: ListedRun) => boolean): ListedRun[] {
  const found = new Map<string, ListedRun>();
  for (const run of runs.filter(has)) {
    const key = canonical([run.sweep, run.params, run.seed]);
    if (!found.has(key)) found.set(key, run); // those begun last come first
  }
  return [...found.values()];
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The mean of each seed: of one run, or of those of several configurations that are taken together. */
function bySeed(runs: readonly ListedRun[], metric: string): Map<number, number> {
  const seeds = Map.groupBy(runs, ({ seed }) => seed);
  return new Map([...seeds].map(([seed, own]) => [seed, meanOf(own.map(({ metrics }) => metrics[metric]!))]));
}

/** Compares groups of runs: their configurations, and their figures by seed. */
export function compareRuns(groups: readonly RunGroup[]): Comparison {
  const all = groups.flatMap(({ runs }) => runs),
    names = [...new Set(all.flatMap(({ params }) => Object.keys(params)))];
  const params = names.map((name) => ({ name, values: groups.map(({ runs }) => valuesOf(runs, name)) }))
    .filter(({ values }) => new Set(values).size > 1);
  const metrics = [...new Set(all.flatMap(({ metrics }) => Object.keys(metrics)))].map((metric) => {
    const counted = groups.map(({ runs }) => lastRuns(runs, ({ metrics }) => metrics[metric] !== undefined));
    const values = counted.map((runs) => bySeed(runs, metric)), [first] = values;
    const differences = values.slice(1).map((own) => {
      const seeds = [...own.keys()].filter((seed) => first!.has(seed));
      const apart = seeds.map((seed) => own.get(seed)! - first!.get(seed)!).filter(Number.isFinite);
      return apart.length > 0 ? paired(apart) : undefined;
    });
    const means = counted.map((runs) => meanOf(runs.map(({ metrics }) => metrics[metric]!)));
    return { metric, means, differences };
  });
  const curves = [...new Set(all.flatMap(({ curves }) => [...curves.keys()]))]
    .filter((name) => groups.filter(({ runs }) => runs.some(({ curves }) => curves.has(name))).length > 1);
  return { groups, params, metrics, curves };
}

/** A metric over steps: the mean of a group's runs where they have it, of each configuration and seed the last. */
export function meanCurve({ runs }: RunGroup, metric: string): [number, number][] {
  const values = new Map<number, number[]>();
  for (const { curves } of lastRuns(runs, ({ curves }) => curves.has(metric))) {
    for (const [step, value] of curves.get(metric)!) {
      const found = values.get(step);
      if (found) found.push(value);
      else values.set(step, [value]);
    }
  }
  return [...values].sort(([a], [b]) => a - b).map(([step, own]) => [step, meanOf(own)]);
}

/** A difference in words: `+0.012 [0.003, 0.021] of 5 seeds`. */
export function differenceText(difference: Paired | undefined): string {
  if (!difference) return "–";
  const { k, mean, interval } = difference, write = figureFormat([mean, ...interval ?? []]);
  const sign = mean > 0 ? "+" : "";
  return `${sign}${write(mean)}${interval ? ` [${write(interval[0])}, ${write(interval[1])}]` : ""} of ${k} ${
    k === 1 ? "seed" : "seeds"
  }`;
}
