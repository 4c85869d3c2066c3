/** How far a fit is, shown in a terminal. */
import { tensor } from "../../tensor/create.ts";
import { noGrad } from "../../graph/context.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Bar, openBar } from "../bar.ts";
import { Callback } from "../callback.ts";
import type { Learner } from "../learner.ts";
import { MetricsCB } from "./metrics.ts";
import { Recorder } from "./recorder.ts";

/** Options of {@linkcode ProgressCB}. */
export interface ProgressOptions {
  /** Also record the loss of every batch, for a curve: see `losses` and `validLosses`. Default: false. */
  plot?: boolean;
  /** Show the bar. Default: if standard error is a terminal. */
  bar?: boolean;
}

/** Milliseconds between two looks at the loss. */
const LOOK = 200;

/**
 * Shows a bar for each phase of each epoch, with the loss of a few batches ago: it is read in the background and nothing waits for it.
 * The bar makes room for the lines that {@linkcode MetricsCB} prints. Where standard error is no terminal there is none. The bar is
 * that of cli-progress (npm).
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
  static override order = MetricsCB.order - 1;
  readonly #recorder: Recorder | undefined;
  readonly #visible: boolean;
  #bar: Bar | undefined;
  #loss: Tensor | undefined;
  #shown = "";
  #looking = false;
  #lastLook = 0;

  constructor({ plot = false, bar = Deno.stderr.isTerminal() }: ProgressOptions = {}) {
    super();
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

  override async beforeFit(learn: Learner): Promise<void> {
    this.#recorder?.beforeFit(learn);
    if (!this.#visible) return;
    this.#bar = await openBar("{phase} {bar} {value}/{total} {duration_formatted} {loss}");
    if (!this.#bar) return;
    this.#loss = tensor(0, { device: learn.model.device }).keep();
    this.#shown = "";
  }

  override beforeEpoch(learn: Learner): void {
    const { length } = learn.dl;
    const phase = `epoch ${learn.epoch + 1}/${learn.epochs} ${learn.training ? "train" : "eval "}`;
    this.#bar?.start(length ?? 0, 0, { phase, loss: this.#shown });
  }

  override beforeBatch(_learn: Learner): void {
    // The last step has started and this one is not recorded yet: a look splits no step.
    if (!this.#loss || this.#looking || performance.now() - this.#lastLook < LOOK) return;
    this.#look(this.#loss);
  }

  async #look(loss: Tensor): Promise<void> {
    this.#looking = true;
    try {
      const value = await loss.item();
      this.#shown = `loss ${value.toFixed(3)}`;
    } catch { // whoever reads next in the foreground is told
    } finally {
      this.#looking = false;
      this.#lastLook = performance.now();
    }
  }

  override afterLoss(learn: Learner): void {
    this.#recorder?.afterLoss(learn);
    const loss = this.#loss;
    if (loss) noGrad(() => loss.copy_(learn.batchLoss.detach().view([])));
  }

  override afterBatch(learn: Learner): void {
    this.#bar?.update(learn.iter + 1, { loss: this.#shown });
  }

  override afterEpoch(_learn: Learner): void {
    this.#bar?.stop();
  }

  override cleanupEpoch(_learn: Learner): void {
    this.#bar?.stop();
  }

  override async cleanupFit(learn: Learner): Promise<void> {
    this.#bar?.stop();
    this.#bar = this.#loss = undefined;
    await this.#recorder?.cleanupFit(learn);
  }
}
