/**
 * A sweep's report: one HTML file that opens without a network, and its charts one by one.
 *
 * @module
 */
import { type Html, html, page } from "../../plot/html.ts";
import { analyse, type Analysis } from "../analysis.ts";
import { configurations, isSound, ranked } from "../groups.ts";
import type { SweepResults } from "../results.ts";
import { bestOf, counted, lostRuns } from "../words.ts";
import { MOST_LINES, parallelChart } from "./charts.ts";
import { contrastsSection, divergedSection } from "./contrasts.ts";
import { sweepEffects } from "./effects.ts";
import { Gallery } from "./gallery.ts";
import { failures, provenance } from "./provenance.ts";
import { curvesSection, effectsSection, pairsSection } from "./sections.ts";
import { MOST_ROWS, sortableTable, SORTING_SCRIPT, SORTING_STYLE } from "./table.ts";

/** A report, and its charts as SVG documents by name. */
export interface SweepReport {
  readonly page: string;
  readonly charts: ReadonlyMap<string, string>;
}

/** Everything that rests on figures. */
async function figures(gallery: Gallery, results: SweepResults, analysis: Analysis): Promise<Html> {
  const { cells, metric, params, labels } = analysis;
  const effects = sweepEffects(analysis), done = results.trials.filter(({ status }) => status === "done");
  const sound = cells.filter((cell) => isSound(cell, metric)), lines = Math.min(MOST_LINES, sound.length);
  return html`
    <h2>Configurations</h2>
    <div class="card wide">${sortableTable(ranked(cells, analysis), analysis)}
      <p class="muted small">Mean ± standard deviation over seeds; a click on a heading sorts. Sets with a run that diverged or failed stand last.${cells
            .length >
          MOST_ROWS &&
        ` The best ${MOST_ROWS.toLocaleString("en")} of ${
          cells.length.toLocaleString("en")
        }; trials.csv has all.`}</p></div>
    ${divergedSection(analysis)}
    ${contrastsSection(analysis, results.plan.margin)}
    ${await effectsSection(gallery, effects, analysis, results.trials)}
    ${params.length > 0 && lines > 0 && html`
      <h2>All together</h2>
      <p
        class="muted small">Every line is one set of parameters: the yellower, the greater its ${metric}.${sound
              .length >
            lines &&
          ` ${lines} of ${sound.length.toLocaleString("en")}, from least to most.`}${sound.length < cells.length &&
          ` ${
            counted(cells.length - sound.length, "set")
          } with a run that diverged, failed or is not done has none.`}</p>
      ${await gallery.figure(
        "parallel",
        parallelChart(cells, [...effects.order].reverse().slice(-8), metric, labels),
        "Parallel coordinates",
      )}
    `}
    ${await pairsSection(gallery, done, effects.order, metric)}
    ${await curvesSection(gallery, results, effects.order, metric)}
  `;
}

/**
 * The report as one HTML document, and its charts.
 *
 * @param results what the sweep's folder holds; it may be unfinished
 */
export async function sweepReport(results: SweepResults): Promise<SweepReport> {
  const { plan, trials, kept } = results;
  const gallery = new Gallery();
  const analysis = analyse(results), all = analysis?.cells ?? configurations(trials);
  const states = (["done", "failed", "running", "pending"] as const)
    .map((state) => [trials.filter(({ status }) => status === state).length, state] as const)
    .filter(([n]) => n > 0).map(([n, state]) => `${n.toLocaleString("en")} ${state}`).join(", ");
  const lost = analysis && lostRuns(analysis);
  const header = html`
    <header>
      <h1>${plan.name}</h1>
      ${plan.about && html`<p>${plan.about}</p>`}
      ${analysis && html`<p>${bestOf(analysis)}</p>`}
      ${lost !== undefined && lost !== "" && html`<p>${lost}</p>`}
      <p class="muted small">${counted(all.length, "set")} of parameters, ${counted(
        plan.seeds.length,
        "seed",
      )}: ${counted(
        trials.length,
        "trial",
      )} (${states}).</p>
    </header>
  `;
  const body = analysis ? await figures(gallery, results, analysis) : html`<p>No trial is done yet.</p>`;
  const text = page({
    title: `${plan.name} · Sonde`,
    body: html`
      ${header}${body}${failures(results)}
      ${kept.length > 0 &&
        html`<p class="muted small">The trials kept ${
          counted(kept.length, "file")
        }: see the folder kept beside this page.</p>`}
      <h2>How it was made</h2>${provenance(results)}
      <footer>Made by Sonde. This file is complete: it opens without a network.</footer>
      ${SORTING_STYLE}
    `,
    scripts: [SORTING_SCRIPT],
  });
  return { page: text, charts: gallery.charts };
}
