/** A fit's progress in a notebook: one output, whose curves and table change while the fit goes on. */
import { type Html, html, htmlTable } from "../../plot/html.ts";
import { LiveDisplay, type MimeBundle, svgImage } from "../../plot/notebook.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB, type MetricsRow } from "./metrics.ts";
import { epochText, type ProgressDisplay, type ProgressState } from "./progress_display.ts";
import type { Recorder } from "./recorder.ts";

/** Least milliseconds between two pictures. */
const LEAST = 500;

/** Pictures may take this fraction of the time, no more. */
const MOST_OF_TIME = 0.05;

/**
 * Shows a line with how far the fit is, the curves of {@linkcode Recorder} if there is one, and the table of {@linkcode MetricsCB}, which then
 * prints none. Pictures are drawn in the background, at most two a second and fewer where drawing is slow.
 */
export class ProgressNotebook implements ProgressDisplay {
  interval = LEAST;
  readonly #display = new LiveDisplay();
  readonly #metrics: MetricsCB | undefined;
  readonly #log: ((row: MetricsRow) => void) | undefined;
  #line = "";
  #missing = "";
  #current: Promise<void> | undefined;

  constructor(learn: LearnerCore, readonly recorder: Recorder | undefined) {
    const metrics = this.#metrics = learn.find(MetricsCB);
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

  afterPhase(): void {}

  #say(learn: LearnerCore, done: number, { figures }: ProgressState): void {
    const { length } = learn.dl;
    const phase = learn.training ? "train" : "eval";
    this.#line = [
      epochText(learn),
      `${phase} ${done}${length ? ` of ${length}` : ""}`,
      figures,
    ].filter(Boolean).join(" · ");
  }

  /** A new picture, unless the last is still being drawn. */
  look(): void {
    this.#current ??= this.#draw().finally(() => this.#current = undefined);
  }

  async #draw(): Promise<void> {
    try {
      await this.recorder?.look();
      const start = performance.now();
      const bundle = await this.#bundle(this.#line);
      // The first picture also loads Vega: its time says nothing about the next.
      if (this.#display.shown) this.interval = Math.max(LEAST, (performance.now() - start) / MOST_OF_TIME);
      await this.#display.show(bundle);
    } catch { // the next read in the foreground reports it
    }
  }

  /** The last picture, of the whole fit, without the line. */
  async end(): Promise<void> {
    if (this.#log && this.#metrics) this.#metrics.log = this.#log;
    await this.#current;
    await this.#display.show(await this.#bundle(""));
  }

  async #bundle(line: string): Promise<MimeBundle> {
    const metrics = this.#metrics?.rows.length ? this.#metrics : undefined;
    const chart = await this.#chart();
    const parts: Html[] = [];
    if (line) parts.push(html`<div>${line}</div>`);
    if (chart) parts.push(html`<div>${chart}</div>`);
    if (this.#missing) parts.push(html`<div>${this.#missing}</div>`);
    if (metrics) {
      const { columns, rows } = metrics.cells();
      parts.push(htmlTable(columns, rows));
    }
    const text = [line, metrics?.table() ?? ""].filter(Boolean).join("\n");
    return { "text/html": String(html`<div>${parts}</div>`), "text/plain": text };
  }

  /** The curves. If they cannot be drawn, as without network on first use, the output says so, and the fit goes on. */
  async #chart(): Promise<Html | undefined> {
    if (!this.recorder?.losses.length || this.#missing) return undefined;
    try {
      const chart = this.recorder.plotLoss();
      return svgImage(await chart.svg(), chart.alt);
    } catch (error) {
      this.#missing = `The curve cannot be drawn: ${error instanceof Error ? error.message : error}`;
      return undefined;
    }
  }
}
