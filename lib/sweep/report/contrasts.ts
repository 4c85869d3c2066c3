/**
 * The report's comparisons with the baseline, and the runs that diverged.
 *
 * @module
 */
import { Html, html, htmlTable } from "../../plot/html.ts";
import type { Analysis } from "../analysis.ts";
import { figureFormat, probability, rough } from "../../plot/figures.ts";
import type { Comparison } from "../statistics/comparisons.ts";
import { fisher } from "../statistics/fisher.ts";
import { holm } from "../statistics/holm.ts";
import { counted, intervalOf, methodOf, noiseOf, sizeOf, verdictOf } from "../words.ts";
import { levelMeans } from "./effects.ts";

/** Contrasts that are listed at most: those with the largest mean differences. */
const MOST_CONTRASTS = 200;
/** Differences of one contrast that are written out. */
const MOST_DIFFERENCES = 12;
/** Sets with diverged runs that are listed. */
const MOST_DIVERGED = 100;

const dash = (value: number, write: (value: number) => string) => Number.isNaN(value) ? "–" : write(value);

function differencesOf({ differences }: Comparison, write: (value: number) => string): string {
  const shown = differences.slice(0, MOST_DIFFERENCES).map((value) => dash(value, write)).join(", ");
  return differences.length > MOST_DIFFERENCES ? `${shown}, …` : shown;
}

function table(analysis: Analysis, margin: number | null): Html {
  const { comparisons, cells, baseline, labels, params, seeds } = analysis;
  if (!comparisons || baseline === undefined) return html``;
  const others = cells.filter((_, c) => c !== baseline);
  const order = comparisons.contrasts.map((contrast, i) => ({ contrast, cell: others[i]! }));
  if (order.length > MOST_CONTRASTS) order.sort((a, b) => sizeOf(b.contrast) - sizeOf(a.contrast));
  const shown = order.slice(0, MOST_CONTRASTS);
  const write = figureFormat(shown.map(({ contrast }) => contrast.mean));
  const columns = [
    "parameters",
    "verdict",
    "mean difference",
    "± std",
    "95% (t, each by itself)",
    "k",
    "sign-flip p",
    "Holm",
    "least possible",
    ...(comparisons.method === "Dunnett" ? ["Dunnett p"] : []),
    ...(margin === null ? [] : ["equivalence p"]),
    "could be shown",
    "differences by seed",
  ];
  const rows = shown.map(({ contrast, cell }) => [
    labels.words(cell.params, params),
    verdictOf(contrast, analysis),
    dash(contrast.mean, write),
    dash(contrast.std, rough),
    intervalOf(contrast),
    contrast.k < seeds.length ? `${contrast.k} of ${seeds.length}` : String(contrast.k),
    probability(contrast.signFlip),
    probability(contrast.holm),
    probability(contrast.smallest),
    ...(comparisons.method === "Dunnett" ? [probability(contrast.dunnett)] : []),
    ...(margin === null ? [] : [probability(contrast.equivalence)]),
    dash(contrast.detectable, rough),
    differencesOf(contrast, write),
  ]);
  return html`
    <div class="card wide">${htmlTable(columns, rows)}
      ${order.length > shown.length &&
        html`<p class="muted small">The ${shown.length} largest of ${order.length.toLocaleString("en")} contrasts.</p>`}
    </div>
  `;
}

/** Every set of parameters against the baseline, paired by seed; with what is not said, and why. */
export function contrastsSection(analysis: Analysis, margin: number | null): Html {
  const { baseline, cells, labels, params, metric, comparisons } = analysis;
  if (cells.length < 2) return html``;
  const noise = html`
    <p class="muted small">How far apart figures lie by chance:</p>
    <ul class="muted small">${noiseOf(analysis).map((text) => html`<li>${text}</li>`)}</ul>
  `;
  if (baseline === undefined || !comparisons) {
    return html`
      <h2>Contrasts</h2>
      <p
        class="muted small">Nothing is compared: random draws have no baseline by themselves, and the plan names none that was run.</p>
      ${noise}
    `;
  }
  return html`
    <h2>Contrasts</h2>
    <p class="small">${metric} of each set less that of the baseline (${labels.words(
      cells[baseline]!.params,
      params,
    )}), on the same seed. ${methodOf(analysis)}</p>
    <p
      class="muted small">All tests are two-sided. The t intervals are not adjusted for the number of contrasts. "Least possible" is the smallest
    corrected sign-flip p that so many seeds allow; "could be shown" is the smallest true difference, in ${metric}, that a t-test at .05 over ${counted(
      comparisons.contrasts.length,
      "contrast",
    )} shows four times in five, if the deviation is the one found. A difference that was not shown may be there. ${margin ===
        null
      ? "Without a margin in the plan, no two sets are called equivalent."
      : `Equivalent are sets that two one-sided t-tests, with Holm's correction, place within ± ${margin}.`}</p>
    ${table(analysis, margin)}
    ${noise}
  `;
}

/** Shares of diverged runs by each value of each parameter, and Fisher's test of a value against all others. */
function divergedValues({ cells, params, metric }: Analysis): string[][] {
  const trials = cells.flatMap(({ trials }) => trials);
  const found = params.flatMap((param) => {
    const { levels } = levelMeans(trials, param, metric);
    const all = levels.reduce((sum, { diverged }) => sum + diverged, 0);
    const ended = levels.reduce((sum, { n, diverged }) => sum + n + diverged, 0);
    return levels.filter(({ n, diverged }) => n + diverged > 0).map(({ label, n, diverged }) => ({
      name: `${param} ${label}`,
      diverged,
      ended: n + diverged,
      p: fisher(diverged, n + diverged, all - diverged, ended - n - diverged),
    }));
  });
  const corrected = holm(found.map(({ p }) => p));
  return found.map(({ name, diverged, ended, p }, i) => [
    name,
    `${diverged} of ${ended}`,
    `${(100 * diverged / ended).toFixed(0)}%`,
    probability(p),
    probability(corrected[i]!),
  ]);
}

/** Sets of parameters with runs that diverged: a result of their own. */
export function divergedSection(analysis: Analysis): Html {
  const { diverged, cells, labels, params, metric, baseline } = analysis;
  if (diverged.length === 0) return html``;
  const rows = diverged.slice(0, MOST_DIVERGED).map(({ cell, diverged, ended, failed, p, holm }) => [
    labels.words(cells[cell]!.params, params) + (cell === baseline ? " (baseline)" : ""),
    `${diverged} of ${ended}`,
    `${(100 * diverged / ended).toFixed(0)}%`,
    String(failed),
    probability(p),
    probability(holm),
  ]);
  return html`
    <h2>Diverged runs</h2>
    <p
      class="muted small">Runs whose ${metric} was not finite. Means, intervals and contrasts are of the runs that are left, and say nothing of these.
    Beside them, Fisher's exact test of a set's share against the baseline's, two-sided, and Holm's correction of it over all sets.</p>
    <div class="card">${htmlTable(["parameters", "diverged", "share", "failed", "Fisher p", "Holm"], rows)}
      ${diverged.length > rows.length &&
        html`<p class="muted small">${diverged.length - rows.length} more are in trials.csv.</p>`}
    </div>
    <p
      class="muted small">By value, over all sets that have it; the test is against all other values of that parameter, and takes runs as independent:</p>
    <div class="card">${htmlTable(["value", "diverged", "share", "Fisher p", "Holm"], divergedValues(analysis))}</div>
  `;
}
