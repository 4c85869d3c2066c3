/**
 * Trials that differ in their seed alone, taken together.
 *
 * @module
 */
import { meanAndStd } from "../plot/format.ts";
import { canonical } from "./identity.ts";
import type { Params } from "./plan.ts";
import type { SweepResults, TrialResult } from "./results.ts";

/** One set of parameters with all its seeds. */
export interface Configuration {
  readonly params: Params;
  readonly trials: readonly TrialResult[];
  /** Trials that are done. */
  readonly done: readonly TrialResult[];
  readonly failed: number;
}

/** The mean and unbiased deviation of a metric, and of how many finite values. */
export interface Spread {
  readonly mean: number;
  readonly std: number;
  readonly n: number;
}

/** Trials by their parameters, in the plan's order. */
export function configurations(trials: readonly TrialResult[]): Configuration[] {
  const groups = new Map<string, TrialResult[]>();
  for (const trial of trials) {
    const key = canonical(trial.params);
    const group = groups.get(key);
    if (group) group.push(trial);
    else groups.set(key, [trial]);
  }
  return [...groups.values()].map((trials) => ({
    params: trials[0]!.params,
    trials,
    done: trials.filter(({ status }) => status === "done"),
    failed: trials.filter(({ status }) => status === "failed").length,
  }));
}

/** The spread of a metric over trials; values that are not finite are left out, and show in `n`. */
export function spread(trials: readonly TrialResult[], metric: string): Spread {
  const values = trials.map(({ metrics }) => metrics[metric] ?? NaN).filter(Number.isFinite);
  return values.length === 0 ? { mean: NaN, std: NaN, n: 0 } : { ...meanAndStd(values), n: values.length };
}

/** How a trial ended, as far as one metric goes. A metric that was not returned is absent; one that was not finite diverged. */
export type Outcome = "finite" | "diverged" | "absent" | "failed" | "open";

/** How a trial ended. */
export function outcome({ status, metrics }: TrialResult, metric: string): Outcome {
  if (status === "failed") return "failed";
  if (status !== "done") return "open";
  const value = metrics[metric];
  return value === undefined ? "absent" : Number.isFinite(value) ? "finite" : "diverged";
}

/** How many trials ended so. */
export function count(trials: readonly TrialResult[], metric: string, ...wanted: readonly Outcome[]): number {
  return trials.filter((trial) => wanted.includes(outcome(trial, metric))).length;
}

/** Whether every run that ended left a finite figure, and there is one: only then can a set of parameters be called the best. */
export function isSound({ trials }: Configuration, metric: string): boolean {
  return count(trials, metric, "finite") > 0 && count(trials, metric, "diverged", "absent", "failed") === 0;
}

/** The names of all metrics, in the order in which trials returned them. */
export function metricNames(trials: readonly TrialResult[]): string[] {
  return [...new Set(trials.flatMap(({ metrics }) => Object.keys(metrics)))];
}

/** What is compared: the plan's metric, or the first there is; and which way is better. */
export function objective(
  { plan, trials }: Pick<SweepResults, "plan" | "trials">,
): { metric: string; goal: "max" | "min" } | undefined {
  const names = metricNames(trials);
  const isThere = plan.metric !== null && names.includes(plan.metric), metric = isThere ? plan.metric : names[0];
  if (metric === undefined || metric === null) return undefined;
  // The plan's goal is that of its metric: of another one, less may be better where the plan wants more.
  const goal = isThere || plan.metric === null ? plan.goal : null;
  return { metric, goal: goal ?? (/loss|error/i.test(metric) ? "min" : "max") };
}

/** The best configuration first. Those with a run that diverged or failed come after all others, by the share of their runs that did not; those without a figure last. */
export function ranked(
  groups: readonly Configuration[],
  { metric, goal }: { metric: string; goal: "max" | "min" },
): Configuration[] {
  const keys = new Map(groups.map((group) => {
    const { mean, n } = spread(group.done, metric);
    const ended = count(group.trials, metric, "finite", "diverged", "absent", "failed");
    return [group, { share: n === 0 ? 0 : n / ended, mean: n === 0 ? 0 : goal === "max" ? mean : -mean }];
  }));
  return [...groups].sort((a, b) => {
    const [left, right] = [keys.get(a)!, keys.get(b)!];
    return right.share - left.share || right.mean - left.mean;
  });
}

/** Parameters that take more than one value, absence being one. */
export function varying(groups: readonly Configuration[]): string[] {
  const names = [...new Set(groups.flatMap(({ params }) => Object.keys(params)))];
  return names.filter((name) => new Set(groups.map(({ params }) => params[name])).size > 1);
}
