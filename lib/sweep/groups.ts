/**
 * Trials that differ in their seed alone, taken together.
 *
 * @module
 */
import { meanAndStd } from "../plot/format.ts";
import type { Value } from "./errors.ts";
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

/** The names of all metrics, in the order in which trials returned them. */
export function metricNames(trials: readonly TrialResult[]): string[] {
  return [...new Set(trials.flatMap(({ metrics }) => Object.keys(metrics)))];
}

/** What is compared: the plan's metric, or the first there is; and which way is better. */
export function objective({ plan, trials }: SweepResults): { metric: string; goal: "max" | "min" } | undefined {
  const names = metricNames(trials);
  const metric = plan.metric !== null && names.includes(plan.metric) ? plan.metric : names[0];
  if (metric === undefined) return undefined;
  return { metric, goal: plan.goal ?? (/loss|error/i.test(metric) ? "min" : "max") };
}

/** The best configuration first; those without a figure last. */
export function ranked(
  groups: readonly Configuration[],
  { metric, goal }: { metric: string; goal: "max" | "min" },
): Configuration[] {
  const score = new Map(groups.map((group) => {
    const { mean } = spread(group.done, metric);
    return [group, Number.isNaN(mean) ? -Infinity : goal === "max" ? mean : -mean];
  }));
  return [...groups].sort((a, b) => score.get(b)! - score.get(a)! || 0);
}

/** Parameters that take more than one value, absence being one. */
export function varying(groups: readonly Configuration[]): string[] {
  const names = [...new Set(groups.flatMap(({ params }) => Object.keys(params)))];
  return names.filter((name) => new Set(groups.map(({ params }) => canonical(params[name] ?? "absent"))).size > 1);
}

/** A parameter's value as tables show it; an absent one is a dash. */
export function formatValue(value: Value | undefined): string {
  return value === undefined ? "–" : typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
}
