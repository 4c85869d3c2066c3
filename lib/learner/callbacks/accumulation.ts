/** Steps once for several batches. */
import { noGrad, whole } from "../../tensor/graph.ts";
import { natural, object } from "../../device/form.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { CancelBatchException } from "../exceptions.ts";
import { DeviceCB } from "./device.ts";

const MEMORY = object({ count: natural });

/**
 * Adds up the gradients of several batches before each step, which is then that of a batch as large as all of them: the gradients' mean is used, each
 * batch weighing the same. The last batches of an epoch make a step of their own if their number is known (`dls.train.length`).
 *
 * What a {@linkcode MomentumLearner} has kept of past gradients is added to that mean, whole. Batches without a step are cancelled after their loss counts: metrics and {@linkcode Recorder} see all of them, {@linkcode GradientClip} and what else
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
  /** Gradients that were there before the first of these batches. */
  #kept = new Map<Tensor, Tensor>();

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
    this.#kept.clear();
  }

  /** How many batches wait for a step, as they do over the end of an epoch whose length nobody knows, and the gradients before them. */
  override saveState({ opt }: LearnerCore): CallbackState {
    const kept = [...opt.parameters()].flatMap((p, i) => {
      const gradient = this.#kept.get(p);
      return gradient ? [[String(i), gradient] as const] : [];
    });
    return { values: { count: this.#count }, tensors: Object.fromEntries(kept) };
  }

  /** Goes on with them; throws a RangeError for those of other parameters. */
  override loadState(state: CallbackState, { opt }: LearnerCore): void {
    const { count } = valuesOf<{ count: number }>(this, state, MEMORY), params = [...opt.parameters()];
    for (const [place, gradient] of Object.entries(state.tensors ?? {})) {
      const p = params[Number(place)];
      if (String(p?.shape) !== String(gradient.shape)) {
        throw new RangeError(
          `Cannot go on with what ${this.name} remembered: its gradients are those of another model`,
        );
      }
      this.#kept.set(p!, gradient.keep());
    }
    this.#count = count;
  }

  /** Training only: sets aside, before the first of several batches, the gradients that are there. */
  override afterLoss(learn: LearnerCore): void {
    if (!learn.training || this.#count > 0 || this.batches === 1) return;
    for (const p of learn.opt.parameters()) {
      const gradient = p.borrowGrad();
      if (!gradient) continue;
      this.#kept.set(p, noGrad(() => gradient.detach().clone().keep()));
      p.grad = null;
    }
  }

  /** Takes the mean of the gradients when they are complete; else cancels the batch, which keeps them. */
  override afterBackward(learn: LearnerCore): void {
    const isLast = learn.iter + 1 === learn.dl.length;
    if (++this.#count < this.batches && !isLast) throw new CancelBatchException();
    const factor = 1 / this.#count;
    this.#count = 0;
    noGrad(() => {
      for (const p of learn.opt.parameters()) {
        const gradient = p.borrowGrad(), kept = this.#kept.get(p);
        if (gradient && factor !== 1) gradient.mul_(factor);
        if (gradient && kept) gradient.add_(kept);
        else if (kept) p.grad = kept;
      }
    });
    this.#kept.clear();
  }

  /** Lets go of gradients that no step has used. */
  override cleanupFit(learn: LearnerCore): void {
    if (this.#count > 0) learn.opt?.zeroGrad();
    this.#count = 0;
    this.#kept.clear();
  }
}
