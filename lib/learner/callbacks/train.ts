/** Training on batches of several inputs. */
import { Callback } from "../callback.ts";
import type { Learner } from "../learner.ts";

/**
 * Takes predict and getLoss over for models of several inputs: the first `inputs` tensors of a batch go to the model, the others to the
 * loss. (In miniai this callback also brings the other verbs; here the Learner has them.)
 */
export class TrainCB extends Callback {
  /** @param inputs how many tensors of a batch are inputs; 1 is what the Learner does itself */
  constructor(readonly inputs = 1) {
    super();
  }

  predict(learn: Learner): void {
    learn.preds = learn.model.call(...learn.batch.slice(0, this.inputs));
  }

  getLoss(learn: Learner): void {
    learn.batchLoss = learn.options.lossFunc!(learn.preds, ...learn.batch.slice(this.inputs));
  }
}
