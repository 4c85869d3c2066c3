/**
 * Which parameters matter.
 *
 * @module
 */
import { type Spread, spread } from "../groups.ts";
import type { TrialResult } from "../results.ts";
import { levels } from "./levels.ts";

/** What a parameter does to a metric by itself, averaged over all others. */
export interface Effect {
  readonly param: string;
  /** The metric's spread at each of its levels. */
  readonly levels: readonly ({ readonly label: string } & Spread)[];
  /** The greatest mean of a level less the least. */
  readonly range: number;
  /** The share of the metric's variance that lies between the levels (η²), from 0 to 1. */
  readonly share: number;
}

/**
 * Main effects, the greatest share of variance first.
 *
 * η² = Σ nₗ (meanₗ − mean)² / Σ (x − mean)², over all trials that are done and have a finite value.
 */
export function mainEffects(trials: readonly TrialResult[], params: readonly string[], metric: string): Effect[] {
  const finite = trials.filter(({ status, metrics }) => status === "done" && Number.isFinite(metrics[metric] ?? NaN));
  const values = finite.map(({ metrics }) => metrics[metric]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return params.map((param): Effect => {
    const spreads = levels(finite, param).map(({ label, trials }) => ({ label, ...spread(trials, metric) }));
    const means = spreads.map(({ mean }) => mean);
    const between = spreads.reduce((sum, level) => sum + level.n * (level.mean - mean) ** 2, 0);
    return {
      param,
      levels: spreads,
      range: means.length > 0 ? Math.max(...means) - Math.min(...means) : 0,
      share: total > 0 ? between / total : 0,
    };
  }).sort((a, b) => b.share - a.share);
}
