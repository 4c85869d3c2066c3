/** A fit's progress as a bar in a terminal. */
import { type Bar, openBar } from "../bar.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB } from "./metrics.ts";
import { epochText, type ProgressDisplay, type ProgressState } from "./progress_display.ts";

/** Milliseconds between two reads of the loss. */
const LOOK = 200;

/**
 * One bar a phase: how far, how long, batches a second, loss and learning rate. It makes room for the lines that {@linkcode MetricsCB} prints while
 * the next phase runs. Drawn by cli-progress (npm).
 */
export class ProgressBar implements ProgressDisplay {
  readonly interval = LOOK;
  #start = 0;
  /** What is shown; undefined between phases. */
  #shown: [total: number, value: number, payload: Record<string, string>] | undefined;
  /** Leaves the printing of rows as it was. */
  #unwrap: () => void = () => {};

  private constructor(readonly bar: Bar) {}

  /** Makes room for the rows that are printed. */
  #wrap(metrics: MetricsCB): void {
    const { log } = metrics;
    metrics.log = (row) => this.#aside(() => log(row));
    this.#unwrap = () => metrics.log = log;
  }

  /** Takes the bar away while something is printed. */
  #aside(print: () => void): void {
    if (!this.#shown) return print();
    const { startTime } = this.bar;
    this.bar.stop();
    try {
      print();
    } finally {
      this.bar.start(...this.#shown);
      this.bar.startTime = startTime;
    }
  }

  /** A bar, or undefined if its package cannot be loaded: a fit never fails for that. */
  static async open(learn: LearnerCore): Promise<ProgressBar | undefined> {
    const bar = await openBar("{phase} {bar} {value}/{total} {duration_formatted} {speed} {figures}");
    if (!bar) return undefined;
    const shown = new ProgressBar(bar), metrics = learn.find(MetricsCB);
    if (metrics?.prints) shown.#wrap(metrics);
    return shown;
  }

  beforePhase(learn: LearnerCore, state: ProgressState): void {
    this.#start = performance.now();
    const phase = `${epochText(learn)} ${learn.training ? "train" : "eval "}`;
    this.#shown = [learn.dl.length ?? 0, 0, { phase, speed: "", figures: state.figures }];
    this.bar.start(...this.#shown);
  }

  afterBatch(learn: LearnerCore, state: ProgressState): void {
    const speed = 1000 * (learn.iter + 1) / (performance.now() - this.#start);
    const [total, , before] = this.#shown ?? [0, 0, {}];
    const now = { speed: `${speed < 10 ? speed.toFixed(1) : speed.toFixed(0)}/s`, figures: state.figures };
    this.#shown = [total, learn.iter + 1, { ...before, ...now }];
    this.bar.update(learn.iter + 1, now);
  }

  afterPhase(): void {
    this.#shown = undefined;
    this.bar.stop();
  }

  end(): Promise<void> {
    this.#unwrap();
    return Promise.resolve();
  }
}
