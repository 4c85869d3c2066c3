/**
 * What a report shows of the inside of its runs: activations, and the networks.
 *
 * @module
 */
import { colorDim, deadChart, plotStats, sparseChart } from "../learner/activation_charts.ts";
import { Html, html } from "../plot/html.ts";
import type { Picture } from "../plot/picture.ts";
import { hue } from "../plot/theme.ts";
import type { RunResult } from "./result.ts";

/** How the runs' statistics were counted: the defaults of `ActivationStats`. */
const COUNTING = { of: "activations", range: [0, 10], bins: 40, absolute: true } as const;

async function figure(picture: Picture, caption: string): Promise<Html> {
  const svg = new Html(await picture.svg({ embed: true }));
  return html`<figure class="whole" role="group" aria-label="${caption}">${svg}</figure>`;
}

const chip = (n: number) => html`<span class="chip" style="--hue:${hue(n)}"></span>`;

async function inside({ run, seeds }: RunResult, i: number): Promise<Html> {
  const [seed] = seeds;
  const layers = seed!.activations!, every = seed!.every ?? 1;
  const counting = { ...COUNTING, every };
  const pictures: [Picture, string][] = [
    [colorDim(layers, counting), "histograms of activations"],
    [sparseChart(layers, counting), "share of activations that are 0"],
    ...layers.some(({ units }) => units !== undefined)
      ? [[deadChart(layers, counting), "share of dead units"] satisfies [Picture, string]]
      : [],
    [plotStats(layers, { of: "activations", first: Infinity, every }), "mean and standard deviation of activations"],
  ];
  const cards = await Promise.all(
    pictures.map(async ([picture, what]) =>
      html`<div class="card inside">${await figure(picture, `${run.id}: ${what}`)}</div>`
    ),
  );
  return html`
    <h3>${chip(i)}${run.id} ${run.title}${seeds.length > 1 && `, seed ${seed!.seed}`}</h3>
    ${cards}
  `;
}

/** The activations of every run that was watched, batch by batch; of several seeds the first. */
export async function insideSection(results: readonly RunResult[]): Promise<Html> {
  const parts: Html[] = [];
  for (const [i, result] of results.entries()) {
    if (result.seeds[0]?.activations?.length) parts.push(await inside(result, i));
  }
  if (parts.length === 0) return html``;
  return html`
    <h2>Inside: activations at every training batch</h2>
    <p
      class="muted small">Histograms: what values the activations take, a column for each batch. Sparsity: how many of them are 0, which is no
    fault, as each image has others. Units that are off: the share of channels that are 0 for every image of a batch, so that no gradient
    reaches their weights; those that stay so to the end are dead. A network that trains well keeps its spread, and its units.</p>
    ${parts}
  `;
}

/** The networks of the runs, each once. */
export async function networkSection(results: readonly RunResult[]): Promise<Html> {
  const networks = new Map<string, RunResult[]>();
  for (const result of results) {
    if (!result.model) continue;
    const key = String(result.model);
    networks.set(key, [...networks.get(key) ?? [], result]);
  }
  if (networks.size === 0) return html``;
  const parts: Html[] = [];
  for (const same of networks.values()) {
    const ids = same.map(({ run }) => run.id).join(", ");
    const graph = same[0]!.model!.graph({ direction: "right" });
    parts.push(html`
      <div class="card">
        <h3>${ids}</h3>
        <div class="scroll">${await figure(graph, `The network of ${ids}`)}</div>
      </div>
    `);
  }
  return html`
    <h2>${networks.size > 1 ? "The networks" : "The network"}</h2>
    <p class="muted small">Each layer with the shape of its output, where n is the batch; layers in blue are trained.</p>
    ${parts}
  `;
}
