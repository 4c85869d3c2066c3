/** Training on batches of several inputs. */
import { lossOf } from "../parts.ts";
import { whole } from "../../tensor/graph.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";

/**
 * Takes predict and getLoss over for models of several inputs: the first `inputs` tensors of a batch go to the model, the others to the
 * loss; so do metrics, predictions and all that looks at batches. (In miniai this callback also brings the other verbs; here the Learner has them.)
 *
 * @example
 * ```ts
 * import { data, F, Learner, nn, rand, type Tensor, TrainCB } from "./mod.ts";
 * class Product extends nn.Module {
 *   layer = new nn.Linear(4, 1);
 *   forward(a: Tensor, b: Tensor): Tensor {
 *     return this.layer.call(a.mul(b));
 *   }
 * }
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 4]), rand([64, 1]));
 * await Learner.of(new Product(), data.DataLoaders.of(set, set)).loss(F.mseLoss).lr(0.1).callbacks([new TrainCB(2)]).fit(1);
 * ```
 */
export class TrainCB extends Callback {
  /**
   * Acts in training and in validation.
   *
   * @param inputs how many tensors of a batch are inputs. Default: 1, as the Learner does itself
   * @throws {RangeError} unless it is a whole number from 1
   */
  constructor(readonly inputs = 1) {
    super();
    whole("train", "the number of inputs that a batch begins with", inputs, 1);
  }

  /** Calls the model with the first `inputs` tensors of the batch, and sets `learn.preds`. */
  predict(learn: LearnerCore): void {
    learn.preds = learn.model.call(...learn.batch.slice(0, this.inputs));
  }

  /** Gives the predictions and the rest of the batch to the loss function, and sets `learn.batchLoss`. */
  getLoss(learn: LearnerCore): void {
    learn.batchLoss = lossOf(learn.options.lossFunc!, learn.preds, learn.batch.slice(this.inputs));
  }
}
