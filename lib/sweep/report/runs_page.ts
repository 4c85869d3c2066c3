/**
 * A comparison of runs: one HTML file that opens without a network.
 *
 * @module
 */
import { figureFormat } from "../../plot/figures.ts";
import { Html, html, htmlTable, page } from "../../plot/html.ts";
import { lineChart, MOST_POINTS } from "../../plot/lines.ts";
import { hue } from "../../plot/theme.ts";
import { KEPT_RUNS } from "../kept_runs.ts";
import { type Comparison, differenceText, meanCurve } from "../runs.ts";

/** Every so many points of a long line. */
function some(points: readonly [number, number][]): readonly [number, number][] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** What a curve goes over: in runs that are kept batches or epochs, in a sweep's trials what its plan calls a step. */
function stepsOf({ groups }: Comparison, name: string): string {
  if (name.startsWith("batch ")) return "batch";
  const runs = groups.flatMap(({ runs }) => runs.filter(({ curves }) => curves.has(name)));
  return runs.every(({ sweep }) => sweep === KEPT_RUNS) ? "epoch" : "step";
}

async function curveOf(comparison: Comparison, name: string): Promise<Html> {
  const lines = comparison.groups.map((group, i) => ({
    label: group.label,
    color: hue(i),
    points: some(meanCurve(group, name)),
    ...name.startsWith("batch ") ? {} : { look: "marked" as const },
  })).filter(({ points }) => points.length > 0);
  const x = stepsOf(comparison, name);
  const chart = lineChart({
    title: name,
    x: { title: x },
    y: { title: name },
    lines,
    legend: "top",
    width: 460,
    height: 280,
  });
  return html`
    <div class="card">
      <figure>${new Html(await chart.svg({ embed: true }))}</figure>
    </div>
  `;
}

/** The page: which configurations differ and how, figures with differences by seed, curves, and which runs they are of. */
export async function comparisonPage(comparison: Comparison): Promise<string> {
  const { groups, params, metrics, curves } = comparison, labels = groups.map(({ label }) => label);
  const charts: Html[] = [];
  for (const name of curves) charts.push(await curveOf(comparison, name));
  const tables = metrics.map(({ metric, means, differences }) => {
    const write = figureFormat(means);
    const rows = groups.map((
      _,
      i,
    ) => [labels[i]!, write(means[i]!), i === 0 ? "" : differenceText(differences[i - 1])]);
    return htmlTable([metric, "mean", "difference from the first, by seed"], rows, ["left", "right", "left"]);
  });
  const runs = groups.flatMap(({ label, runs }) =>
    runs.map(({ id, seed, status, folder, began }) => [label, id, String(seed), status, folder, began ?? "–"])
  );
  const configurations = params.length === 0
    ? html`<p>They do not differ.</p>`
    : htmlTable(["parameter", ...labels], params.map(({ name, values }) => [name, ...values]));
  const body = html`
    <h1>${labels.join(", ")} compared</h1>
    <h2>Configurations</h2>
    <div class="card wide">${configurations}</div>
    <h2>Figures</h2>
    <div
      class="card wide">${tables}<p class="muted small">Means over runs. In brackets: the 95 % interval of the mean difference (paired t).</p></div>
    ${charts.length > 0 && html`
      <h2>Curves</h2>
      <p class="muted small">Means over the runs of each.</p>
      <div class="grid">${charts}</div>
    `}
    <h2>Runs</h2>
    <div class="card wide">${htmlTable(["", "id", "seed", "status", "folder", "began"], runs)}</div>
  `;
  return page({ title: `${labels.join(", ")} compared`, body });
}
