/**
 * What a sweep's results say, in figures: the report and the terminal put them into words.
 *
 * @module
 */
import { type Configuration, configurations, count, metricNames, objective, outcome, varying } from "./groups.ts";
import { canonical } from "./identity.ts";
import { Labels } from "./labels.ts";
import type { SweepResults } from "./results.ts";
import type { Matrix } from "./statistics/blocks.ts";
import { compareCells, type Comparisons } from "./statistics/comparisons.ts";
import { fisher } from "./statistics/fisher.ts";
import { holm } from "./statistics/holm.ts";

/** The runs of one set of parameters that diverged. */
export interface Diverged {
  readonly cell: number;
  readonly diverged: number;
  /** Runs that ended with a figure, finite or not. */
  readonly ended: number;
  readonly failed: number;
  /** Fisher's exact test against the baseline's share; NaN without a baseline, and for itself. */
  readonly p: number;
  /** The same with Holm's correction over all sets. */
  readonly holm: number;
}

/** How far two figures lie apart by chance alone. */
export interface NoiseFloors {
  /** The baseline's mean against its own on other seeds: s·√(2/k). */
  readonly seeds: { readonly deviation: number; readonly k: number; readonly floor: number } | undefined;
  /** The same set and seed run twice, where the parameter `again` numbers repetitions: their deviation, of how many pairs. */
  readonly again: { readonly deviation: number; readonly pairs: number } | undefined;
  /** √(p(1−p)/n) of a share p measured on n examples. */
  readonly examples: { readonly p: number; readonly n: number; readonly floor: number } | undefined;
}

/** All of it. */
export interface Analysis {
  readonly metric: string;
  readonly goal: "max" | "min";
  /** All metrics, the one that is compared first. */
  readonly metrics: readonly string[];
  readonly cells: readonly Configuration[];
  /** Parameters that take more than one value. */
  readonly params: readonly string[];
  readonly labels: Labels;
  readonly seeds: readonly number[];
  /** The metric by cell and seed; NaN where there is no finite one. */
  readonly values: Matrix;
  /** The cell that others are compared with; absent for random draws without one. */
  readonly baseline: number | undefined;
  readonly comparisons: Comparisons | undefined;
  /** Sets with a run that diverged, and the baseline if there are any. */
  readonly diverged: readonly Diverged[];
  readonly noise: NoiseFloors;
}

/** The parameter by which a plan says that nothing is different: the same set, run again. */
export const AGAIN = "again";

function findBaseline({ plan }: SweepResults, cells: readonly Configuration[]): number | undefined {
  if (plan.baseline === null) return Object.values(plan.axes).some((axis) => typeof axis === "string") ? undefined : 0;
  const wanted = canonical(plan.baseline), found = cells.findIndex(({ params }) => canonical(params) === wanted);
  return found < 0 ? undefined : found;
}

function divergedRuns(cells: readonly Configuration[], metric: string, baseline: number | undefined): Diverged[] {
  const rows = cells.map(({ trials }, cell) => {
    const diverged = count(trials, metric, "diverged");
    return {
      cell,
      diverged,
      ended: diverged + count(trials, metric, "finite"),
      failed: count(trials, metric, "failed"),
    };
  });
  if (rows.every(({ diverged }) => diverged === 0)) return [];
  const base = baseline === undefined ? undefined : rows[baseline];
  const ps = rows.map(({ cell, diverged, ended }) =>
    base && cell !== baseline && base.ended > 0 && ended > 0 ? fisher(diverged, ended, base.diverged, base.ended) : NaN
  );
  const corrected = holm(ps);
  return rows.map((row, i) => ({ ...row, p: ps[i]!, holm: corrected[i]! }))
    .filter(({ cell, diverged }) => diverged > 0 || cell === baseline);
}

const deviation = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

/** Runs that differ in nothing but which repetition they are: the deviation within them, pooled. */
function repeated(cells: readonly Configuration[], values: Matrix): NoiseFloors["again"] {
  const groups = new Map<string, number[]>();
  for (const [c, { params }] of cells.entries()) {
    if (!(AGAIN in params)) continue;
    const { [AGAIN]: _, ...rest } = params;
    for (const [s, value] of values[c]!.entries()) {
      if (Number.isNaN(value)) continue;
      const key = canonical([rest, s]);
      groups.set(key, [...groups.get(key) ?? [], value]);
    }
  }
  const several = [...groups.values()].filter(({ length }) => length > 1);
  const df = several.reduce((sum, { length }) => sum + length - 1, 0);
  const squares = several.reduce((sum, group) => sum + deviation(group) ** 2 * (group.length - 1), 0);
  return df === 0 ? undefined : { deviation: Math.sqrt(squares / df), pairs: df };
}

function noiseFloors(
  { plan }: SweepResults,
  cells: readonly Configuration[],
  values: Matrix,
  baseline: number | undefined,
): NoiseFloors {
  const finite = baseline === undefined ? [] : values[baseline]!.filter((value) => !Number.isNaN(value)),
    k = finite.length;
  const p = finite.reduce((sum, value) => sum + value, 0) / k, n = plan.testSize;
  const s = k > 1 ? deviation(finite) : NaN;
  return {
    seeds: k > 1 ? { deviation: s, k, floor: s * Math.sqrt(2 / k) } : undefined,
    again: repeated(cells, values),
    examples: n !== null && k > 0 && p >= 0 && p <= 1 ? { p, n, floor: Math.sqrt(p * (1 - p) / n) } : undefined,
  };
}

/** Analyses results by the plan's metric; undefined as long as no trial has left one. */
export function analyse(results: SweepResults): Analysis | undefined {
  const goal = objective(results);
  if (!goal) return undefined;
  const { metric } = goal, cells = configurations(results.trials);
  const seeds = [...new Set(results.trials.map(({ seed }) => seed))].sort((a, b) => a - b);
  const at = new Map(seeds.map((seed, s) => [seed, s]));
  const values = cells.map(({ trials }) => {
    const row = seeds.map(() => NaN);
    for (const trial of trials) {
      if (outcome(trial, metric) === "finite") row[at.get(trial.seed)!] = trial.metrics[metric]!;
    }
    return row;
  });
  const baseline = findBaseline(results, cells);
  return {
    ...goal,
    metrics: [metric, ...metricNames(results.trials).filter((name) => name !== metric)],
    cells,
    params: varying(cells),
    labels: new Labels(cells.map(({ params }) => params)),
    seeds,
    values,
    baseline,
    comparisons: baseline === undefined || cells.length < 2
      ? undefined
      : compareCells(values, baseline, results.plan.margin ?? undefined),
    diverged: divergedRuns(cells, metric, baseline),
    noise: noiseFloors(results, cells, values, baseline),
  };
}
