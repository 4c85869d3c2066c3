/** A fit of one batch, for trying things out. */
import { Callback } from "../callback.ts";
import { CancelFitException } from "../exceptions.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB } from "./metrics.ts";

/**
 * Ends the fit after its first batch: `learn.fit(1, { cbs: [new SingleBatchCB()] })` leaves `learn.batch`, `learn.preds` and
 * `learn.batchLoss` to look at.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * console.log(new learner.SingleBatchCB().order > learner.MetricsCB.order); // true
 * ```
 */
export class SingleBatchCB extends Callback {
  /** After those who measure the batch. */
  static override order: number = MetricsCB.order + 1;

  /** Throws a CancelFitException, in whichever phase comes first. */
  override afterBatch(_learn: LearnerCore): void {
    throw new CancelFitException();
  }
}
