/** How far a fit is, shown in a terminal or in a notebook. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { inJupyter } from "../../plot/notebook.ts";
import { tensor } from "../../tensor/create.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Background } from "../background.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB } from "./metrics.ts";
import type { ProgressDisplay, ProgressState, Verdict } from "./progress_display.ts";
import { ProgressNotebook } from "./progress_notebook.ts";
import { ProgressLog, ProgressView } from "./progress_terminal.ts";
import { Recorder } from "./recorder.ts";
import { verdictSoFar } from "../verdict.ts";

/** Options of {@linkcode ProgressCB}. */
export interface ProgressOptions {
  /** Also record the loss of every batch (see `losses` and `validLosses`); in a notebook, draw the curves while they grow. Default: false. */
  plot?: boolean;
  /** Whether to show anything. Default: true. */
  bar?: boolean;
}

const OPTIONS = optionNames<ProgressOptions>({ plot: 1, bar: 1 });

/** Least milliseconds between two looks at the records of layers, and the fraction of the time that they may take. */
const VERDICT = 1000, MOST_OF_TIME = 0.05;

/** Looks that are kept for a course of losses. */
const MOST_LOOKS = 2000;

/**
 * Shows how far a fit is, with the training loss of a few batches ago, the learning rate, and their courses. Where a callback watches layers (
 * {@linkcode ActivationStats}, {@linkcode DiagnoseCB}), it also says what {@linkcode diagnose} finds first so far, and in which layer. What is shown is read in
 * the background now and then; nothing waits for it.
 *
 * Epochs are numbered from 0, as everywhere; the number of batches is that of those done.
 *
 * In a terminal, which is that of standard error: a few lines that change in place, at most four times a second, with what is printed meanwhile above
 * them. Colours go by `NO_COLOR`. In a Jupyter notebook: one place of one height in the cell's output that changes, with the table of {@linkcode MetricsCB}
 * (which then prints none) and, with `plot`, the training loss of every batch and the mean loss of every validation. Elsewhere: a line every ten
 * seconds on standard error, with the batch that its loss is of, and one at the end of each phase, with the loss of its last batch, if no MetricsCB prints
 * its row.
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
  /** That of the phase at hand. */
  #loss: Tensor | undefined;
  #read: ProgressState["read"];
  #started = false;
  #losses: number[] = [];
  #rates: number[] = [];
  #verdict: Verdict | undefined;
  #nextVerdict = 0;
  #looking = false;
  readonly #background = new Background();
  #lastLook = 0;

  /** With `plot` it records even where no bar is shown. */
  constructor(options: ProgressOptions = {}) {
    super();
    checkOptions("ProgressCB", options, OPTIONS);
    const { plot = false, bar = true } = options;
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

  /** What it shows belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Empties the record and opens the display, if there is to be one. */
  override beforeFit(learn: LearnerCore): void {
    this.#recorder?.beforeFit(learn);
    if (!this.#visible) return;
    this.#display = inJupyter()
      ? new ProgressNotebook(learn, this.#recorder)
      : Deno.stderr.isTerminal()
      ? new ProgressView()
      : new ProgressLog(learn);
    this.#losses = [];
    this.#rates = [];
    this.#verdict = undefined;
    this.#nextVerdict = this.#lastLook = 0;
  }

  /** Shows the phase that begins. */
  override beforeEpoch(learn: LearnerCore): void {
    if (!this.#display) return;
    // Each phase has its own: that of a phase that is over may still be read. Zeros as data, so that the first batch runs the same plan as the others.
    this.#loss = tensor(0, { device: learn.model.device }).keep();
    this.#read = undefined;
    this.#started = false;
    this.#display.beforePhase(learn, this.#state);
  }

  /** Starts a look at the loss in the background, if the display's interval is over. */
  override beforeBatch(learn: LearnerCore): void {
    // The last step has started and this one is not recorded yet: reading now does not split a step. Before the first batch there is nothing to see.
    const display = this.#display, loss = this.#loss;
    if (!display || !loss || !this.#started || this.#looking) return;
    if (performance.now() - this.#lastLook < display.interval) return;
    this.#background.check();
    this.#background.run(() => this.#look(loss, learn));
    display.look?.();
  }

  async #look(loss: Tensor, learn: LearnerCore): Promise<void> {
    this.#looking = true;
    const start = performance.now(), rate = learn.hyper("lr"), { training, iter } = learn;
    // All that is read is asked for here, before this batch is recorded.
    const value = loss.item(), verdict = start >= this.#nextVerdict ? this.#judge(learn) : undefined;
    try {
      const read = { loss: await value, batch: iter - 1 };
      if (this.#loss === loss) this.#read = read;
      if (training) this.#note(read.loss, rate);
      if (!verdict) return;
      this.#verdict = await verdict;
      this.#nextVerdict = performance.now() + Math.max(VERDICT, (performance.now() - start) / MOST_OF_TIME);
    } finally {
      this.#looking = false;
      this.#lastLook = performance.now();
    }
  }

  /** Of many looks, neighbours become one. */
  #note(loss: number, rate: number): void {
    for (const [values, value] of [[this.#losses, loss], [this.#rates, rate]] as const) {
      values.push(value);
      if (values.length > MOST_LOOKS) {
        values.splice(0, Infinity, ...values.filter((_, i) => i % 2 === (values.length - 1) % 2));
      }
    }
  }

  #judge(learn: LearnerCore): Promise<Verdict | undefined> | undefined {
    if (!this.#display?.judges) return undefined;
    const callbacks = learn.fitCallbacks ?? [];
    const recorder = this.#recorder ?? callbacks.find((cb) => cb instanceof Recorder);
    const curves = recorder?.look().then(() => {
      const { losses, lrs } = recorder;
      return { losses, lrs: lrs.slice(0, losses.length) };
    });
    const verdict = verdictSoFar(callbacks, curves);
    verdict.catch(() => {}); // awaited in the look
    return verdict;
  }

  get #state(): ProgressState {
    return { losses: this.#losses, rates: this.#rates, read: this.#read, verdict: this.#verdict };
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
    this.#display?.afterBatch(learn, this.#state);
  }

  /** Ends the display of the phase, before MetricsCB prints the row. */
  override afterEpoch(learn: LearnerCore): void {
    this.#endPhase(learn);
  }

  /** Ends the display also of a phase that was cancelled or failed. */
  override cleanupEpoch(learn: LearnerCore): void {
    this.#endPhase(learn);
  }

  #endPhase(learn: LearnerCore): void {
    const loss = this.#loss, take = this.#display?.afterPhase(learn, this.#state);
    if (!this.#started) take?.(undefined); // every batch was cancelled before its loss
    else if (take && loss) learn.readLate(this, [loss], ([values]) => take(values![0]!));
    this.#loss = undefined;
  }

  /** Reads the record. */
  override async collect(learn: LearnerCore): Promise<void> {
    await this.#recorder?.collect(learn);
  }

  /** Takes the record, and then ends the display. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    const display = this.#display;
    this.#display = this.#loss = undefined;
    try {
      await this.#recorder?.cleanupFit(learn);
    } finally {
      await display?.end?.();
    }
    this.#background.check();
  }
}
