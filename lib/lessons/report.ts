/**
 * A lesson's report: one HTML file, its runs side by side, that opens without a network.
 *
 * @module
 */
import { Html, html, htmlTable, page } from "../plot/html.ts";
import type { Axis } from "../plot/axis.ts";
import { type Line, lineChart, thin } from "../plot/lines.ts";
import { hue } from "../plot/theme.ts";
import { describeSetup } from "./describe.ts";
import { insideSection, networkSection } from "./report_inside.ts";
import {
  comparable,
  hasFigures,
  type LessonResult,
  meanAndStd,
  publishedAt,
  type RunResult,
  type SeedResult,
} from "./result.ts";
import { comparisonTable, epochTable, formatFigure, formatSeconds } from "./tables.ts";
import type { DatasetName } from "./types.ts";

const DATA: Readonly<Record<DatasetName, string>> = {
  "garments": "Garments (pictures of ten kinds of clothing, drawn by code)",
  "fashion-mnist": "Fashion-MNIST",
  "mnist": "MNIST",
};

/** `1 thing`, `2 things`. */
const count = (n: number, thing: string) => `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;

/** Seeds fade when there are many, so that the bundle shows and not the last one drawn. */
const opacity = (result: RunResult) => Math.max(0.25, 1 / Math.sqrt(result.seeds.length));

/** Places of an epoch's figure on an axis: its number, from 0, and the end of its batches. */
const NUMBER = 0, END = 1;

/** Training losses batch by batch, over epochs. */
function lossLines(result: RunResult, color: string): Line[] {
  return result.seeds.map((seed) => {
    const perEpoch = seed.losses.length / result.epochs;
    return {
      label: `${result.run.id} training loss, seed ${seed.seed}`,
      color,
      opacity: opacity(result),
      points: thin(seed.losses).map(([batch, loss]) => [batch / perEpoch, loss] as const),
    };
  });
}

/** One figure of each epoch: at its number, or where it ended. */
function epochLines(
  result: RunResult,
  phase: "train" | "eval",
  field: "loss" | "accuracy",
  color: string,
  look: NonNullable<Line["look"]>,
  place = NUMBER,
): Line[] {
  return result.seeds.map((seed: SeedResult) => ({
    label: `${result.run.id} ${phase} ${field}, seed ${seed.seed}`,
    color,
    look,
    opacity: opacity(result),
    points: seed.phases.filter((row) => row.phase === phase).map((row) => [row.epoch + place, row[field]] as const),
  }));
}

/** The epochs that have published figures, with those. */
function publishedOf({ run, epochs }: RunResult) {
  return Array.from({ length: epochs }, (_, epoch) => epoch).flatMap((epoch) => {
    const figures = publishedAt(run, epoch);
    return figures ? [[epoch, figures] as const] : [];
  });
}

function publishedLine(result: RunResult, field: "loss" | "accuracy", place = NUMBER): Line[] {
  if (!comparable(result)) return [];
  const points = publishedOf(result).map(([epoch, { eval: end }]) => [epoch + place, end[field]] as const);
  return [{
    label: `${result.run.id} published eval ${field}`,
    color: "var(--sonde-ink, #1d232b)",
    look: "hollow",
    points,
  }];
}

/** The highest loss that charts show: a network at chance among ten classes has 2.3. */
const HIGHEST = 20;

/** The axes that all charts share, so that runs side by side can be compared by eye. */
interface Axes {
  readonly batches: Axis;
  readonly epochs: Axis;
  readonly loss: Axis;
  readonly accuracy: Axis;
}

function sharedAxes(results: readonly RunResult[]): Axes {
  const epochs = Math.max(...results.map((result) => result.epochs));
  const step = Math.ceil(epochs / 6);
  const ticks = Array.from({ length: Math.floor(epochs / step) + 1 }, (_, i) => i * step);

  const figures = results.flatMap((result) => [
    ...result.seeds.flatMap((seed) => seed.phases),
    ...(comparable(result) ? publishedOf(result).flatMap(([, epoch]) => [epoch.train, epoch.eval]) : []),
  ]);
  const losses = results
    .flatMap((result) => result.seeds.flatMap((seed) => thin(seed.losses).map(([, loss]) => loss)))
    .concat(figures.map((row) => row.loss))
    .filter((loss) => Number.isFinite(loss) && loss > 0);
  const least = losses.length ? losses.reduce((a, b) => Math.min(a, b)) / 1.1 : 0.1;
  // A run that explodes would press all others flat: beyond the bound, lines run along the edge.
  const greatest = losses.length ? losses.reduce((a, b) => Math.max(a, b)) * 1.1 : 10;
  const most = least < HIGHEST / 2 ? Math.min(greatest, HIGHEST) : greatest;

  const accuracies = figures.map((row) => row.accuracy).filter(Number.isFinite);
  const low = Math.max(0, Math.floor(Math.min(...accuracies, 1) * 10 - 0.1) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...accuracies, 0) * 10 + 0.1) / 10);
  return {
    batches: { title: "epochs done", format: "d", domain: [0, epochs], values: ticks },
    // The ends stand in a little, as a lone point needs room on both sides.
    // A single epoch has the next one beside it: two numbers make an axis.
    epochs: {
      title: "epoch",
      format: "d",
      domain: [-0.25, Math.max(epochs - 0.75, 1.25)],
      values: ticks.filter((n) => n < Math.max(epochs, 2)),
    },
    loss: { title: "loss", scale: "log", domain: [least, most] },
    accuracy: { title: "accuracy", format: ".0%", domain: [low, Math.max(high, low + 0.1)] },
  };
}

async function figure(chart: ReturnType<typeof lineChart>, caption: string): Promise<Html> {
  const svg = new Html(await chart.svg({ embed: true }));
  return html`<figure role="group" aria-label="${caption}">${svg}<figcaption>${caption}</figcaption></figure>`;
}

const chip = (n: number) => html`<span class="chip" style="--hue:${hue(n)}"></span>`;

async function overview(results: readonly RunResult[], axes: Axes): Promise<Html> {
  const losses = lineChart({
    x: axes.batches,
    y: axes.loss,
    lines: results.flatMap((result, i) => lossLines(result, hue(i))),
    width: 480,
  });
  const accuracies = lineChart({
    x: axes.epochs,
    y: axes.accuracy,
    lines: results.flatMap((result, i) => epochLines(result, "eval", "accuracy", hue(i), "marked")),
    width: 480,
  });
  return html`
    <ul class="keys small">${results.map(({ run }, i) => html`<li>${chip(i)}<b>${run.id}</b> ${run.title}</li>`)}</ul>
    <div class="grid">
      <div class="card">${await figure(losses, "Training loss, batch by batch")}</div>
      <div class="card">${await figure(accuracies, "Accuracy on images not trained on, after each epoch")}</div>
    </div>
  `;
}

async function card(result: RunResult, i: number, axes: Axes): Promise<Html> {
  const { run, seeds, epochs } = result;
  const rings = comparable(result) ? ", published: rings" : "";
  const loss = lineChart({
    x: axes.batches,
    y: axes.loss,
    lines: [
      ...lossLines(result, hue(i)),
      ...epochLines(result, "eval", "loss", "var(--sonde-ink, #1d232b)", "marked", END),
      ...publishedLine(result, "loss", END),
    ],
    height: 210,
  });
  const accuracy = lineChart({
    x: axes.epochs,
    y: axes.accuracy,
    lines: [
      ...epochLines(result, "train", "accuracy", hue(i), "marked"),
      ...epochLines(result, "eval", "accuracy", "var(--sonde-ink, #1d232b)", "marked"),
      ...publishedLine(result, "accuracy"),
    ],
    height: 210,
  });
  const { columns, rows } = epochTable(result);
  const reasons = seeds.filter(({ diverged }) => diverged !== undefined);
  const which = seeds.length > 1 ? html`<p class="muted small">Seed ${seeds[0]!.seed}:</p>` : html``;
  return html`<article class="card" id="${run.id}"><h3>${chip(i)}${run.id} ${run.title}</h3>
