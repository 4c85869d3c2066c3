/** A fit's progress as a bar in a terminal. */
import { type Bar, openBar } from "../bar.ts";
import type { LearnerCore } from "../core.ts";
import { epochText, type ProgressDisplay, type ProgressState } from "./progress_display.ts";

/** Milliseconds between two reads of the loss. */
const LOOK = 200;

/** One bar a phase: how far, how long, batches a second, loss and learning rate. Drawn by cli-progress (npm). */
export class ProgressBar implements ProgressDisplay {
  readonly interval = LOOK;
  #start = 0;

  private constructor(readonly bar: Bar) {}

  /** A bar, or undefined if its package cannot be loaded: a fit never fails for that. */
  static async open(): Promise<ProgressBar | undefined> {
    const bar = await openBar("{phase} {bar} {value}/{total} {duration_formatted} {speed} {figures}");
    return bar && new ProgressBar(bar);
  }

  beforePhase(learn: LearnerCore, state: ProgressState): void {
    this.#start = performance.now();
    const phase = `${epochText(learn)} ${learn.training ? "train" : "eval "}`;
    this.bar.start(learn.dl.length ?? 0, 0, { phase, speed: "", figures: state.figures });
  }

  afterBatch(learn: LearnerCore, state: ProgressState): void {
    const speed = 1000 * (learn.iter + 1) / (performance.now() - this.#start);
    this.bar.update(learn.iter + 1, {
      speed: `${speed < 10 ? speed.toFixed(1) : speed.toFixed(0)}/s`,
      figures: state.figures,
    });
  }

  afterPhase(): void {
    this.bar.stop();
  }
}
