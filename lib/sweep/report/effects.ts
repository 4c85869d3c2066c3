/**
 * Which parameters matter: what the report shows of it.
 *
 * @module
 */
import type { Analysis } from "../analysis.ts";
import { outcome, type Spread, spread } from "../groups.ts";
import type { TrialResult } from "../results.ts";
import { completeBlock } from "../statistics/blocks.ts";
import { type Effects, effects } from "../statistics/effects.ts";
import { levels, RANGES } from "./levels.ts";

/** The metric at each level of one parameter, over all runs that left a finite one. */
export interface LevelMeans {
  readonly param: string;
  readonly levels: readonly (Spread & { readonly label: string; readonly diverged: number })[];
}

/** A parameter's, or a pair's, share of the variance. */
export interface EffectRow {
  /** `lr`, or `lr × act`. */
  readonly name: string;
  readonly pair: boolean;
  readonly omega: number;
  readonly band: readonly [number, number];
}

/** Effects with their parameters' names. */
export interface SweepEffects extends Pick<Effects, "withheld" | "noise" | "outOfSample" | "permutations"> {
  /** Main effects first, each kind by size. */
  readonly rows: readonly EffectRow[];
  /** Parameters, the one that explains most first; in the plan's order where nothing is said of that. */
  readonly order: readonly string[];
  /** Parameters whose values were taken together in ranges of their rank. */
  readonly ranges: readonly string[];
  /** Sets of parameters that the figures rest on, and of how many. */
  readonly used: number;
  readonly of: number;
  readonly seeds: number;
}

/** Main effects and two-way interactions of a sweep's parameters. */
export function sweepEffects({ cells, values, params }: Analysis): SweepEffects {
  const block = completeBlock(values);
  const shown = block.cells.map((c) => cells[c]!.trials[0]!);
  const grouped = params.map((name) => levels(shown, name)),
    ranges = params.filter((name, i) => grouped[i]!.length < new Set(shown.map(({ params }) => params[name])).size);
  const factors = grouped.map((groups) => {
    const at = new Map(groups.flatMap(({ trials }, level) => trials.map((trial) => [trial, level] as const)));
    return shown.map((trial) => at.get(trial)!);
  });
  const { terms, ...said } = effects(block.cells.map((c) => block.seeds.map((s) => values[c]![s]!)), factors);
  const rows = terms.map(({ factors, omega, band }): EffectRow => ({
    name: factors.map((i) => params[i]!).join(" × "),
    pair: factors.length > 1,
    omega,
    band,
  })).sort((a, b) => Number(a.pair) - Number(b.pair) || b.omega - a.omega);
  const mains = rows.filter(({ pair }) => !pair).map(({ name }) => name);
  return {
    ...said,
    rows,
    order: [...mains, ...params.filter((name) => !mains.includes(name))],
    ranges,
    used: block.cells.length,
    of: cells.length,
    seeds: block.seeds.length,
  };
}

/** The metric at each level of a parameter. */
export function levelMeans(trials: readonly TrialResult[], param: string, metric: string): LevelMeans {
  const done = trials.filter(({ status }) => status === "done");
  return {
    param,
    levels: levels(done, param).map(({ label, trials }) => ({
      label,
      diverged: trials.filter((trial) => outcome(trial, metric) === "diverged").length,
      ...spread(trials, metric),
    })),
  };
}

/** How values were taken together, in words. */
export const rangesOf = ({ ranges }: SweepEffects): string =>
  ranges.length === 0 ? "" : `The values of ${ranges.join(" and ")} were taken together in ${RANGES} ranges by rank.`;
