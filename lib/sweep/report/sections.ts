/**
 * The report's charts by parameter: effects, pairs, learning curves.
 *
 * @module
 */
import { type Html, html, htmlTable } from "../../plot/html.ts";
import type { Analysis } from "../analysis.ts";
import { rough } from "../../plot/figures.ts";
import type { SweepResults, TrialResult } from "../results.ts";
import { effectsChart, levelsChart, pairChart } from "./charts.ts";
import { curvesChart } from "./curves.ts";
import { type LevelMeans, levelMeans, rangesOf, type SweepEffects } from "./effects.ts";
import type { Gallery } from "./gallery.ts";

/** Parameters that get charts of their own: the most important. */
const MOST_PARAMS = 4;
/** Effects that are shown at most. */
const MOST_EFFECTS = 24;

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

/** What the effects rest on, in sentences. */
function basis(effects: SweepEffects, metric: string): string {
  const { noise, permutations, used, of, seeds, outOfSample } = effects;
  return [
    `ω²: the share of the variance of ${metric} that goes with a parameter, or with two together beyond each by itself, less what chance alone would explain; it may be below 0.`,
    `The band holds 95 % of the shares that ${permutations} random dealings give if the parameter does nothing: ${
      noise === "seeds"
        ? "values are dealt out anew among whole sets, within each seed"
        : "what the other parameters leave of each whole set is dealt out anew among the sets, each value in its seed"
    }. Only what lies above it was shown to matter; of forty parameters that do nothing, one lies above, and one below.`,
    `${used === of ? `All ${of} sets` : `${used} of ${of} sets, those without a missing figure`}, ${seeds} ${
      seeds === 1 ? "seed" : "seeds"
    }; ${percent(outOfSample)} is explained out of sample (${noise === "seeds" ? "on seeds" : "of sets"} left out).`,
    rangesOf(effects),
  ].filter((text) => text !== "").join(" ");
}

/** The greatest mean of a parameter's levels, the least, and how far they lie apart. */
function extremes({ param, levels }: LevelMeans): string[] {
  const by = levels.filter(({ n }) => n > 0).sort((a, b) => b.mean - a.mean);
  if (by.length < 2) return [param, "–", ""];
  const [first, last] = [by[0]!, by.at(-1)!];
  return [param, rough(first.mean - last.mean), `${first.label} … ${last.label}`];
}

/** Main effects and interactions, each with the band in which chance alone puts it; or why none are given. */
export async function effectsSection(
  gallery: Gallery,
  effects: SweepEffects,
  { params, metric }: Analysis,
  trials: readonly TrialResult[],
): Promise<Html> {
  if (params.length === 0) return html``;
  const means = effects.order.map((param) => levelMeans(trials, param, metric));
  const parts: Html[] = [];
  for (const level of means.slice(0, 2 * MOST_PARAMS)) {
    parts.push(
      await gallery.figure(
        `effect-${level.param}`,
        levelsChart(level, metric),
        `${metric} at each value of ${level.param}`,
      ),
    );
  }
  const shown = effects.rows.slice(0, MOST_EFFECTS);
  const rows = shown.map(({ name, omega, band: [low, high] }) => [
    name,
    percent(omega),
    `${percent(low)} to ${percent(high)}`,
    omega > high ? "above" : omega < low ? "below" : "inside",
  ]);
  return html`
    <h2>Main effects and interactions</h2>
    ${effects.withheld.map((reason) =>
      html`<p class="small">${rows.length === 0 ? "No shares of variance" : "Withheld in part"}: ${reason}.</p>`
    )}
    ${rows.length > 0 && html`
      <p class="muted small">${basis(effects, metric)}</p>
      <div class="grid">
        ${await gallery.figure("effects", effectsChart(shown), "Share of variance of each parameter and pair")}
        <div class="card">${htmlTable(["parameter", "ω²", "null band, 95%", "lies"], rows)}</div>
      </div>
    `}
    <p class="muted small">Means and standard deviations over all runs with that value that left a finite figure:</p>
    <div class="card">${htmlTable(
      ["parameter", "range of means", `greatest … least ${metric}`],
      means.map(extremes),
    )}</div>
    <div class="grid three">${parts}</div>
  `;
}

/** The metric for every pair of the parameters that explain most. */
export async function pairsSection(
  gallery: Gallery,
  done: readonly TrialResult[],
  params: readonly string[],
  metric: string,
): Promise<Html> {
  const chosen = params.slice(0, MOST_PARAMS);
  const pairs = chosen.flatMap((down, i) => chosen.slice(i + 1).map((across) => [across, down] as const));
  if (pairs.length === 0) return html``;
  const parts: Html[] = [];
  for (const [across, down] of pairs) {
    parts.push(
      await gallery.figure(
        `pair-${down}-${across}`,
        pairChart(done, across, down, metric),
        `${metric} by ${down} and ${across}`,
      ),
    );
  }
  return html`
    <h2>Pairs</h2>
    <p
      class="muted small">Mean ${metric} of all runs with both values that left a finite figure; empty where there is none.</p>
    <div class="grid">${parts}</div>
  `;
}

/** Learning curves by the values of the parameters that explain most. */
export async function curvesSection(
  gallery: Gallery,
  results: SweepResults,
  params: readonly string[],
  metric: string,
): Promise<Html> {
  const names = [...new Set(results.curves.map(({ name }) => name))];
  if (names.length === 0 || params.length === 0) return html``;
  const shown = [...new Set([...names.filter((name) => name === metric), ...names])].slice(0, 2);
  const parts: Html[] = [];
  for (const name of shown) {
    const curves = results.curves.filter((curve) => curve.name === name);
    for (const param of params.slice(0, MOST_PARAMS)) {
      parts.push(
        await gallery.figure(
          `curves-${name}-${param}`,
          curvesChart(results.trials, curves, param, name),
          `${name} by step, for each value of ${param}`,
        ),
      );
    }
  }
  return html`
    <h2>Learning curves</h2>
    <p
      class="muted small">Means over all trials with that value, in a band of one standard deviation. Where the legend says that some became NaN, the mean is of the others from that step on.</p>
    <div class="grid">${parts}</div>
  `;
}
