/** A fit's progress as a bar in a terminal. */
import type { Learner } from "../learner.ts";
import type { ProgressDisplay, ProgressState } from "./progress.ts";

/** What is used of a cli-progress bar. (The package's published types bring Node's globals with them, which clash with Deno's.) */
interface Bar {
  start(total: number, value: number, payload: Record<string, string>): void;
  update(value: number, payload: Record<string, string>): void;
  stop(): void;
}

/** Not a literal in import(): Deno would download the package of a literal when the program starts, needed or not. */
const CLI_PROGRESS = "npm:cli-progress@3.12.0";

/** Milliseconds between two looks at the loss. */
const LOOK = 200;

/** One bar a phase: how far, how long, batches a second, loss and learning rate. That of cli-progress (npm). */
export class ProgressBar implements ProgressDisplay {
  readonly interval = LOOK;
  #start = 0;

  private constructor(readonly bar: Bar) {}

  /** A bar, or undefined where its package cannot be loaded: a fit does not fail for want of one. */
  static async open(): Promise<ProgressBar | undefined> {
    try {
      const { default: { Presets, SingleBar } } = await import(CLI_PROGRESS);
      return new ProgressBar(
        new SingleBar({
          format: "{phase} {bar} {value}/{total} {duration_formatted} {speed} {figures}",
          clearOnComplete: true,
          hideCursor: false, // the process may end at any moment: leave the terminal's state alone
          linewrap: true,
          gracefulExit: false, // the Learner listens to SIGINT
          barsize: 20,
          fps: 10,
        }, Presets.shades_classic),
      );
    } catch {
      return undefined;
    }
  }

  beforePhase(learn: Learner, state: ProgressState): void {
    this.#start = performance.now();
    const phase = `epoch ${learn.epoch + 1}/${learn.epochs} ${learn.training ? "train" : "eval "}`;
    this.bar.start(learn.dl.length ?? 0, 0, { phase, speed: "", figures: state.figures });
  }

  afterBatch(learn: Learner, state: ProgressState): void {
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
