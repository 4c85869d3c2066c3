/** A fit's progress in a notebook: one output of one height, whose curves and table change while the fit goes on. */
import { Html, html, htmlTable } from "../../plot/html.ts";
import { LiveDisplay, type MimeBundle, svgImage } from "../../plot/notebook.ts";
import { standalone } from "../../plot/picture.ts";
import { quickLines } from "../../plot/quick_lines.ts";
import type { LearnerCore } from "../core.ts";
import { Background } from "../background.ts";
import { MetricsCB, type MetricsRow } from "./metrics.ts";
import { epochText, figuresText, type ProgressDisplay, type ProgressState } from "./progress_display.ts";
import type { Recorder } from "./recorder.ts";

/** Least milliseconds between two pictures: four a second. */
const LEAST = 250;

/** Pictures may take this fraction of the time, no more. */
const MOST_OF_TIME = 0.05;

/** Rows of the table that there is room for, and pixels of a row. */
const MOST_ROWS = 12, ROW = 28;

/**
 * Shows a line with how far the fit is, what {@linkcode diagnose} finds where layers are watched, the curves of {@linkcode Recorder} if there is one, and
 * the table of {@linkcode MetricsCB}, which then prints none. Pictures are drawn in the background and at once, the last one by Vega.
 */
export class ProgressNotebook implements ProgressDisplay {
  interval = LEAST;
  readonly judges: boolean;
  readonly #display: LiveDisplay;
  readonly #metrics: MetricsCB | undefined;
  readonly #log: ((row: MetricsRow) => void) | undefined;
  readonly #rows: number;
  #line = "";
  #verdict = "";
  #missing = "";
  #current: Promise<void> | undefined;
  readonly #background = new Background();

  /**
   * @param recorder whose curves are drawn, if any
   * @param display where
   */
  constructor(learn: LearnerCore, readonly recorder: Recorder | undefined, display: LiveDisplay = new LiveDisplay()) {
    this.#display = display;
    this.judges = (learn.fitCallbacks ?? []).some((cb) => "activationFiguresSoFar" in cb);
    const metrics = this.#metrics = learn.find(MetricsCB);
    this.#rows = metrics ? Math.min(MOST_ROWS, learn.epochs * (learn.dls.valid ? 2 : 1)) : 0;
    if (!metrics?.prints) return;
    this.#log = metrics.log;
    metrics.log = () => {}; // the rows are in this display's table
  }

  beforePhase(learn: LearnerCore, state: ProgressState): void {
    this.#say(learn, 0, state);
  }

  afterBatch(learn: LearnerCore, state: ProgressState): void {
    this.#say(learn, learn.iter + 1, state);
  }

  afterPhase(): undefined {}

  #say(learn: LearnerCore, done: number, state: ProgressState): void {
    const { length } = learn.dl;
    const phase = learn.training ? "train" : "eval";
    this.#line = [
      epochText(learn),
      `${phase} ${done}${length ? ` of ${length}` : ""}`,
      figuresText(state, learn.training),
    ].filter(Boolean).join(" · ");
    this.#verdict = state.verdict?.text ?? "";
  }

  /**
   * A new picture, unless the last is still being drawn.
   *
   * @throws what went wrong with an earlier one
   */
  look(): void {
    this.#background.check();
    this.#current ??= this.#background.run(() => this.#draw()).finally(() => this.#current = undefined);
  }

  async #draw(): Promise<void> {
    await this.recorder?.look();
    const start = performance.now();
    const bundle = this.#bundle(this.#line, this.#curves());
    this.interval = Math.max(LEAST, (performance.now() - start) / MOST_OF_TIME);
    await this.#display.show(bundle);
  }

  /**
   * The last picture, of the whole fit, without the line.
   *
   * @throws what went wrong with an earlier one
   */
  async end(): Promise<void> {
    if (this.#log && this.#metrics) this.#metrics.log = this.#log;
    await this.#current;
    this.#background.check();
    await this.#display.show(this.#bundle("", await this.#chart()));
  }

  #bundle(line: string, chart: Html | undefined): MimeBundle {
    const metrics = this.#metrics?.rows.length ? this.#metrics : undefined;
    const verdict = line ? this.#verdict : "";
    const space = new Html("&nbsp;"), parts: Html[] = [html`<div>${line || space}</div>`];
    if (this.judges) parts.push(html`<div style="${CUT}" title="${verdict}">${verdict || space}</div>`);
    if (chart) parts.push(html`<div style="min-height:240px">${chart}</div>`);
    if (this.#missing) parts.push(html`<div>${this.#missing}</div>`);
    if (this.#rows > 0) {
      parts.push(html`<div style="${this.#box(line === "")}">${metrics && this.#table(metrics, line)}</div>`);
    }
    const text = [line, verdict, metrics?.table() ?? ""].filter(Boolean).join("\n");
    return { "text/html": String(html`<div>${parts}</div>`), "text/plain": text };
  }

  /** The height of the table that the fit will have, from the beginning. */
  #box(over: boolean): string {
    const height = (this.#rows + 1) * ROW;
    return over && (this.#metrics?.rows.length ?? 0) <= MOST_ROWS
      ? `min-height:${height}px`
      : `height:${height}px;overflow-y:auto`;
  }

  /** The newest rows, as many as there is room for; once the fit is over all of them. */
  #table(metrics: MetricsCB, line: string): Html {
    const { columns, rows } = metrics.cells();
    return htmlTable(columns, line ? rows.slice(-MOST_ROWS) : rows);
  }

  /** The curves so far. */
  #curves(): Html | undefined {
    if (!this.recorder?.losses.length) return undefined;
    const lines = this.recorder.lossLines();
    return svgImage(standalone(quickLines(lines), ":root"), lines.title ?? "");
  }

  /** The curves as every chart is drawn. Where that cannot be, as without network on first use, the output says so, and they stay as they were. */
  async #chart(): Promise<Html | undefined> {
    if (!this.recorder?.losses.length) return undefined;
    try {
      const chart = this.recorder.plotLoss();
      return svgImage(await chart.svg(), chart.alt);
    } catch (error) {
      this.#missing = `Drawn by hand, as Vega cannot be loaded: ${error instanceof Error ? error.message : error}`;
      return this.#curves();
    }
  }
}

/** One line, whatever is in it. */
const CUT = "white-space:nowrap;overflow:hidden;text-overflow:ellipsis";