<p>${run.about}</p><p class="muted small">${describeSetup(run.setup, epochs).join(" · ")}</p>
${await figure(loss, `Loss: training in colour, evaluation in ink${rings}`)}
${await figure(accuracy, `Accuracy: training in colour, evaluation in ink${rings}`)}
${which}${htmlTable(columns, rows)}${
    reasons.map(({ seed, diverged }) => html`<p class="small">${seeds.length > 1 && `Seed ${seed}: `}${diverged}.</p>`)
  }</article>`;
}

function dataLine(results: readonly RunResult[]): string {
  const sets = results.map(({ dataset, trainSize, evalSize }) =>
    `${DATA[dataset]}: ${trainSize.toLocaleString("en")} images to train, ${evalSize.toLocaleString("en")} to evaluate`
  );
  return [...new Set(sets)].join("; ");
}

function remarks(results: readonly RunResult[]): Html {
  const away = results.filter((result) => !comparable(result) && hasFigures(result.run));
  const course = results.some((result) => comparable(result) && result.run.published.length === 0);
  const homes = [...new Set(away.map((result) => DATA[result.run.setup.dataset]))];
  return html`<p class="muted small">Training figures are averages over an epoch in which the weights move; evaluation
figures are taken at its end. Loss is cross-entropy; both are weighted by images.
${results.some(comparable) && "Published figures come from a single seed. "}
${course && "Those marked as the course's are of the last epoch in the notebook of the course. "}
${
    away.length > 0 &&
    `Published figures of ${away.map(({ run }) => run.id).join(", ")} belong to the whole of ${
      homes.join(" and ")
    } and are not shown beside other data.`
  }</p>`;
}

function environment({ environment: env, runs }: LessonResult, command: string): Html {
  const rows: [string, string][] = [
    ["Command", command],
    ["Device", env.description],
    ...(env.threads === null ? [] : [["Threads", String(env.threads)] as [string, string]]),
    ["System", env.platform],
    ["Versions", Object.entries(env.versions).map(([name, version]) => `${name} ${version}`).join(", ")],
    ["Data", dataLine(runs)],
    ["Seeds", [...new Set(runs.flatMap((run) => run.seeds.map(({ seed }) => seed)))].join(", ")],
    ["Parameters", [...new Set(runs.map((run) => run.parameters.toLocaleString("en")))].join(", ")],
    ["Began", env.began.toISOString().replace(/\.\d+Z/, "Z")],
    ["Took", formatSeconds(env.seconds)],
  ];
  return html`<dl class="card">${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${name === "Command" ? html`<code>${value}</code>` : value}</dd>
      `
    )
  }</dl>`;
}

