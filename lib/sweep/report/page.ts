/**
 * A sweep's report: one HTML file that opens without a network, and its charts one by one.
 *
 * @module
 */
import type { Chart } from "../../plot/chart.ts";
import { formatFigure, formatSeconds } from "../../plot/format.ts";
import { Html, html, htmlTable, page } from "../../plot/html.ts";
import {
  type Configuration,
  configurations,
  formatValue,
  metricNames,
  objective,
  ranked,
  spread,
  varying,
} from "../groups.ts";
import { standalone } from "../../plot/picture.ts";
import type { SweepResults, TrialResult } from "../results.ts";
import { effectsChart, levelsChart, MOST_LINES, pairChart, parallelChart } from "./charts.ts";
import { curvesChart } from "./curves.ts";
import { type Effect, mainEffects } from "./effects.ts";
import { MOST_ROWS, sortableTable, SORTING_SCRIPT, SORTING_STYLE } from "./table.ts";

/** A report, and its charts as SVG documents by name. */
export interface SweepReport {
  readonly page: string;
  readonly charts: ReadonlyMap<string, string>;
}

/** Parameters that get charts of their own: the most important. */
const MOST_PARAMS = 4;
/** Failed trials that are listed. */
const MOST_FAILURES = 50;

const count = (n: number, thing: string) => `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;

/** Draws charts, and remembers them. */
class Gallery {
  readonly charts = new Map<string, string>();

  async figure(name: string, chart: Chart, caption: string): Promise<Html> {
    const file = name.replace(/[^\w-]+/g, "-");
    const text = await chart.svg({ embed: true });
    this.charts.set(file, standalone(text) + "\n");
    const svg = new Html(text);
    return html`
      <div class="card scroll">
        <figure class="whole" role="group" aria-label="${caption}">${svg}</figure>
      </div>
    `;
  }
}

/** Parameters in words: `activation relu, lr 0.1`. */
function words({ params }: Pick<Configuration, "params">, names: readonly string[]): string {
  return names.map((name) => `${name} ${formatValue(params[name])}`).join(", ");
}

function verdict(groups: readonly Configuration[], params: readonly string[], metric: string): string {
  const best = groups[0];
  if (!best || params.length === 0) return "";
  const { mean, std, n } = spread(best.done, metric);
  if (n === 0) return "";
  const figure = n > 1 ? `${formatFigure(mean)} ± ${formatFigure(std)} over ${n} seeds` : formatFigure(mean);
  return `Best by ${metric}: ${words(best, params)}, at ${figure}.`;
}

async function effectsSection(gallery: Gallery, effects: readonly Effect[], metric: string): Promise<Html> {
  if (effects.length === 0) return html``;
  const rows = effects.map(({ param, share, range, levels }) => {
    const by = [...levels].filter(({ n }) => n > 0).sort((a, b) => b.mean - a.mean);
    const ends = by.length > 1 ? `${by[0]!.label} … ${by.at(-1)!.label}` : "";
    return [param, `${(100 * share).toFixed(1)}%`, formatFigure(range), ends];
  });
  const parts: Html[] = [];
  for (const effect of effects.slice(0, 2 * MOST_PARAMS)) {
    parts.push(
      await gallery.figure(
        `effect-${effect.param}`,
        levelsChart(effect, metric),
        `${metric} at each value of ${effect.param}`,
      ),
    );
  }
  return html`
    <h2>Main effects</h2>
    <p
      class="muted small">What each parameter does by itself, averaged over all others: the share of the variance of ${metric} that
    lies between its values (η²), and how far apart the means of its values are.</p>
    <div class="grid">
      ${await gallery.figure("effects", effectsChart(effects), "Share of variance of each parameter")}
      <div class="card">${htmlTable(["parameter", "share", "range", `greatest … least ${metric}`], rows)}</div>
    </div>
    <p class="muted small">Means and standard deviations over all trials with that value:</p>
    <div class="grid three">${parts}</div>
  `;
}

async function pairsSection(
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
    <p class="muted small">Mean ${metric} of all trials with both values; empty where no trial has them.</p>
    <div class="grid">${parts}</div>
  `;
}

