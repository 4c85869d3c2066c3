/** Steps once for several batches. */
import { noGrad, whole } from "../../tensor/graph.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { CancelBatchException } from "../exceptions.ts";
import { DeviceCB } from "./device.ts";

/**
 * Adds up the gradients of several batches before each step, which is then that of a batch as large as all of them: the gradients' mean is used, each
 * batch weighing the same. The last batches of an epoch make a step of their own if their number is known (`dls.train.length`).
 *
 * Batches without a step are cancelled after their loss counts: metrics and {@linkcode Recorder} see all of them, {@linkcode GradientClip} and what else
 * looks at gradients the mean alone. Statistics of norms are those of the small batches.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const learn = learner.Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set, { batchSize: 8 })).loss(F.mseLoss);
 * await learn.callbacks([new learner.GradientAccumulationCB(4)]).fit(1); // two steps, of 32 samples each
 * ```
 */
export class GradientAccumulationCB extends Callback {
  /** Before what looks at gradients, such as GradientClip. */
  static override order: number = DeviceCB.order + 0.5;
  #count = 0;

  /**
   * Throws a RangeError unless it is a whole number from 1.
   *
   * @param batches how many batches make a step
   */
  constructor(readonly batches: number) {
    super();
    whole("accumulate gradients", "the number of batches", batches, 1);
  }

  /** Begins with no batch. */
  override beforeFit(_learn: LearnerCore): void {
    this.#count = 0;
  }

  /** Takes the mean of the gradients when they are complete; else cancels the batch, which keeps them. */
  override afterBackward(learn: LearnerCore): void {
    const isLast = learn.iter + 1 === learn.dl.length;
    if (++this.#count < this.batches && !isLast) throw new CancelBatchException();
    const factor = 1 / this.#count;
    this.#count = 0;
    if (factor === 1) return;
    noGrad(() => {
      for (const p of learn.opt.parameters()) p.borrowGrad()?.mul_(factor);
    });
  }

  /** Lets go of gradients that no step has used. */
  override cleanupFit(learn: LearnerCore): void {
    if (this.#count > 0) learn.opt?.zeroGrad();
    this.#count = 0;
  }
}
