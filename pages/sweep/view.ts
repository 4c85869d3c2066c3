/** A sweep on a page: how far it is, its figures by set of parameters, its curves, and its trials. */
/// <reference lib="dom" />
import { toCsv, toJsonLines } from "../../lib/sweep/export.ts";
import type { SweepLiveEvent } from "../../lib/sweep/live/events.ts";
import { LineChart } from "../live/chart.ts";
import { arrange, button, download, make } from "../live/dom.ts";
import { linesOf } from "./curves.ts";
import { DotChart } from "./dots.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { SweepModel } from "./model.ts";
import { setFigures, Table } from "./parts.ts";
import { showSets, showTrials } from "./tables.ts";

/** Rows of one chart of dots. */
const ROWS = 30;
/** Parameters that get a chart of their own, and metrics that get one of curves. */
const MOST = 6;

/** The page. */
export class SweepView {
  readonly element: HTMLElement = make("main");
  readonly model: SweepModel = new SweepModel();
  readonly #name = make("h1", "", "Sweep");
  readonly #status = make("p", "muted");
  readonly #about = make("p", "best");
  readonly #best = make("p", "best");
  readonly #figures = make("dl", "figures");
  /** What is charted of figures, and of curves: whichever comes first, their places are the same. */
  readonly #figureCharts = make("div");
  readonly #curveCharts = make("div");
  readonly #sets = new Table("Sets of parameters");
  readonly #trials = new Table("Trials");
  readonly #note = make("p", "muted");
  readonly #dots = new Map<string, DotChart>();
  readonly #lines = new Map<string, LineChart>();
  /** No drawing before this time, and one that is to come. */
  #next = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const header = make("header"), bar = make("div", "bar");
    this.#status.setAttribute("role", "status");
    header.append(this.#name, this.#status);
    bar.append(
      button("Save the report", () => this.#save()),
      button("Download CSV", () => this.#download("trials.csv", "text/csv", toCsv)),
      button("Download JSON lines", () => this.#download("trials.jsonl", "application/json", toJsonLines)),
    );
    const grid = make("div", "charts"), tables = make("div", "tail");
    for (const part of [this.#figureCharts, this.#curveCharts]) part.style.display = "contents";
    grid.append(this.#figureCharts, this.#curveCharts);
    tables.append(this.#sets.element, this.#trials.element, this.#note);
    this.element.append(header, this.#about, this.#best, this.#figures, grid, tables, bar);
  }

  /** Takes events in and shows them: at once, or as soon as drawing leaves some of the time to others. */
  apply(events: readonly SweepLiveEvent[], isAnother = false): void {
    this.model.apply(events, isAnother);
    const wait = this.#next - performance.now();
    if (wait <= 0) this.#show();
    else this.#later ??= setTimeout(() => this.#show(), wait);
  }

  /** The report that came at the end; while the sweep runs, the one that it would have now. */
  #save(): void {
    const { end, sweep } = this.model;
    if (end) download(`${sweep?.plan.name ?? "sweep"}.html`, "text/html", end.report);
    else location.assign("report.html"); // an attachment: this page stays
  }

  #download(name: string, type: string, write: typeof toJsonLines): void {
    const { sweep, trials } = this.model;
    if (sweep) download(name, type, write({ plan: sweep.plan, trials }));
  }

  #show(): void {
    const began = performance.now(), { sweep, end } = this.model;
    clearTimeout(this.#later);
    this.#later = undefined;
    if (!sweep) return void (this.#status.textContent = "Waiting for the sweep");
    const trials = this.model.trials,
      of = (...states: string[]) => trials.filter(({ status }) => states.includes(status));
    const ended = of("done", "failed").length, running = of("running").length, failed = of("failed").length;
    const rate = rateOf(this.model.ended.map(({ began, seconds }) => Date.parse(began ?? "") / 1000 + (seconds ?? 0)));
    const left = trials.length - ended;
    this.#name.textContent = sweep.plan.name;
    document.title = `${ended}/${trials.length} ${sweep.plan.name} · Sonde`;
    this.#status.textContent = end
      ? (end.how === "done" ? "done" : "interrupted; the same command goes on")
      : "running";
    this.#about.textContent = sweep.plan.about;
    setFigures(this.#figures, {
      "trials ended": `${ended} / ${trials.length}`,
      running: String(end ? 0 : running),
      failed: String(failed),
      "trials / min": rate ? String(Number((60 * rate).toPrecision(3))) : "–",
      "time left": end || !rate || !left ? "–" : duration(left / rate),
    });
    const figures = figuresOf(trials, sweep.plan);
    this.#best.textContent = figures?.best ?? "No trial has left a figure yet.";
    if (figures) this.#chart(figures);
    this.#chartCurves(figures);
    this.#sets.element.hidden = !figures;
    if (figures) showSets(this.#sets, figures);
    showTrials(this.#trials, trials, figures);
    const early =
      "which is written at the end: whoever looks at a test again and again finds differences that are not there";
    this.#note.textContent = `Contrasts, intervals and tests stand in the report${
      end ? "" : `, ${early}`
    }. Results in ${sweep.folder}; code ${sweep.code}.`;
    this.#next = performance.now() + 4 * (performance.now() - began);
  }

  #chart({ metric, goal, cells, sets, levels }: Figures): void {
    const shown = sets.slice(0, ROWS), more = sets.length - shown.length;
    const rest = more > 0 ? `, the best ${shown.length} of ${sets.length}` : "";
    const all = this.#dotChart("");
    all.show(`${metric} of each set of parameters${rest}`, shown);
    const ended = this.model.ended.map(({ metrics }) => metrics[metric] ?? NaN).filter(Number.isFinite);
    const better = goal === "max" ? Math.max : Math.min;
    let best = NaN;
    const values = ended.map((value) => best = Number.isNaN(best) ? value : better(best, value));
    const steps = values.map((_, i) => i + 1);
    const chart = this.#lineChart("best");
    chart.title = `Best ${metric} so far, by trials done`;
    chart.show([
      { name: `best ${metric} so far`, values, steps },
      { name: metric, values: ended, steps, isFaint: true, hue: 0 },
    ], { legend: false, across: "trial" });
    const each = (cells.length > 1 ? levels : []).slice(0, MOST).map(({ param, rows }) => {
      const one = this.#dotChart(param);
      one.show(`${metric} at each value of ${param}`, rows.slice(0, ROWS));
      return one.element;
    });
    arrange(this.#figureCharts, [all.element, chart.element, ...each]);
  }

  #chartCurves(figures: Figures | undefined): void {
    const all = [...this.model.curves].sort(([a], [b]) => a < b ? -1 : 1);
    const charts = all.slice(0, MOST).map(([name, curves]) => {
      const lines = linesOf(curves, (trial) => figures?.nameOf(trial) ?? `seed ${trial.seed}`);
      const chart = this.#lineChart(`curve ${name}`);
      chart.title = `${name} by step, of the trials that are running and ended last`;
      chart.show(lines, { legend: lines.length <= 6 });
      return chart.element;
    });
    arrange(this.#curveCharts, charts);
  }

  #dotChart(key: string): DotChart {
    let chart = this.#dots.get(key);
    if (!chart) this.#dots.set(key, chart = new DotChart());
    return chart;
  }

  #lineChart(key: string): LineChart {
    let chart = this.#lines.get(key);
    if (!chart) this.#lines.set(key, chart = new LineChart(""));
    return chart;
  }
}

/** A time that is about to pass, roughly. */
const duration = (seconds: number) =>
  seconds < 100
    ? `${Math.ceil(seconds)} s`
    : seconds < 6000
    ? `${Math.ceil(seconds / 60)} min`
    : `${(seconds / 3600).toFixed(1)} h`;

/** Trials a second, by when the last twenty of those that ended did, in seconds. */
function rateOf(ends: readonly number[]): number | undefined {
  const last = ends.filter(Number.isFinite).slice(-20), span = last.at(-1)! - last[0]!;
  return last.length > 1 && span > 0 ? (last.length - 1) / span : undefined;
}
