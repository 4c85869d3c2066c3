/** How far a fit is, shown in a terminal or in a notebook. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { formatFigure, shortNumber } from "../../plot/format.ts";
import { inJupyter } from "../../plot/notebook.ts";
import { tensor } from "../../tensor/create.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB } from "./metrics.ts";
import { ProgressBar } from "./progress_bar.ts";
import type { ProgressDisplay } from "./progress_display.ts";
import { ProgressNotebook } from "./progress_notebook.ts";
import { Recorder } from "./recorder.ts";

/** Options of {@linkcode ProgressCB}. */
export interface ProgressOptions {
  /** Also record the loss of every batch (see `losses` and `validLosses`); in a notebook, draw the curves while they grow. Default: false. */
  plot?: boolean;
  /** Show the bar, or in a notebook the display. Default: in a notebook, and if standard error is a terminal. */
  bar?: boolean;
}

const OPTIONS = optionNames<ProgressOptions>({ plot: 1, bar: 1 });

/**
 * Shows how far a fit is, with the loss of a few batches ago and the learning rate. The loss is read in the background now and then; nothing
 * waits for it.
 *
 * Epochs are numbered from 0, as everywhere; the number of batches is that of those done.
 *
 * In a terminal: a bar for each phase of each epoch, which makes room for the lines that {@linkcode MetricsCB} prints. In a Jupyter notebook:
 * one place in the cell's output that changes, with the table of {@linkcode MetricsCB} (which then prints none) and, with `plot`, the
 * training loss of every batch and the mean loss of every validation. Elsewhere: nothing.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const progress = new learner.ProgressCB({ plot: true });
 * // after learn.fit(): progress.losses
 * console.log(progress.losses); // []
 * ```
 */
export class ProgressCB extends Callback {
  /** Before MetricsCB, so that the bar is gone when the row of an epoch is printed. */
  static override order: number = MetricsCB.order - 1;
  readonly #recorder: Recorder | undefined;
  readonly #visible: boolean;
  #display: ProgressDisplay | undefined;
  #loss: Tensor | undefined;
  #started = false;
  #figures = "";
  #looking = false;
  #lastLook = 0;

  /** With `plot` it records even where no bar is shown. */
  constructor(options: ProgressOptions = {}) {
    super();
    checkOptions("ProgressCB", options, OPTIONS);
    const { plot = false, bar = inJupyter() || Deno.stderr.isTerminal() } = options;
    this.#recorder = plot ? new Recorder() : undefined;
    this.#visible = bar;
  }

  /** Loss of each training batch of the last fit, with `plot`. */
  get losses(): number[] {
    return this.#recorder?.losses ?? [];
  }

  /** Loss of each validation batch of the last fit, with `plot`. */
  get validLosses(): number[] {
    return this.#recorder?.validLosses ?? [];
  }

  /** Empties the record and opens the display, if there is to be one. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    this.#recorder?.beforeFit(learn);
    if (!this.#visible) return;
    this.#display = inJupyter() ? new ProgressNotebook(learn, this.#recorder) : await ProgressBar.open(learn);
    if (!this.#display) return;
    this.#loss = tensor(0, { device: learn.model.device }).keep();
    this.#started = false;
    this.#figures = "";
    this.#lastLook = 0;
  }

  /** Shows the phase that begins. */
  override beforeEpoch(learn: LearnerCore): void {
    this.#display?.beforePhase(learn, { figures: this.#figures });
  }

  /** Starts a look at the loss in the background, if the display's interval is over. */
  override beforeBatch(learn: LearnerCore): void {
    // The last step has started and this one is not recorded yet: reading now does not split a step. Before the first batch there is nothing to see.
    const display = this.#display, loss = this.#loss;
    if (!display || !loss || !this.#started || this.#looking) return;
    if (performance.now() - this.#lastLook < display.interval) return;
    this.#look(loss, learn);
    display.look?.();
  }

  async #look(loss: Tensor, learn: LearnerCore): Promise<void> {
    this.#looking = true;
    try {
      const value = await loss.item();
      this.#figures = `loss ${formatFigure(value)} lr ${rate(learn)}`;
    } catch { // the next read in the foreground reports it
    } finally {
      this.#looking = false;
      this.#lastLook = performance.now();
    }
  }

  /** Records the loss, and copies it, on the device, to where the next look finds it. */
  override afterLoss(learn: LearnerCore): void {
    this.#recorder?.afterLoss(learn);
    this.#started = true;
    const loss = this.#loss;
    if (loss) noGrad(() => loss.copy_(learn.batchLoss.detach().view([])));
  }

  /** Moves the display on by a batch, however that ended. */
  override cleanupBatch(learn: LearnerCore): void {
    this.#display?.afterBatch(learn, { figures: this.#figures });
  }

  /** Ends the display of the phase, before MetricsCB prints the row. */
  override afterEpoch(_learn: LearnerCore): void {
    this.#display?.afterPhase();
  }

  /** Ends the display also of a phase that was cancelled or failed. */
  override cleanupEpoch(_learn: LearnerCore): void {
    this.#display?.afterPhase();
  }

  /** Reads the record. */
  override async collect(learn: LearnerCore): Promise<void> {
    await this.#recorder?.collect(learn);
  }

  /** Takes the record, and then ends the display. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    const display = this.#display;
    display?.afterPhase();
    this.#display = this.#loss = undefined;
    try {
      await this.#recorder?.cleanupFit(learn);
    } finally {
      await display?.end?.();
    }
  }
}

/** The learning rate of the last step with as many digits as say something. */
function rate(learn: LearnerCore): string {
  return shortNumber(learn.hyper("lr"), 3);
}