async function curvesSection(
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
    <p class="muted small">Means over all trials with that value, in a band of one standard deviation.</p>
    <div class="grid">${parts}</div>
  `;
}

function failures(trials: readonly TrialResult[], params: readonly string[]): Html {
  const failed = trials.filter(({ status }) => status === "failed");
  if (failed.length === 0) return html``;
  const rows = failed.slice(0, MOST_FAILURES).map((trial) => [
    words(trial, params),
    String(trial.seed),
    String(trial.attempts),
    (trial.error ?? "").split("\n")[0]!.slice(0, 300),
  ]);
  return html`
    <h2>Failed trials</h2>
    <div class="card">${htmlTable(["parameters", "seed", "attempts", "error"], rows)}
      ${failed.length > rows.length &&
        html`<p class="muted small">${failed.length - rows.length} more are in trials.jsonl.</p>`}
    </div>
  `;
}

function provenance(results: SweepResults): Html {
  const { plan, code, environments, trials, data } = results;
  const codes = new Set(trials.flatMap((trial) => trial.code ?? []));
  const seconds = trials.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0);
  const axes = Object.entries(plan.axes).map(([name, values]): [string, string] => [
    name,
    typeof values === "string" ? values : values.map((value) => formatValue(value)).join(", "),
  ]);
  const rows: [string, string][] = [
    ["Sweep", plan.name],
    ...axes,
    ["seeds", plan.seeds.join(", ")],
    ...[...environments.values()].map(({ description, threads, system, versions }): [string, string] => [
      "Ran on",
      `${description}${threads === null ? "" : `, ${count(threads, "thread")}`}; ${system}; ${
        Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")
      }`,
    ]),
    ...Object.entries(data).map(([name, identity]): [string, string] => ["Data", `${name} (${identity})`]),
    ["Code", `${code.id}: Sonde ${code.version}, ${count(Object.keys(code.files).length, "local module")}`],
    ...(codes.size > 1
      ? [["Mixed code", `the trials were run by ${codes.size} versions of the code`] as [string, string]]
      : []),
    ["Trials' time", formatSeconds(seconds)],
  ];
  return html`
    <div class="card">
      <dl>${rows.map(([name, value]) =>
        html`
          <dt>${name}</dt>
          <dd>${value}</dd>
        `
      )}</dl>
    </div>
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
  const goal = objective(results);
  const all = configurations(trials);
  const params = varying(all);
  const done = trials.filter(({ status }) => status === "done");
  const states = (["done", "failed", "running", "pending"] as const)
    .map((state) => [trials.filter(({ status }) => status === state).length, state] as const)
    .filter(([n]) => n > 0).map(([n, state]) => `${n.toLocaleString("en")} ${state}`).join(", ");
  const header = html`
    <header>
      <h1>${plan.name}</h1>
      ${plan.about && html`<p>${plan.about}</p>`}
      ${goal && html`<p>${verdict(ranked(all, goal), params, goal.metric)}</p>`}
      <p class="muted small">${count(all.length, "set")} of parameters, ${count(plan.seeds.length, "seed")}: ${count(
        trials.length,
        "trial",
      )} (${states}).</p>
    </header>
  `;
  let body = html`<p>No trial is done yet.</p>`;
  if (goal) {
    const { metric } = goal;
    const groups = ranked(all, goal), metrics = metricNames(trials);
    const effects = mainEffects(done, params, metric);
    const byEffect = effects.map(({ param }) => param);
    const lines = Math.min(MOST_LINES, groups.length);
    body = html`
      <h2>Configurations</h2>
      <div class="card wide">${sortableTable(
        groups,
        params,
        [metric, ...metrics.filter((name) => name !== metric)],
        goal,
      )}
        <p class="muted small">Mean ± standard deviation over seeds; a click on a heading sorts.${groups.length >
            MOST_ROWS &&
          ` The best ${MOST_ROWS.toLocaleString("en")} of ${
            groups.length.toLocaleString("en")
          }; trials.csv has all.`}</p></div>
      ${await effectsSection(gallery, effects, metric)}
      ${params.length > 0 && html`
        <h2>All together</h2>
        <p class="muted small">Every line is one set of parameters; bright lines have much ${metric}.${groups.length >
            lines && ` ${lines} of ${groups.length.toLocaleString("en")}, from least to most.`}</p>
        ${await gallery.figure(
          "parallel",
          parallelChart(all, [...byEffect].reverse().slice(-8), metric),
          "Parallel coordinates",
        )}
      `}
      ${await pairsSection(gallery, done, byEffect, metric)}
      ${await curvesSection(gallery, results, byEffect, metric)}
    `;
  }
  const text = page({
    title: `${plan.name} · Sonde`,
    body: html`
      ${header}${body}${failures(trials, params)}
      ${kept.length > 0 &&
        html`<p class="muted small">The trials kept ${
          count(kept.length, "file")
        }: see the folder kept beside this page.</p>`}
      <h2>How it was made</h2>${provenance(results)}
      <footer>Made by Sonde. This file is complete: it opens without a network.</footer>
      ${SORTING_STYLE}
    `,
    scripts: [SORTING_SCRIPT],
  });
  return { page: text, charts: gallery.charts };
}