/** The best run in a sentence: what a reader wants to know first. */
function verdict(results: readonly RunResult[]): string {
  const last = results.map((result) => {
    const values = result.seeds.map((seed) => seed.phases.findLast((row) => row.phase === "eval")?.accuracy ?? NaN);
    return { run: result.run, epochs: result.epochs, accuracy: meanAndStd(values).mean };
  }).filter(({ accuracy }) => Number.isFinite(accuracy)).sort((a, b) => b.accuracy - a.accuracy);
  if (last.length < 2) return "";
  const [best, worst] = [last[0]!, last.at(-1)!];
  return `Best here: ${best.run.id} (${best.run.title}) at ${formatFigure(best.accuracy)} after ${
    count(best.epochs, "epoch")
  }; last: ${worst.run.id} (${worst.run.title}) at ${formatFigure(worst.accuracy)} after ${
    count(worst.epochs, "epoch")
  }.`;
}

/**
 * The report as one HTML document.
 *
 * @param result what the lesson's runs gave
 * @param command the command line that makes it again, shown at the end
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const run = lessons.findRun("A1")!;
 * const end = { epoch: 0, loss: 0.5, accuracy: 0.8, seconds: 1 };
 * const phases = [{ ...end, phase: "train" as const }, { ...end, phase: "eval" as const }];
 * const sizes = { dataset: "garments" as const, epochs: 1, trainSize: 60_000, evalSize: 10_000, parameters: 12_714 };
 * const text = await lessons.lessonReport({
 *   lesson: { ...lessons.findLesson("initialization")!, runs: [run] },
 *   runs: [{ run, ...sizes, seeds: [{ seed: 1, phases, losses: [2.3, 1.1, 0.6], seconds: 2 }] }],
 *   environment: {
 *     device: "cpu",
 *     description: "two cores",
 *     threads: 2,
 *     versions: {},
 *     platform: "linux x86_64",
 *     began: new Date(),
 *     seconds: 2,
 *   },
 * }, "deno task lesson");
 * console.log(text.startsWith("<!doctype html>"), text.includes(run.title)); // true true
 * ```
 */
export async function lessonReport(result: LessonResult, command: string): Promise<string> {
  const { lesson, runs } = result;
  const { columns, rows } = comparisonTable(runs);
  const axes = sharedAxes(runs);
  const cards: Html[] = [];
  for (const [i, run] of runs.entries()) cards.push(await card(run, i, axes));
  const seeds = runs[0]?.seeds.length ?? 0;
  return page({
    title: `${lesson.title} · Sonde`,
    body: html`
      <header>
        <h1>${lesson.title}</h1>
        <p>${lesson.about}</p>
        <p>${verdict(runs)}</p>
        <p class="muted small">${dataLine(runs)}. ${result.environment.description}.
      ${seeds > 1 && `${seeds} seeds: mean ± standard deviation.`}</p>
      </header>
      <h2>At a glance</h2>${await overview(runs, axes)}
      <h2>Figures</h2><div class="card wide">${htmlTable(columns, rows)}${remarks(runs)}</div>
      <h2>Run by run</h2><div class="grid">${cards}</div>
      ${await insideSection(runs)}${await networkSection(runs)}
      <h2>How it was made</h2>${environment(result, command)}
      <footer>Made by Sonde. This file is complete: it opens without a network.</footer>
    `,
  });
}
