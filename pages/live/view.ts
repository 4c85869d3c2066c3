/** The page around the charts: what runs, how far it is, and its figures. It takes events from wherever they come. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { format, LineChart } from "./chart.ts";
import { LayersView } from "./layers.ts";
import { PageModel, type ShownRun } from "../../lib/live/page_model.ts";

/** What the buttons do; none are shown for what is missing. */
export interface ViewActions {
  stop?(): void;
  rate?(value: number): void;
  /** Gives the page as a file. */
  save?(): void;
}

/** The view of all runs; charts lay them over each other. */
export class LiveView {
  readonly model: PageModel = new PageModel();
  readonly element: HTMLElement = document.createElement("main");
  readonly #charts = new Map<string, LineChart>();
  readonly #status = make("p", "muted");
  readonly #figures = make("dl", "figures");
  readonly #grid = make("div", "charts");
  readonly #layers = new LayersView();
  readonly #tail = make("div", "tail");

  constructor(actions: ViewActions = {}) {
    const header = make("header"), bar = make("div", "bar");
    this.#status.setAttribute("role", "status");
    header.append(make("h1", "", "Training"), this.#status);
    if (actions.stop) bar.append(button("Stop after this batch", () => actions.stop!()));
    if (actions.rate) bar.append(...rateField((value) => actions.rate!(value)));
    if (actions.save) bar.append(button("Save this page", () => actions.save!()));
    bar.append(
      button("Download CSV", () => download("losses.csv", "text/csv", toCsv([...this.model.runs.values()]))),
      button("Download JSON", () => download("runs.json", "application/json", JSON.stringify(this.model.events()))),
    );
    this.element.append(header, this.#figures, this.#grid, this.#layers.element, this.#tail, bar);
  }

  /** Takes events in and shows them. */
  apply(events: readonly LiveEvent[]): void {
    this.model.apply(events);
    const runs = [...this.model.runs.values()], last = runs.at(-1);
    if (!last) return void (this.#status.textContent = "Waiting for the first run");
    const { facts, progress, finished } = last, losses = last.series.get("loss") ?? [];
    this.#status.textContent = `${facts.title}: ${finished ?? "running"}`;
    this.#figures.replaceChildren(
      ...figure("epoch", progress ? `${Math.min(progress.epoch + 1, facts.epochs)} / ${facts.epochs}` : "–"),
      ...figure("batch", progress ? `${progress.batch}${progress.batches ? ` / ${progress.batches}` : ""}` : "–"),
      ...figure("loss", format(losses.at(-1))),
      ...figure("rate", format(last.series.get("lr")?.at(-1))),
      ...figure("batches / s", format(progress?.speed && Math.round(progress.speed))),
      ...figure("time left", finished ? "–" : progress?.left === undefined ? "–" : `${Math.ceil(progress.left)} s`),
    );
    for (const name of new Set(runs.flatMap(({ series }) => [...series.keys()]))) {
      this.#chart(name).show(runs.map(({ facts, series }) => ({ name: facts.title, values: series.get(name) ?? [] })));
    }
    this.#layers.show([...last.layers.values()]);
    this.#tail.replaceChildren(...rowTable(last), ...findings(last), ...factTable(last));
  }

  #chart(series: string): LineChart {
    let chart = this.#charts.get(series);
    if (!chart) {
      chart = new LineChart(TITLES[series] ?? series);
      this.#charts.set(series, chart);
      this.#grid.append(chart.element);
    }
    return chart;
  }
}

const TITLES: Readonly<Record<string, string>> = { loss: "Training loss", lr: "Learning rate" };

function make(tag: string, className = "", text = ""): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function button(text: string, act: () => void): HTMLElement {
  const element = make("button", "", text);
  element.onclick = act;
  return element;
}

function rateField(set: (value: number) => void): HTMLElement[] {
  const input = document.createElement("input");
  Object.assign(input, { type: "number", min: "0", step: "any" });
  input.setAttribute("aria-label", "learning rate");
  const change = () => input.value !== "" && Number(input.value) >= 0 && set(Number(input.value));
  return [input, button("Set the rate", change)];
}

function figure(name: string, value: string): HTMLElement[] {
  const group = make("div");
  group.append(make("dt", "", name), make("dd", "", value));
  return [group];
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const section = make("section"), scroll = make("div", "scroll"), element = make("table"), head = make("tr");
  head.append(...columns.map((name) => Object.assign(make("th", "", name), { scope: "col" })));
  element.append(
    head,
    ...rows.map((cells) => {
      const row = make("tr");
      row.append(...cells.map((cell) => make("td", "", cell)));
      return row;
    }),
  );
  scroll.append(element);
  section.append(make("h2", "", title), scroll);
  return section;
}

function rowTable({ rows }: ShownRun): HTMLElement[] {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const cells = rows.map(({ epoch, phase, figures }) => [
    String(epoch),
    phase,
    ...names.map((name) => figures[name] === undefined ? "–" : format(Number(figures[name]))),
  ]);
  return rows.length ? [table("Epochs", ["epoch", "phase", ...names], cells)] : [];
}

function findings({ findings }: ShownRun): HTMLElement[] {
  if (!findings.length) return [];
  const section = make("section"), list = make("ul");
  list.append(...findings.map((line) => make("li", "", line)));
  section.append(make("h2", "", "Diagnosis"), list);
  return [section];
}

function factTable({ facts }: ShownRun): HTMLElement[] {
  const element = table("This run", ["what", "value"], [["started", facts.started], ...Object.entries(facts.facts)]);
  element.className = "words";
  return [element];
}

function toCsv(runs: readonly ShownRun[]): string {
  const names = [...new Set(runs.flatMap(({ series }) => [...series.keys()]))];
  const lines = runs.flatMap(({ facts, series }) => {
    const length = Math.max(0, ...[...series.values()].map((values) => values.length));
    return Array.from(
      { length },
      (_, i) => [facts.run, i, ...names.map((name) => series.get(name)?.[i] ?? "")].join(","),
    );
  });
  return [["run", "step", ...names].join(","), ...lines, ""].join("\r\n");
}

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
