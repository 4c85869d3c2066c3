/** A sweep's figures as the report has them, but for what needs all trials: contrasts, tests, effects. */
import { type Configuration, configurations, metricNames, objective, ranked, varying } from "../../lib/sweep/groups.ts";
import { Labels } from "../../lib/sweep/labels.ts";
import type { SweepResults } from "../../lib/sweep/results.ts";
import { bestOf } from "../../lib/sweep/words.ts";
import type { DotRow } from "./dots.ts";
import type { ShownTrial } from "./model.ts";

/** What is shown of it. */
export interface Figures {
  readonly metric: string;
  readonly goal: "max" | "min";
  /** All metrics, the one that is compared first. */
  readonly metrics: readonly string[];
  /** The best set of parameters first. */
  readonly cells: readonly Configuration[];
  readonly params: readonly string[];
  readonly labels: Labels;
  /** Which set is the best so far, in a sentence. */
  readonly best: string;
  /** The metric of the runs of each set. */
  readonly sets: readonly DotRow[];
  /** The metric of the runs with each value of a parameter. */
  readonly levels: readonly { readonly param: string; readonly rows: readonly DotRow[] }[];
  /** A trial in words. */
  readonly nameOf: (trial: ShownTrial) => string;
}

/** The figures of what has ended; undefined as long as no trial has left one. */
export function figuresOf(trials: readonly ShownTrial[], plan: SweepResults["plan"]): Figures | undefined {
  const aim = objective({ trials, plan });
  if (!aim) return undefined;
  const { metric } = aim, all = configurations(trials), cells = ranked(all, aim), params = varying(all);
  const labels = new Labels(all.map(({ params }) => params));
  const valuesOf = (own: readonly { readonly metrics: Readonly<Record<string, number>> }[]) =>
    own.flatMap(({ metrics }) => metrics[metric] ?? []);
  const done = trials.filter(({ status }) => status === "done");
  const levels = params.map((param) => ({
    param,
    rows: [...new Set(all.map(({ params }) => params[param]))].map((value) => ({
      label: labels.of(param, value),
      values: valuesOf(done.filter(({ params }) => params[param] === value)),
    })),
  }));
  return {
    ...aim,
    metrics: [metric, ...metricNames(trials).filter((name) => name !== metric)],
    cells,
    params,
    labels,
    best: bestOf({ cells: all, params, labels, ...aim }),
    sets: cells.filter(({ done }) => done.length > 0)
      .map(({ params: own, done }) => ({ label: labels.words(own, params), values: valuesOf(done) })),
    levels,
    nameOf: ({ params: own, seed }) => [...params.length ? [labels.words(own, params)] : [], `seed ${seed}`].join(", "),
  };
}
